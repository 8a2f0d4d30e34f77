"""The history of annotations: read to its end, deleted as a whole."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Annotation, HistoryItem, Project, Task
from label_studio_orm.errors import InvalidInput, UnknownName

PATH = "/api/annotation-history/"
ITEM = {"id": 7, "action": "submitted", "annotation_id": 4, "task_id": 3, "created_by": 5}


@pytest.fixture
def client() -> FakeClient:
    return FakeClient()


@pytest.fixture
def annotation(client: FakeClient) -> Annotation:
    return Annotation.get(4, client=client)


def test_items_name_the_annotation_and_its_user(client: FakeClient, annotation: Annotation) -> None:
    client.answers[f"GET {PATH}"] = [ITEM]
    (item,) = annotation.history
    assert item.annotation == annotation
    assert item.created_by is not None
    assert (item.action, item.created_by.id, item.task) == (
        "submitted",
        5,
        Task.get(3, client=client),
    )
    assert annotation.history.to_dicts()[0]["action"] == "submitted"


def test_the_history_of_a_project_is_read_page_by_page(client: FakeClient) -> None:
    asked: list[Any] = []

    def page(options: dict[str, Any]) -> dict[str, Any]:
        asked.append(params := options["params"])
        size = params["page_size"]
        ids = range(1, 151)[(params["page"] - 1) * size : params["page"] * size]
        moment = "2026-02-01T00:00:00Z"
        return {"count": 150, "results": [{"id": id, "created_at": moment} for id in ids]}

    client.answers["GET /api/projects/2/annotation-history/"] = page
    history = Project.get(2, client=client).annotation_history
    since = datetime(2026, 1, 1, tzinfo=timezone.utc)
    assert len(list(history.filter(HistoryItem.created_at >= since))) == 150
    assert asked[0]["created_at_from"] == since.isoformat()
    assert len(history) == 150


def test_each_way_deletes_what_it_names(client: FakeClient, annotation: Annotation) -> None:
    asked: list[Any] = []

    def delete(options: dict[str, Any]) -> dict[str, int]:
        asked.append(options["params"])
        return {"removed": 12}

    client.answers[f"DELETE {PATH}"] = delete
    assert annotation.history.delete() == 12
    assert Task.get(3, client=client).delete_annotation_history() == 12
    assert Project.get(2, client=client).annotation_history.delete() == 12
    assert asked == [{"annotation": 4}, {"task": 3}, {"project": 2}]


def test_no_part_of_a_history_is_deleted(client: FakeClient, annotation: Annotation) -> None:
    for part in (annotation.history.filter(action="submitted"), annotation.history.limit(1)):
        with pytest.raises(InvalidInput, match="deleted as a whole"):
            part.delete()
    with pytest.raises(InvalidInput, match="cannot be deleted alone"):
        annotation.history.get(7).delete()
    assert client.said == []


def test_a_history_is_not_changed(annotation: Annotation) -> None:
    with pytest.raises(UnknownName, match="read-only"):
        annotation.history.get(7).action = "accepted"  # type: ignore[misc]
