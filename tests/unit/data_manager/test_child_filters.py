"""Servers before 1.21 ignore child filters: there, such filters are read part by part."""

from __future__ import annotations

from typing import Any

import pytest
from support.tasks import TaskServer, set_page_sizes

from label_studio_orm import Task
from label_studio_orm.errors import Unsupported
from label_studio_orm.features import CHILD_FILTERS, can
from label_studio_orm.orm.expressions import Expression

FIRST = (Task.id < 3) & (Task.overlap == 1)
LAST = (Task.id > 23) & (Task.overlap == 1)
COUNTS = ("total_annotations", "cancelled_annotations")
FEW = {
    "conjunction": "or",
    "items": [
        {
            "filter": "filter:tasks:id",
            "operator": operator,
            "type": "Number",
            "value": value,
            "child_filter": {
                "filter": "filter:tasks:overlap",
                "operator": "equal",
                "type": "Number",
                "value": 1,
            },
        }
        for operator, value in (("less", 3), ("greater", 23))
    ],
}


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    set_page_sizes(monkeypatch, 10, by_ids=4, of_ids=10)


@pytest.fixture
def old_task_server() -> TaskServer:
    """A server that ignores child filters, which the client does not know yet."""
    server = TaskServer(25)
    for id in (2, 4):
        server.rows[id]["overlap"] = 2
    server.nests = False
    server.client.is_of_version("1.20.0")
    server.client.answers["POST /api/dm/actions/"] = lambda options: {
        "processed_items": len(options["json"]["selectedItems"]["included"])
    }
    return server


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (FIRST | LAST, [1, 24, 25]),
        ((Task.id < 13) | (Task.id > 13), [id for id in range(1, 26) if id != 13]),
        (Task.id.in_(range(3, 900)), list(range(3, 26))),
        ((Task.id.in_(range(3, 900))) & (Task.overlap == 2), [4]),
        (Task.avg_lead_time != 2.0, list(range(1, 26))),
        (Task.data["n"] != -3, [id for id in range(1, 26) if id != 3]),
        (Task.id > 20, [21, 22, 23, 24, 25]),
    ],
    ids=["pairs", "or", "in 900", "in 900 and", "not equal", "data not equal", "one"],
)
def test_every_filter_matches_the_same_tasks(
    where: Expression, found: list[int], old_task_server: TaskServer
) -> None:
    query = old_task_server.tasks.filter(where)
    assert [task.id for task in query] == query.ids() == found
    assert (len(query), query.exists()) == (len(found), True)
    assert [task.id for task in query.order_by("-id")] == found[::-1]
    assert [task.id for task in query[1:3]] == found[1:3]
    assert [task.id for task in query.order_by(Task.data["n"])] == found[::-1]


def test_more_of_a_page_is_requested_by_ids(old_task_server: TaskServer) -> None:
    for id, row in old_task_server.rows.items():
        row["annotations"] = [{"id": 100 + id, "task": id, "project": 1, "result": []}]
    found = {
        t.id: [each.id for each in t.annotations]
        for t in old_task_server.tasks.filter(FIRST | LAST)
    }
    assert found == {id: [100 + id] for id in (1, 24, 25)}


def test_annotations_of_all_pages_are_read(old_task_server: TaskServer) -> None:
    for id, row in old_task_server.rows.items():
        row["annotations"] = [{"id": 100 + id, "task": id, "project": 1, "result": []}]
        row["total_annotations"] = 1
    project = old_task_server.tasks.first().project  # type: ignore[union-attr]
    assert [each.id for each in project.annotations] == [100 + id for id in old_task_server.ids]


@pytest.mark.parametrize("where", [FIRST | LAST, FEW], ids=["conditions", "the server's words"])
def test_only_matching_tasks_are_deleted(where: Any, old_task_server: TaskServer) -> None:
    assert old_task_server.tasks.filter(where).delete() == 3
    assert old_task_server.client.calls[-1][1]["selectedItems"]["included"] == [1, 24, 25]


def test_a_view_with_child_filters_means_what_it_says(old_task_server: TaskServer) -> None:
    """As one that was saved before the server was set back to an older version."""
    view = {"id": 3, "project": 1, "data": {"filters": FEW}}
    old_task_server.client.answers["GET /api/dm/views/3/"] = view
    assert old_task_server.tasks.filter(view=3).count() == 3
    assert old_task_server.tasks.filter(view=3).delete() == 3
    assert old_task_server.client.calls[-1][1]["selectedItems"]["included"] == [1, 24, 25]


def test_a_view_that_the_server_would_ignore_is_not_saved(old_task_server: TaskServer) -> None:
    with pytest.raises(
        Unsupported,
        match=r"Label Studio 1\.20\.0 cannot combine `or` with `and` in one filter; 1\.21 and",
    ):
        old_task_server.tasks.filter(FIRST | LAST).save_as_view("Few")
    assert old_task_server.client.changed == []


def test_the_probe_is_sent_once_and_only_for_filters_with_or(old_task_server: TaskServer) -> None:
    def probes() -> int:
        return sum("ordering" not in page["query"] for page in old_task_server.pages)

    old_task_server.tasks.filter(Task.id > 3).ids()
    assert probes() == 0
    for _ in range(3):
        old_task_server.tasks.filter(FIRST | LAST).ids()
    assert (probes(), old_task_server.client._facts[CHILD_FILTERS.action]) == (1, False)


def test_a_probe_of_an_empty_project_is_not_conclusive() -> None:
    server = TaskServer(0)
    server.client._facts.clear()
    assert server.tasks.filter(FIRST | LAST).ids() == []
    assert CHILD_FILTERS.action not in server.client._facts


def test_a_probe_of_a_project_that_is_being_filled_is_not_conclusive(
    old_task_server: TaskServer,
) -> None:
    old_task_server.client._facts.pop(CHILD_FILTERS.action, None)
    totals = iter((0, 0, 25))
    old_task_server.client.answers["GET /api/tasks/"] = lambda options: {
        "total": next(totals),
        "tasks": [],
    }
    assert not can(old_task_server.client, CHILD_FILTERS, 7)
    assert CHILD_FILTERS.action not in old_task_server.client._facts


def test_deleting_does_not_depend_on_child_filters() -> None:
    server = TaskServer(25)
    server.client.answers["POST /api/dm/actions/"] = {"processed_items": 24}
    server.tasks.filter((Task.id < 13) | (Task.id > 13)).delete()
    assert "child_filter" not in str(server.pages)


def test_explain_names_the_route_on_older_servers_without_a_request(
    old_task_server: TaskServer,
) -> None:
    plain, either = (
        old_task_server.tasks.filter(Task.id > 3),
        old_task_server.tasks.filter((Task.id > 9) | (Task.id < 4)),
    )
    assert "1.21" not in plain.explain()
    assert "(before Label Studio 1.21: all ids first" in either.explain()
    assert old_task_server.client.said == []
