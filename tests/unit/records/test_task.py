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


def test_annotations_keep_their_changes_when_the_task_is_loaded_again(
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
def test_annotations_and_predictions_are_ordered_by_id(name: str, client: FakeClient) -> None:
    rows = [{**ROW, "id": id} for id in (7, 5, 6)]  # as PostgreSQL sends them after a change
    client.answers["GET /api/tasks/1/"] = {**PARAMS, name: rows}
    task = Task(1, client=client)
    assert [each.id for each in getattr(task, name)] == [5, 6, 7]
    assert [row["id"] for row in task._row()[name]] == [5, 6, 7]


def test_unchanged_annotations_are_updated_from_the_server(task: Task, client: FakeClient) -> None:
    annotation = task.annotations[0]
    client.answers["GET /api/tasks/1/"] = {**PARAMS, "annotations": [{**ROW, "ground_truth": True}]}
    task.refresh()
    assert (task.annotations[0] is annotation, annotation.ground_truth) == (True, True)


def test_a_list_missing_from_the_response_is_empty(task: Task) -> None:
    assert (task.predictions, task.drafts) == ([], [])


def test_a_copy_has_its_own_annotations(task: Task) -> None:
    task.annotations[0].ground_truth = True
    other = copy.copy(task)
    other.annotations[0].ground_truth = False
    assert task.annotations[0].ground_truth
    assert other.annotations[0].dirty == set()


def test_after_an_annotate_of_unknown_outcome_the_task_is_loaded_again(
    task: Task, client: FakeClient
) -> None:
    assert len(task.annotations) == 1
    client.answers["POST /api/tasks/1/annotations/"] = OutcomeUnknown("lost")
    with pytest.raises(OutcomeUnknown):
        task.annotate([])
    client.answers["GET /api/tasks/1/"] = {**PARAMS, "annotations": [ROW, {**ROW, "id": 6}]}
    assert len(task.annotations) == 2


@pytest.mark.parametrize("data", [5, "text", None, [1]])
def test_data_must_be_an_object(data: Any, task: Task) -> None:
    with pytest.raises(InvalidInput, match="data must be an object"):
        task.data = data
