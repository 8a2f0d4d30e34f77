"""Assignments of tasks to annotators and reviewers."""

from __future__ import annotations

from contract.call import PROJECT, TASK, USER, Call

OTHER = 4  # another user

CALLS = [
    Call(
        "projects.assignments.list",
        lambda ls: list(_task(ls).assignees),
        sdk={"id": PROJECT, "task_pk": TASK},
    ),
    Call(
        "projects.assignments.bulk_assign",
        lambda ls: (
            ls.projects.get(PROJECT).tasks.limit(2).assign(reviewers=[ls.users.get(USER), OTHER])
        ),
        sdk={
            "id": PROJECT,
            "selected_items": {"all": False, "included": [1, 2]},
            "type": "RE",
            "users": [USER, OTHER],
        },
        before=("GET /api/tasks/",),
    ),
    Call(
        "projects.assignments.assign",
        lambda ls: _task(ls).assign(ls.users.get(USER), OTHER),
        sdk={"id": PROJECT, "task_pk": TASK, "type": "AN", "users": [USER, OTHER]},
    ),
    Call(
        "projects.assignments.update",
        lambda ls: _task(ls).reassign(ls.users.get(USER), type="reviewer"),
        sdk={"id": PROJECT, "task_pk": TASK, "type": "RE", "users": [USER]},
    ),
    Call(
        "projects.assignments.delete",
        lambda ls: _task(ls).unassign(ls.users.get(USER), OTHER, type="annotator"),
        sdk={"id": PROJECT, "task_pk": TASK, "type": "AN", "users": f"{USER},{OTHER}"},
    ),
]


def _task(ls):
    return ls.projects.get(PROJECT).tasks.get(TASK)
