"""States: read to their end, filtered, and never shown as empty without a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Task, User
from label_studio_orm.errors import (
    EditionError,
    IncompleteResult,
    InvalidInput,
    UnknownName,
    Unsupported,
)

HISTORY = "/api/fsm/entities/task/3/history"
TRANSITION = "POST /api/fsm/entities/task/3/transition/"


def change(number: int) -> dict[str, Any]:
    return {"id": f"uuid {number}", "state": "CREATED", "created_at": "2026-01-02T00:00:00Z"}


def paged(rows: list[dict[str, Any]], asked: list[Any]) -> Any:
    """Return an endpoint that lists rows in pages."""

    def answer(options: dict[str, Any]) -> dict[str, Any]:
        asked.append(params := options["params"])
        found = [] if "state" in params and params["state"] != "CREATED" else rows
        end = params["page"] * params["page_size"]
        return {"count": len(found), "results": found[end - params["page_size"] : end]}

    return answer


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient()
    client.answers["GET /api/version"] = {"release": "2.30.0", "edition": "Enterprise"}
    client.answers["GET /api/tasks/3/"] = {"id": 3, "project": 2, "data": {}}
    return client


@pytest.fixture
def task(client: FakeClient) -> Task:
    return Task.get(3, client=client)


def test_a_history_of_several_pages_is_read_to_its_end(client: FakeClient, task: Task) -> None:
    asked: list[Any] = []
    client.answers[f"GET {HISTORY}"] = paged([change(number) for number in range(250)], asked)
    assert [each.id for each in task.state_history] == [f"uuid {n}" for n in range(250)]
    assert [each["page"] for each in asked] == [1, 2, 3]
    assert {each["ordering"] for each in asked} == {"id"}
    assert len(task.state_history) == 250


def test_a_page_that_repeats_or_lacks_changes_is_an_error(client: FakeClient, task: Task) -> None:
    same = {"count": 200, "results": [change(number) for number in range(100)]}
    client.answers[f"GET {HISTORY}"] = same
    with pytest.raises(IncompleteResult, match="twice"):
        list(task.state_history)
    client.answers[f"GET {HISTORY}"] = {"count": 1, "results": []}
    with pytest.raises(IncompleteResult, match="1 changes that it did not send"):
        list(task.state_history)


def test_nothing_is_sent_before_it_is_read(client: FakeClient, task: Task) -> None:
    assert "StateHistory /api/fsm" in repr(task.state_history.filter(state="CREATED"))
    assert client.said == []


def test_filters_add_up(client: FakeClient, task: Task) -> None:
    asked: list[Any] = []
    client.answers[f"GET {HISTORY}"] = paged([change(1)], asked)
    ann = User.get(5, client=client)
    list(task.state_history.filter(state="CREATED").filter(triggered_by=ann))
    assert (asked[0]["state"], asked[0]["triggered_by"]) == ("CREATED", 5)


def test_a_time_without_a_zone_is_local(client: FakeClient, task: Task) -> None:
    asked: list[Any] = []
    client.answers[f"GET {HISTORY}"] = paged([change(1)], asked)
    local = datetime(2026, 1, 2, 3)
    list(task.state_history.filter(since=local))
    assert datetime.fromisoformat(asked[0]["created_at_from"]) == local.astimezone()


def test_wrong_conditions_are_refused(client: FakeClient, task: Task) -> None:
    with pytest.raises(InvalidInput, match="since must be a datetime, not '2026'"):
        task.state_history.filter(since="2026")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="must be a User or its id, not the task"):
        task.state_history.filter(triggered_by=task)  # type: ignore[arg-type]
    with pytest.raises(UnknownName):
        _ = task.state_history.fliter  # type: ignore[attr-defined]
    assert client.said == []


def test_an_empty_history_is_true_on_enterprise_only(client: FakeClient, task: Task) -> None:
    client.answers[f"GET {HISTORY}"] = paged([], [])
    assert list(task.state_history) == []
    assert [*task.state_history.to_arrow().column_names][:2] == ["id", "state"]
    client.is_of_version("1.23.2")
    for read in (list, len):
        with pytest.raises(EditionError, match="only Label Studio Enterprise has states of tasks"):
            read(task.state_history)


def test_a_filter_that_finds_nothing_is_true_where_states_are_kept(
    client: FakeClient, task: Task
) -> None:
    client.is_of_version("1.23.2")
    client.answers[f"GET {HISTORY}"] = paged([change(1)], [])
    assert list(task.state_history.filter(state="COMPLETED")) == []
    assert len(task.state_history.filter(state="COMPLETED")) == 0


def test_a_history_is_a_table(client: FakeClient, task: Task) -> None:
    who = {"id": 5, "email": "ann@example.com"}
    client.answers[f"GET {HISTORY}"] = paged([{**change(1), "triggered_by": who}], [])
    (row,) = task.state_history.to_dicts()
    assert (row["state"], row["triggered_by"].email) == ("CREATED", "ann@example.com")
    assert row["created_at"].year == 2026
    assert task.state_history[-1] == task.state_history[:1][0]


def test_after_a_transition_the_task_is_read_anew(client: FakeClient, task: Task) -> None:
    assert task.data == {}
    client.answers[TRANSITION] = {"success": True, "state_record": change(2), "new_state": "X"}
    assert task.transition("task_in_progress").id == "uuid 2"
    assert client.calls[-1] == (TRANSITION, {"transition_name": "task_in_progress"})
    assert task.data == {}
    assert client.said.count("GET /api/tasks/3/") == 2


def test_a_transition_without_a_new_state_is_an_error(client: FakeClient, task: Task) -> None:
    client.answers[TRANSITION] = {"success": True, "state_record": None, "new_state": None}
    with pytest.raises(Unsupported, match="nothing was done") as caught:
        task.transition("task_in_progress", why="x")
    assert not isinstance(caught.value, EditionError)
    client.is_of_version("1.23.2")
    with pytest.raises(EditionError, match="nothing was done, as there is no new state"):
        task.transition("task_in_progress")
