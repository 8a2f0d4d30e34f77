"""Dimensions of agreement, and the backfills of these and of states."""

from __future__ import annotations

from contract.call import ORGANIZATION, PROJECT, Call

DIMENSION, JOB = 12, 13
PAGES = {
    "query.page": "we read all pages",
    "query.page_size": "we read pages of 500",
}
STARTED = {
    "jobs": [{"job_id": JOB, "project_id": PROJECT, "rq_job_id": "queued 7"}],
    "organization_id": ORGANIZATION,
}
BY = {"triggered_by": {"id": 5}}

CALLS = [
    Call(
        "dimensions.list",
        lambda ls: list(
            ls.projects.get(PROJECT).dimensions.of_methodology("consensus").filter(is_active=True)
        ),
        sdk={"project_pk": PROJECT, "agreement_methodology": "consensus", "is_active": True},
        differs={"query.is_active": "the same value, written by another library"},
    ),
    Call(
        "dimensions.get",
        lambda ls: ls.projects.get(PROJECT).dimensions.get(DIMENSION).refresh(),
        sdk={"project_pk": PROJECT, "id": DIMENSION},
    ),
    *(
        call
        for name, at in (("backfill", "dimension"), ("value_counts_backfill", "value_count"))
        for call in (
            Call(
                f"dimensions.trigger_{name}",
                lambda ls, at=at: getattr(ls, f"{at}_backfills").start(next_projects=20),
                sdk={"num_projects": 20},
                answer=STARTED,
            ),
            Call(
                f"dimensions.cancel_{name}",
                lambda ls, at=at: getattr(ls, f"{at}_backfills").cancel(job=JOB),
                sdk={"job_id": JOB},
            ),
            Call(
                f"dimensions.list_{name}s",
                lambda ls, at=at: getattr(ls, f"{at}_backfills").jobs(status="FAILED"),
                sdk={"status": "FAILED"},
                differs=PAGES,
                answer=BY,
            ),
            Call(
                f"dimensions.get_{name}_status",
                lambda ls, at=at: getattr(ls, f"{at}_backfills").status(project=PROJECT),
                sdk={"project_id": PROJECT},
                answer=BY,
            ),
        )
    ),
    Call(
        "states.trigger_backfill",
        lambda ls: ls.state_backfills.start(project=PROJECT),
        sdk={"project_id": PROJECT},
    ),
    Call(
        "states.cancel_backfill",
        lambda ls: ls.state_backfills.cancel(project=PROJECT),
        sdk={"project_id": PROJECT},
    ),
    Call("states.list_backfills", lambda ls: ls.state_backfills.jobs()),
    Call(
        "states.get_backfill_status",
        lambda ls: ls.state_backfills.status(job=JOB),
        sdk={"job_id": JOB},
    ),
]
