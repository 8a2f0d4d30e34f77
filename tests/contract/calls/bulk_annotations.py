"""Annotations that are created or deleted together."""

from __future__ import annotations

from contract.call import PROJECT, Call

CALLS = [
    Call(
        "annotations.create_bulk",
        lambda ls: _annotated(ls),
        sdk={"project": PROJECT, "tasks": [2], "result": [], "parent_annotation": 5},
        differs={"body.parent_annotation": "the id of the first one, which is created before"},
        before=(
            "GET /api/tasks/",
            "GET /api/webhooks/",
            "GET /api/projects/2/",
            "POST /api/tasks/1/annotations/",
            "POST /api/tasks/2/annotations/",  # the fake server has not made what it answers
        ),
        unread={"id": "a batch counts what the server has created"},
        community="annotations are copied, or made of predictions",
    ),
    Call(
        "annotations.delete_bulk",
        lambda ls: ls.projects.get(PROJECT).annotations.filter(_first_two()).delete(),
        sdk={"ids": [1, 2], "project": PROJECT},
        before=("GET /api/tasks/",),
        community="annotations are deleted one by one",
    ),
]


def _annotated(ls):
    """Annotate two tasks alike: with so few the bulk route is only used if that is wanted."""
    from support.clock import tuned

    from_number = ls._tuning.batch_annotations_from
    project = ls.projects.get(PROJECT)
    tuned(ls, batch_annotations_from=1)
    try:
        with project.batch() as batch:
            for task in project.tasks.limit(2):
                task.annotate([])
    finally:
        tuned(ls, batch_annotations_from=from_number)
    return batch.created


def _first_two():
    from label_studio_orm import Annotation

    return Annotation.id < 3
