"""Reviews: what is sent, what is read anew, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeClient
from support.texts import SENTIMENT, sentiment

from label_studio_orm import Annotation, AnnotationReview, InvalidInput, OutcomeUnknown, Task

REVIEWS = "/api/annotation-reviews/"
ROW = {"id": 7, "annotation": 4, "accepted": True}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient(Task, Annotation)
    annotations = [
        {"id": id, "task": 3, "project": 1, "result": [], "state": "new"} for id in (4, 5)
    ]
    client.answers |= {
        "GET /api/projects/1/": {"id": 1, "label_config": SENTIMENT, "parsed_label_config": {}},
        "GET /api/tasks/3/": {"id": 3, "project": 1, "data": {}, "annotations": annotations},
        "GET /api/annotations/4/": annotations[0],
        f"POST {REVIEWS}": lambda options: {**options["json"], "id": 7},
        f"GET {REVIEWS}7/": ROW,
        f"PATCH {REVIEWS}7/": lambda options: {**ROW, **options["json"]},
        f"DELETE {REVIEWS}7/": None,
    }
    return client


@pytest.fixture
def task(client: FakeClient) -> Task:
    return Task(3, client=client)


def sent(client: FakeClient) -> list[Any]:
    return [body for call, body in client.calls if not call.startswith("GET ")]


def test_a_review_makes_the_annotation_be_read_anew(client: FakeClient, task: Task) -> None:
    annotation = task.annotations[0]
    assert annotation.state == "new"
    client.answers["GET /api/annotations/4/"] = {
        "id": 4,
        "task": 3,
        "project": 1,
        "result": [],
        "state": "accepted",
    }
    review = annotation.review(accept=True, comment="Well done.")
    assert sent(client) == [{"annotation": 4, "accepted": True, "comment": "Well done."}]
    assert (review.id, review.annotation, review.accepted) == (7, annotation, True)
    assert annotation.state == "accepted"


def test_a_correction_is_given_in_the_terms_of_the_config(client: FakeClient, task: Task) -> None:
    task.annotations[0].review(accept=True, result={"sentiment": "Positive"})
    (region,) = sent(client)[0]["result"]
    assert region["value"] == sentiment("Positive")[0]["value"]


def test_unsaved_changes_of_the_annotation_stay(client: FakeClient, task: Task) -> None:
    annotation = task.annotations[0]
    annotation.ground_truth = True
    annotation.review(accept=True)
    assert (annotation.dirty, len(sent(client))) == ({"ground_truth"}, 1)


def test_a_review_of_a_task_is_one_of_each_annotation(client: FakeClient, task: Task) -> None:
    reviews = task.review(accept=False, reject_action="requeue")
    assert len(reviews) == 2
    assert [body["annotation"] for body in sent(client)] == [4, 5]
    assert {body["reject_action"] for body in sent(client)} == {"requeue"}


def test_an_error_tells_how_many_annotations_were_reviewed(client: FakeClient, task: Task) -> None:
    answers = iter([ROW, OutcomeUnknown("Lost.")])
    client.answers[f"POST {REVIEWS}"] = lambda options: next(answers)
    with pytest.raises(OutcomeUnknown, match="1 of 2 annotations were reviewed"):
        task.review(accept=True)


def test_a_task_without_annotations_cannot_be_reviewed(client: FakeClient, task: Task) -> None:
    client.answers["GET /api/tasks/3/"] = {"id": 3, "project": 1, "annotations": []}
    with pytest.raises(InvalidInput, match="has no annotation to review"):
        task.review(accept=True)
    assert sent(client) == []


@pytest.mark.parametrize(
    ("accept", "options", "told"),
    [
        (True, {"reject_action": "delete"}, "reject_action must be one of 'remove'"),
        ("yes", {}, "accept must be True or False, not 'yes'"),
        (None, {}, "accept must be True or False, not None"),
    ],
)
def test_bad_reviews_are_refused(
    accept: Any, options: Any, told: str, client: FakeClient, task: Task
) -> None:
    with pytest.raises(InvalidInput, match=told):
        task.annotations[0].review(accept=accept, **options)
    assert sent(client) == []


def test_save_sends_only_what_was_changed(client: FakeClient) -> None:
    review = AnnotationReview(7, client=client)
    assert review.accepted
    review.accepted = False
    review.save()
    review.save()
    assert sent(client) == [{"accepted": False}]


def test_reviews_of_a_project_are_asked_for_by_its_id(client: FakeClient) -> None:
    params: list[Any] = []
    client.answers[f"GET {REVIEWS}"] = lambda options: params.append(options["params"]) or [ROW]
    task = Task(3, client=client)
    assert task.project.reviews.filter(accepted=False).count() == 0
    assert [each.id for each in task.annotations[0].reviews] == [7]
    assert params == [{"annotation__task__project": 1}, {"annotation": 4}]
    assert task.project.reviews.to_dicts() == [ROW]
