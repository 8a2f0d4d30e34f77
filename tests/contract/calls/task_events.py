"""Events of tasks."""

from __future__ import annotations

from datetime import datetime, timezone

from contract.call import ANNOTATION, PROJECT, TASK, Call

NEW_YEAR = datetime(2026, 1, 1, tzinfo=timezone.utc)

CALLS = [
    Call(
        "tasks.create_event",
        lambda ls: (
            ls.projects.get(PROJECT)
            .tasks.get(TASK)
            .add_event(
                "region_deleted",
                time=NEW_YEAR,
                annotation=ANNOTATION,
                draft=8,
                review=9,
                meta={"regions": 2},
            )
        ),
        sdk={
            "id": TASK,
            "event_key": "region_deleted",
            "event_time": NEW_YEAR,
            "annotation": ANNOTATION,
            "annotation_draft": 8,
            "review": 9,
            "meta": {"regions": 2},
        },
        differs={"body.event_time": "the same moment, written with +00:00 instead of Z"},
    ),
]
