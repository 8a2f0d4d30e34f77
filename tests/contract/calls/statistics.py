"""Statistics of projects, agreement matrices of tasks, KPIs of the organization."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from contract.call import PROJECT, TASK, USER, Call

MODEL = "m1"
OF_PROJECT = {"id": PROJECT}
OF_USER = {"id": PROJECT, "user_pk": USER}
OF_USERS = {"id": PROJECT, "ids": f"{USER},6"}
OF_MODEL = {"id": PROJECT, "model_version": MODEL}
NEW_YEAR = datetime(2026, 1, 1, tzinfo=timezone.utc)
SCORES = {f"{USER}": 0.25, "6": 0.5}


def stats(ls: Any) -> Any:
    return ls.projects.get(PROJECT).stats


CALLS = [
    Call(
        "projects.stats.total_agreement",
        lambda ls: stats(ls).agreement,
        sdk=OF_PROJECT,
    ),
    Call(
        "projects.stats.agreement_annotator",
        lambda ls: stats(ls).agreement_of(USER),
        sdk={**OF_PROJECT, "user_id": USER},
    ),
    Call(
        "projects.stats.agreement_annotators",
        lambda ls: stats(ls).agreement_of([USER, 6]),
        sdk=OF_USERS,
        answer={"agreement": SCORES},
    ),
    Call(
        "projects.stats.user_ground_truth_agreement",
        lambda ls: stats(ls).ground_truth_agreement_of(USER, per_label=True),
        sdk={**OF_USER, "per_label": True},
    ),
    Call(
        "projects.stats.users_ground_truth_agreement",
        lambda ls: stats(ls).ground_truth_agreement_of([USER, 6]),
        sdk=OF_USERS,
        answer={"agreement": SCORES},
    ),
    Call(
        "projects.stats.user_prediction_agreement",
        lambda ls: stats(ls).prediction_agreement_of(USER),
        sdk=OF_USER,
    ),
    Call(
        "projects.stats.users_prediction_agreement",
        lambda ls: stats(ls).prediction_agreement_of([USER, 6], per_label=True),
        sdk={**OF_USERS, "per_label": True},
        answer={"agreement": SCORES},
    ),
    Call(
        "projects.stats.user_review_score",
        lambda ls: stats(ls).review_score_of(USER),
        sdk=OF_USER,
    ),
    Call(
        "projects.stats.users_review_score",
        lambda ls: stats(ls).review_score_of([USER, 6]),
        sdk=OF_USERS,
        answer={"review_score": SCORES, "performance_score": {f"{USER}": 0.75}},
    ),
    Call(
        "projects.stats.model_version_annotator_agreement",
        lambda ls: stats(ls).agreement_of_model(MODEL),
        sdk=OF_MODEL,
    ),
    Call(
        "projects.stats.model_version_ground_truth_agreement",
        lambda ls: stats(ls).ground_truth_agreement_of_model(MODEL, per_label=True),
        sdk={**OF_MODEL, "per_label": True},
    ),
    Call(
        "projects.stats.model_version_prediction_agreement",
        lambda ls: stats(ls).prediction_agreement_of_model(MODEL),
        sdk=OF_MODEL,
    ),
    Call(
        "projects.stats.iaa",
        lambda ls: stats(ls).iaa(tasks=[TASK, 2], std=True, expand=["users"]),
        sdk={**OF_PROJECT, "task": f"{TASK},2", "std": True, "expand": "users"},
    ),
    Call(
        "projects.stats.data_quality_agreement_dimensions",
        lambda ls: stats(ls).agreement_by_dimension(),
        sdk=OF_PROJECT,
    ),
    Call(
        "projects.stats.data_quality_agreement_distribution",
        lambda ls: stats(ls).agreement_distribution(),
        sdk=OF_PROJECT,
    ),
    Call(
        "projects.stats.data_quality_agreement_confusion_matrix",
        lambda ls: stats(ls).confusion_matrix("sentiment", mode="ground_truth"),
        sdk={**OF_PROJECT, "from_name": "sentiment", "mode": "ground_truth"},
    ),
    Call("projects.stats.lead_time", lambda ls: stats(ls).lead_time, sdk=OF_PROJECT),
    Call("projects.stats.finished_tasks", lambda ls: stats(ls).finished_tasks(USER), sdk=OF_USER),
    Call(
        "projects.stats.label_distribution_structure",
        lambda ls: stats(ls).label_structure,
        sdk=OF_PROJECT,
    ),
    Call(
        "projects.stats.label_distribution_counts",
        lambda ls: stats(ls).label_distribution,
        sdk={**OF_PROJECT, "limit": 100},
        answer={"next_offset": None},
        differs={"query.offset": "we begin at 0, and read to the end"},
        unread={"totals": "the counts of a dimension add up to them"},
    ),
    Call(
        "projects.stats.member_performance_rows",
        lambda ls: stats(ls).member_performance("reviews", users=[USER, 6]),
        sdk={**OF_USERS, "table": "reviews", "page": 1, "page_size": 100},
        answer={"count": 1, "results": [{"user": USER, "finished": 103}]},
        unread=dict.fromkeys(("count", "page", "page_size"), "of pages, which are read to the end"),
    ),
    Call(
        "projects.stats.member_performance_summary",
        lambda ls: stats(ls).performance_summary("reviews"),
        sdk={**OF_PROJECT, "table": "reviews"},
    ),
    Call(
        "projects.stats.member_performance_participants",
        lambda ls: stats(ls).performance_participants(),
        sdk={**OF_PROJECT, "table": "annotations"},
    ),
    Call("projects.stats.data_filters", lambda ls: stats(ls).data_filters, sdk=OF_PROJECT),
    Call(
        "projects.stats.update_stats",
        lambda ls: stats(ls).update("label"),
        sdk={**OF_PROJECT, "stat_type": "label"},
    ),
    Call(
        "tasks.agreement_matrix.get",
        lambda ls: (
            ls.projects.get(PROJECT)
            .tasks.get(TASK)
            .agreement_matrix(annotators=[USER], models=[MODEL], ground_truth=True, dimension=8)
        ),
        sdk={
            "project_pk": PROJECT,
            "task_pk": TASK,
            "selection": {
                "annotators": {"ids": [f"{USER}"]},
                "models": {"ids": [MODEL]},
                "ground_truth": True,
            },
            "dimension": 8,
        },
    ),
    Call("analytics.kpis.list", lambda ls: ls.analytics.kpis()),
    Call(
        "analytics.kpis.get",
        lambda ls: ls.analytics.kpi(
            "lead_time", start=NEW_YEAR, users=[USER, 6], projects=[PROJECT], by_time="daily"
        ),
        sdk={
            "kpi_key": "lead_time",
            "tz": "UTC",
            "start": NEW_YEAR,
            "members": f"{USER},6",
            "projects": f"{PROJECT}",
            "segment_by_time": "daily",
        },
        differs={"query.start": "the same moment, written with +00:00 instead of Z"},
    ),
]
