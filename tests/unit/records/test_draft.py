"""Drafts: what is sent when they are begun, saved and submitted."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeClient
from support.texts import SENTIMENT, sentiment

from label_studio_orm import Annotation, Draft, Prediction, Project, Task
from label_studio_orm.errors import InvalidInput, InvalidResult, NotFound, UnsavedChanges

TASK, PROJECT = "GET /api/tasks/1/", "GET /api/projects/1/"
BEGIN, READ, SAVE = "POST /api/tasks/1/drafts", "GET /api/drafts/5/", "PATCH /api/drafts/5/"
ANNOTATE, CHANGE = "POST /api/tasks/1/annotations/", "PATCH /api/annotations/9/"
CONVERT = "POST /api/annotations/9/convert-to-draft"
GOOD, BAD = sentiment("Positive"), sentiment("Negative")
ROW = {"id": 5, "task": 1, "annotation": None, "result": GOOD, "lead_time": None, "user": "a@b.c"}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient(Task, Annotation, Prediction, Draft, Project)
    client.answers[PROJECT] = {"id": 1, "title": "Reviews", "label_config": SENTIMENT}
    client.answers[TASK] = {"id": 1, "project": 1, "data": {"text": "Fine."}}
    client.answers[BEGIN] = lambda options: {**ROW, **options["json"]}
    client.answers[READ] = dict(ROW)
    client.answers[SAVE] = lambda options: {**ROW, **options["json"]}
    client.answers[ANNOTATE] = lambda options: {"id": 9, "task": 1, "project": 1, **options["json"]}
    client.answers[CHANGE] = lambda options: {"id": 9, "task": 1, "project": 1, **options["json"]}
    return client


@pytest.fixture
def task(client: FakeClient) -> Task:
    return Task._from_answer(client, {"id": 1, "project": 1, "data": {"text": "Fine."}})


@pytest.fixture
def draft(client: FakeClient) -> Draft:
    return Draft._from_answer(client, dict(ROW), complete=True)


def test_a_draft_is_built_as_an_annotation_is(task: Task, client: FakeClient) -> None:
    draft = task.draft({"sentiment": "Positive"}, lead_time=2.0)
    path, body = client.calls[-1]
    assert (path, body["lead_time"]) == (BEGIN, 2.0)
    assert draft["sentiment"] == "Positive"
    assert client.said == [PROJECT, BEGIN]  # the task tells the project


def test_what_does_not_fit_is_refused_with_its_task(task: Task) -> None:
    for add in (task.annotate, task.predict, task.draft):  # perhaps in a loop over many tasks
        with pytest.raises(InvalidResult, match=r"^task 1: .*no label 'Positiv'"):
            add({"sentiment": "Positiv"})


def test_only_what_was_changed_of_a_draft_is_sent(draft: Draft, client: FakeClient) -> None:
    draft.was_postponed = True
    draft.save()
    assert client.calls[-1] == (SAVE, {"was_postponed": True})
    draft.result = sentiment("Positiv")
    with pytest.raises(InvalidResult):
        draft.save()
    assert client.changed == [SAVE]


def test_a_draft_is_looked_for_before_it_is_submitted(draft: Draft, client: FakeClient) -> None:
    client.answers[READ] = {**ROW, "result": BAD, "lead_time": 3.0}  # changed in the editor since
    annotation = draft.submit(ground_truth=True)
    path, body = client.calls[-1]
    assert path == ANNOTATE
    assert body == {"result": BAD, "draft_id": 5, "lead_time": 3.0, "ground_truth": True}
    assert annotation.id == 9
    client.answers[READ] = NotFound("no such draft")
    with pytest.raises(NotFound, match="It was submitted or deleted"):
        draft.submit()
    assert client.changed == [ANNOTATE]


def test_unsaved_changes_of_a_draft_are_submitted_and_checked(
    draft: Draft, client: FakeClient
) -> None:
    draft.result = sentiment("Positiv")
    with pytest.raises(InvalidResult):
        draft.submit()
    draft.result = BAD
    draft.submit()
    assert client.calls[-1] == (ANNOTATE, {"result": BAD, "draft_id": 5})


def test_a_draft_of_an_annotation_is_submitted_as_its_result(
    draft: Draft, client: FakeClient
) -> None:
    client.answers[READ] = {**ROW, "annotation": 9, "result": BAD}
    client.answers["GET /api/annotations/9/"] = {"id": 9, "task": 1, "project": 1, "result": GOOD}
    assert draft.submit().id == 9
    assert client.calls[-1] == (CHANGE, {"result": BAD})
    assert client.changed == [CHANGE]


def test_an_annotation_with_unsaved_changes_is_not_taken_back(client: FakeClient) -> None:
    params = {"id": 9, "task": 1, "project": 1, "result": GOOD}
    client.answers[CONVERT] = dict(ROW)
    annotation = Annotation._from_answer(client, params, complete=True)
    annotation.ground_truth = True
    with pytest.raises(UnsavedChanges):
        annotation.to_draft()
    assert client.changed == []
    del annotation
    draft = Annotation._from_answer(client, params, complete=True).to_draft()
    assert (draft.id, draft["sentiment"]) == (5, "Positive")
    assert client.said == [CONVERT, PROJECT]


def test_a_draft_of_an_annotation_of_another_task_is_refused(
    task: Task, client: FakeClient
) -> None:
    annotation = Annotation._from_answer(client, {"id": 9, "task": 2, "project": 1})
    with pytest.raises(InvalidInput, match="must be of <Task 1>"):
        Draft.create(task, GOOD, annotation=annotation)
    assert client.changed == []


@pytest.mark.parametrize("relations", [None, 7, "ab"])
def test_relations_are_a_list(relations: Any, task: Task) -> None:
    with pytest.raises(InvalidInput, match="relations must be a list such as"):
        task.draft(GOOD, relations=relations)
