"""The history of annotations, and the states of tasks, annotations and projects."""

from __future__ import annotations

import datetime

from contract.call import ANNOTATION, PROJECT, TASK, USER, Call

ITEM = 11
SINCE = datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc)
UNTIL = datetime.datetime(2027, 1, 2, tzinfo=datetime.timezone.utc)
PAGES = {
    "query.page": "we read all pages",
    "query.page_size": "we read pages of 100",
}
COUNT = {"count": "we count what we have read"}
TIMES = {
    "query.created_at_from": "the same moment, written in another way",
    "query.created_at_to": "the same moment, written in another way",
}
CHANGE = {
    "id": "01a2202a-63e9-75ac-919d-b0d3306d81c2",
    "state": "IN_PROGRESS",
    "previous_state": "COMPLETED",
    "transition_name": "task_in_progress",
    "triggered_by": {"id": USER, "email": "ann@example.com"},
    "reason": "Annotations deleted",
    "created_at": "2026-03-01T00:00:00Z",
    "context_data": {"total_annotations": 17},
}


def _annotation(ls):
    from label_studio_orm import Annotation

    return Annotation.get(ANNOTATION, client=ls)


def _project_history(ls):
    from label_studio_orm import HistoryItem

    items = ls.projects.get(PROJECT).annotation_history
    at = HistoryItem.created_at
    return list(items.filter(at >= SINCE, at <= UNTIL))


def _states(ls):
    return ls.projects.get(PROJECT).tasks.get(TASK).state_history


CALLS = [
    Call(
        "annotation_history.list",
        lambda ls: list(_annotation(ls).history),
        sdk={"annotation": ANNOTATION},
    ),
    Call(
        "annotation_history.retrieve",
        lambda ls: _annotation(ls).history.get(ITEM).refresh(),
        sdk={"id": ITEM},
    ),
    Call(
        "annotation_history.list_for_project",
        _project_history,
        sdk={"id": PROJECT, "created_at_from": SINCE, "created_at_to": UNTIL},
        differs={**PAGES, **TIMES},
        unread=COUNT,
    ),
    Call(
        "annotation_history.delete",
        lambda ls: _annotation(ls).history.delete(),
        sdk={"annotation": ANNOTATION},
    ),
    Call(
        "states.state_history",
        lambda ls: list(
            _states(ls).filter(
                state="COMPLETED",
                previous_state="CREATED",
                transition="task_completed",
                triggered_by=USER,
                since=SINCE,
                until=UNTIL,
            )
        ),
        sdk={
            "entity_name": "task",
            "entity_id": TASK,
            "state": "COMPLETED",
            "previous_state": "CREATED",
            "transition_name": "task_completed",
            "triggered_by": USER,
            "created_at_from": SINCE.isoformat(),
            "created_at_to": UNTIL.isoformat(),
            "ordering": "id",
        },
        differs=PAGES,
        unread=COUNT,
    ),
    Call(
        "states.execute_transition",
        lambda ls: ls.projects.get(PROJECT).tasks.get(TASK).transition("task_in_progress", why="x"),
        sdk={
            "entity_name": "task",
            "entity_id": TASK,
            "transition_name": "task_in_progress",
            "transition_data": {"why": "x"},
        },
        before=("GET /api/tasks/3/",),
        answer={"state_record": CHANGE, "new_state": CHANGE["state"], "success": True},
        unread={"success": "it is true of every answer but an error"},
    ),
]
