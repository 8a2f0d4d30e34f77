"""Interfaces: lists without code, changes, versions, copies."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Interface, Interfaces, MLBackend
from label_studio_orm.errors import InvalidInput, UnknownName

PATH = "/api/interfaces/"
STORED = {"id": 7, "title": "Grid", "code": "a", "compiled": "b", "versions": [], "workspace": 1}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient()
    client.answers[f"GET {PATH}7/"] = STORED
    client.answers[f"PATCH {PATH}7/"] = lambda options: {**STORED, **options["json"]}
    for verb in ("publish", "append_versions", "duplicate"):
        client.answers[f"POST {PATH}7/{verb}/"] = lambda options: {
            **STORED,
            "versions": [{"id": 1}],
        }
    return client


@pytest.fixture
def interface(client: FakeClient) -> Interface:
    return Interface.get(7, client=client)


def interfaces(client: FakeClient) -> Interfaces:
    return Interfaces._in(client, Interface, {}, {})


def test_a_listed_one_loads_its_code_when_it_is_read(client: FakeClient) -> None:
    rows = [{"id": 7, "title": "Grid"}]
    client.answers[f"GET {PATH}"] = {"count": 1, "results": rows}
    (listed,) = interfaces(client).search("grid")
    assert (listed.title, listed.code) == ("Grid", "a")
    assert client.said == [f"GET {PATH}", f"GET {PATH}7/"]


def test_search_and_filter_are_sent_together(client: FakeClient) -> None:
    asked: list[Any] = []

    def answer(options: dict[str, Any]) -> dict[str, Any]:
        asked.append(options["params"])
        return {"count": 1, "results": [STORED]}

    client.answers[f"GET {PATH}"] = answer
    list(interfaces(client).search("grid", scope="all").filter(workspace=1))
    assert asked[0] == {
        "search": "grid",
        "scope": "all",
        "workspace": 1,
        "page": 1,
        "page_size": 100,
    }


def test_save_sends_the_difference(client: FakeClient, interface: Interface) -> None:
    interface.description = "Images"
    interface.save()
    assert client.calls[-1] == (f"PATCH {PATH}7/", {"description": "Images"})
    assert interface.dirty == set()


def test_a_verb_takes_over_the_answer_and_keeps_unsaved_changes(interface: Interface) -> None:
    assert interface.versions == []
    interface.title = "Larger grid"
    interface.publish(1)
    assert interface.versions == [{"id": 1}]
    assert interface.dirty == {"title"}


def test_a_copy_has_the_code_and_its_own_title(client: FakeClient, interface: Interface) -> None:
    interface.duplicate(title="Copy")
    body = {"code": "a", "compiled": "b", "title": "Copy"}
    assert client.calls[-1] == (f"POST {PATH}7/duplicate/", body)


def test_what_is_missing_or_wrong_is_refused(client: FakeClient, interface: Interface) -> None:
    with pytest.raises(InvalidInput, match="needs title="):
        interface.duplicate()
    with pytest.raises(InvalidInput, match="Interface needs code="):
        interface.replace(title="Grid")
    with pytest.raises(InvalidInput, match="Interface needs compiled="):
        interfaces(client).create(title="Grid", code="a")
    with pytest.raises(InvalidInput, match="versions must be a list"):
        interface.append_versions("Second")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="id of a version must be an integer"):
        interface.publish("1")  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="Did you mean 'title'"):
        interface.replace(titel="Grid", title="x", code="a", compiled="b")  # type: ignore[call-arg]
    assert client.said == []


def test_predictions_of_all_tasks_are_asked_for(client: FakeClient) -> None:
    client.answers["POST /api/ml/9/predict"] = None
    backend = MLBackend.get(9, client=client)
    backend.predict_all()
    assert client.said == ["POST /api/ml/9/predict"]
    with pytest.raises(InvalidInput, match="batch_size must be 1 or more tasks, not 0"):
        backend.predict_all(batch_size=0)
