"""Backfills: started for what was named, waited for, listed to their end."""

from __future__ import annotations

from typing import Any

import pytest
from support.clock import Nap
from support.fake import FakeClient

from label_studio_orm import Project
from label_studio_orm.errors import InvalidInput, JobFailed, JobTimeout
from label_studio_orm.records.enterprise.backfills import (
    Backfills,
    StateBackfills,
    dimension_backfills,
    state_backfills,
)

PATH, STATES = "/api/dimensions/backfill/", "/api/fsm/backfill/"
JOBS = [{"job_id": 11, "project_id": 1}, {"job_id": 12, "project_id": 2}]
STARTED = {"message": "Queued", "jobs": JOBS, "jobs_queued": 2, "projects_remaining": 5}


@pytest.fixture
def client() -> FakeClient:
    client = Nap().on(FakeClient())
    client.answers[f"POST {PATH}"] = client.answers[f"POST {STATES}"] = STARTED
    return client


@pytest.fixture
def backfills(client: FakeClient) -> Backfills:
    return dimension_backfills(client)


def test_the_repr_tells_where_they_are(client: FakeClient) -> None:
    assert repr(dimension_backfills(client)) == f"<Backfills {PATH} at {client.server}>"
    assert repr(state_backfills(client)) == f"<StateBackfills {STATES} at {client.server}>"


@pytest.fixture
def of_states(client: FakeClient) -> StateBackfills:
    return state_backfills(client)


def statuses(client: FakeClient, **by_job: list[str]) -> list[int]:
    """Let jobs have one status after the other; return the ids that are asked for."""
    asked: list[int] = []

    def status(options: dict[str, Any]) -> dict[str, Any]:
        asked.append(id := options["params"]["job_id"])
        left = by_job[f"job{id}"]
        now = left.pop(0) if len(left) > 1 else left[0]
        return {
            "job_id": id,
            "status": now,
            "error_message": "no memory" if now == "FAILED" else None,
        }

    client.answers[f"GET {PATH}status/"] = status
    return asked


def test_a_wait_ends_with_the_last_job(client: FakeClient, backfills: Backfills) -> None:
    asked = statuses(client, job11=["QUEUED", "RUNNING", "COMPLETED"], job12=["COMPLETED"])
    done = backfills.start(project=1).wait()
    assert [(job.job_id, job.status) for job in done] == [(11, "COMPLETED"), (12, "COMPLETED")]
    assert asked == [11, 11, 11, 12]


@pytest.mark.parametrize(
    ("status", "says"), [("FAILED", "no memory"), ("CANCELLED", "its status is CANCELLED")]
)
def test_a_job_that_failed_or_was_cancelled_is_an_error(
    status: str, says: str, client: FakeClient, backfills: Backfills
) -> None:
    statuses(client, job11=["RUNNING", status], job12=["COMPLETED"])
    with pytest.raises(JobFailed, match=f"dimensions of project 1 failed: {says}"):
        backfills.start(project=1).wait()


def test_a_wait_that_takes_too_long_can_go_on(client: FakeClient, backfills: Backfills) -> None:
    statuses(client, job11=["COMPLETED"], job12=["RUNNING"])
    with pytest.raises(JobTimeout, match=r"project 2 was still 'running'.*job\.wait\(\)"):
        backfills.start(project=1).wait(timeout=60)


def test_exactly_one_choice_is_needed(client: FakeClient, backfills: Backfills) -> None:
    with pytest.raises(InvalidInput, match="one of project=, all_projects=, next_projects="):
        backfills.start()
    with pytest.raises(InvalidInput, match="one of job=, project=, all_projects="):
        backfills.cancel(job=11, project=1)
    with pytest.raises(InvalidInput, match="next_projects must be 1 or more, not 0"):
        backfills.start(next_projects=0)
    with pytest.raises(InvalidInput, match="id of a Project must be an integer"):
        backfills.start(project="1")  # type: ignore[arg-type]
    assert client.said == []


def test_all_projects_are_named_in_the_way_of_each_kind(
    client: FakeClient, backfills: Backfills, of_states: StateBackfills
) -> None:
    backfills.start(all_projects=True)
    of_states.start(all_projects=True)
    assert client.calls == [(f"POST {PATH}", {"all_projects": True}), (f"POST {STATES}", None)]
    started = backfills.start(project=Project.get(3, client=client))
    assert client.calls[-1] == (f"POST {PATH}", {"project_id": 3})
    assert (started.jobs_queued, started.projects_remaining) == (2, 5)


def test_jobs_of_several_pages_are_listed(client: FakeClient, backfills: Backfills) -> None:
    def page(options: dict[str, Any]) -> list[dict[str, Any]]:
        params = options["params"]
        start = (params["page"] - 1) * params["page_size"]
        return [{"job_id": id} for id in range(1, 1101)[start : start + params["page_size"]]]

    client.answers[f"GET {PATH}jobs/"] = page
    assert [job.job_id for job in backfills.jobs()] == [*range(1, 1101)]


def test_jobs_of_a_server_without_pages_are_listed_once(
    client: FakeClient, backfills: Backfills
) -> None:
    client.answers[f"GET {PATH}jobs/"] = [{"job_id": id} for id in range(700)]
    assert len(backfills.jobs()) == 700


def test_the_latest_jobs_of_states_are_picked_here(
    client: FakeClient, of_states: StateBackfills
) -> None:
    jobs = [{"job_id": 1, "status": "FAILED", "progress_data": {"failed_projects": 2}}]
    client.answers[f"GET {STATES}jobs/"] = {"jobs": [*jobs, {"job_id": 2, "status": "COMPLETED"}]}
    (job,) = of_states.jobs(status="FAILED")
    assert (job.job_id, job.progress) == (1, {"failed_projects": 2})
    assert of_states.jobs().to_dicts()[1]["status"] == "COMPLETED"


def test_the_status_of_the_organization_has_totals(
    client: FakeClient, of_states: StateBackfills
) -> None:
    totals = {"total_projects": 9, "completed_projects": 4}
    client.answers[f"GET {STATES}status/"] = {"org_status": totals}
    status = of_states.status()
    assert status.organization is not None
    assert (status.organization.total_projects, status.organization.failed_projects) == (9, None)


def test_jobs_without_an_id_are_waited_for_by_their_project(
    client: FakeClient, backfills: Backfills
) -> None:
    asked: list[Any] = []

    def status(options: dict[str, Any]) -> dict[str, Any]:
        asked.append(options["params"])
        return {"status": "COMPLETED"}

    client.answers[f"POST {PATH}"] = {**STARTED, "jobs": [{"project_id": 2}], "jobs_queued": 1}
    client.answers[f"GET {PATH}status/"] = status
    assert len(backfills.start(project=2).wait()) == 1
    assert asked == [{"project_id": 2}]


@pytest.mark.parametrize(("failed", "says"), [(0, ""), (2, "failed_projects=2")])
def test_jobs_that_are_not_named_are_waited_for_with_the_organization(
    failed: int, says: str, client: FakeClient, of_states: StateBackfills
) -> None:
    totals = [
        {"running_projects": 3, "pending_projects": 0},
        {"running_projects": 0, "pending_projects": 0, "failed_projects": failed},
    ]
    client.answers[f"POST {STATES}"] = {**STARTED, "jobs": [], "jobs_queued": 3}
    client.answers[f"GET {STATES}status/"] = lambda options: {"org_status": totals.pop(0)}
    started = of_states.start(all_projects=True)
    if failed:
        with pytest.raises(JobFailed, match=f"states of the organization failed.*{says}"):
            started.wait()
    else:
        (done,) = started.wait()
        assert done.organization is not None
    assert totals == []


def test_nothing_is_waited_for_where_nothing_was_queued(
    client: FakeClient, backfills: Backfills
) -> None:
    client.answers[f"POST {PATH}"] = {**STARTED, "jobs": [], "jobs_queued": 0}
    assert backfills.start(project=1).wait() == []
