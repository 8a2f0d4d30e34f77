"""Tasks and the records that come with them."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Annotation, Draft, Prediction, Task
from label_studio_orm.errors import InvalidInput, OutcomeUnknown

ROW = {"id": 5, "task": 1, "result": [], "ground_truth": False}
PARAMS = {"id": 1, "data": {"text": "a"}, "annotations": [ROW], "predictions": None}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient(Task, Annotation, Prediction, Draft)
    client.answers["GET /api/tasks/1/"] = PARAMS
    client.answers["POST /api/predictions/"] = {"id": 9, "task": 1}
    return client


@pytest.fixture
def task(client: FakeClient) -> Task:
    return Task(1, client=client)


def test_annotations_keep_their_edits_when_the_task_is_read_anew(
    task: Task, client: FakeClient
) -> None:
    annotation = task.annotations[0]
    annotation.ground_truth = True
    task.predict([])
    client.answers["GET /api/tasks/1/"] = {**PARAMS, "annotations": [dict(ROW), {**ROW, "id": 6}]}
    assert [each.id for each in task.annotations] == [5, 6]
    assert task.annotations[0] is annotation
    assert annotation.dirty == {"ground_truth"}


@pytest.mark.parametrize("name", ["annotations", "predictions", "drafts"])
def test_what_a_task_has_is_in_the_order_of_ids(name: str, client: FakeClient) -> None:
    rows = [{**ROW, "id": id} for id in (7, 5, 6)]  # as PostgreSQL sends them after a change
    client.answers["GET /api/tasks/1/"] = {**PARAMS, name: rows}
    task = Task(1, client=client)
    assert [each.id for each in getattr(task, name)] == [5, 6, 7]
    assert [row["id"] for row in task._row()[name]] == [5, 6, 7]


def test_annotations_that_were_not_edited_follow_the_server(task: Task, client: FakeClient) -> None:
    annotation = task.annotations[0]
    client.answers["GET /api/tasks/1/"] = {**PARAMS, "annotations": [{**ROW, "ground_truth": True}]}
    task.refresh()
    assert (task.annotations[0] is annotation, annotation.ground_truth) == (True, True)


def test_a_list_that_the_server_does_not_send_is_empty(task: Task) -> None:
    assert (task.predictions, task.drafts) == ([], [])


def test_a_copy_has_annotations_of_its_own(task: Task) -> None:
    task.annotations[0].ground_truth = True
    other = copy.copy(task)
    other.annotations[0].ground_truth = False
    assert task.annotations[0].ground_truth
    assert other.annotations[0].dirty == set()


def test_after_an_annotation_whose_outcome_is_unknown_the_server_is_asked(
    task: Task, client: FakeClient
) -> None:
    assert len(task.annotations) == 1
    client.answers["POST /api/tasks/1/annotations/"] = OutcomeUnknown("lost")
    with pytest.raises(OutcomeUnknown):
        task.annotate([])
    client.answers["GET /api/tasks/1/"] = {**PARAMS, "annotations": [ROW, {**ROW, "id": 6}]}
    assert len(task.annotations) == 2


@pytest.mark.parametrize("data", [5, "text", None, [1]])
def test_data_is_an_object(data: Any, task: Task) -> None:
    with pytest.raises(InvalidInput, match="data must be an object"):
        task.data = data
