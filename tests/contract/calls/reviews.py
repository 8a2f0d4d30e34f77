"""Reviews of annotations."""

from __future__ import annotations

from datetime import datetime, timezone

from contract.call import ANNOTATION, PROJECT, TASK, Call, saved

REVIEW = 7
STARTED = datetime(2026, 1, 2, tzinfo=timezone.utc)

CALLS = [
    Call(
        "annotation_reviews.list",
        lambda ls: list(_annotation(ls).reviews),
        sdk={"annotation": ANNOTATION},
        before=("GET /api/tasks/3/",),
    ),
    Call(
        "annotation_reviews.create",
        lambda ls: _annotation(ls).review(
            accept=False,
            comment="One is missing.",
            reject_action="requeue",
            remove_from_queue=True,
            result=[],
            started_at=STARTED,
            last_annotation_history=8,
            async_postprocess=True,
        ),
        sdk={
            "annotation": ANNOTATION,
            "accepted": False,
            "comment": "One is missing.",
            "reject_action": "requeue",
            "remove_from_queue": True,
            "result": [],
            "started_at": STARTED,
            "last_annotation_history": 8,
            "async_postprocess": True,
        },
        differs={"body.started_at": "we write +00:00 and the SDK Z, which is the same moment"},
        before=("GET /api/tasks/3/",),
    ),
    Call(
        "annotation_reviews.get",
        lambda ls: _review(ls).refresh(),
        sdk={"id": REVIEW},
    ),
    Call(
        "annotation_reviews.update",
        lambda ls: saved(_review(ls), accepted=False, reject_action="remove"),
        sdk={"id": REVIEW, "accepted": False, "reject_action": "remove"},
        before=("GET /api/annotation-reviews/7/",),
    ),
    Call("annotation_reviews.delete", lambda ls: _review(ls).delete(), sdk={"id": REVIEW}),
]


def _annotation(ls):
    annotations = ls.projects.get(PROJECT).tasks.get(TASK).annotations
    return next(each for each in annotations if each.id == ANNOTATION)


def _review(ls):
    from label_studio_orm import AnnotationReview

    return AnnotationReview(REVIEW, client=ls)
