"""Filters in the server's own format, and those of views."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeClient
from support.filters import (
    ITEM_A,
    ONE,
    TWO,
    A,
    B,
    both,
    either,
    item,
    wire,
)

from label_studio_orm import Project, Task, View
from label_studio_orm.data_manager.filters import compile_filter
from label_studio_orm.errors import InvalidInput


def sent(query: Any, client: FakeClient) -> Any:
    return wire(query._selection.where, client)


RAW = item("total_annotations", "greater", "Number", 0)


def test_a_filter_in_the_servers_own_format_is_passed_on(client: FakeClient) -> None:
    tasks = Project(1, client=client).tasks
    assert sent(tasks.filter(both(RAW, ONE)), client) == both(RAW, ONE)
    assert sent(tasks.filter(either(RAW, ONE)), client) == either(RAW, ONE)
    with_child = {**RAW, "child_filter": ONE}
    assert sent(tasks.filter(either(with_child, TWO)), client) == either(with_child, TWO)
    assert sent(tasks.filter(both(RAW), Task.id == 1), client) == both(RAW, ONE)


def test_a_filter_without_items_finds_all(client: FakeClient) -> None:
    empty: Any = {"conjunction": "and", "items": []}
    assert sent(Project(1, client=client).tasks.filter(empty), client) == both()


def test_an_empty_or_is_refused_as_the_server_would_match_all(client: FakeClient) -> None:
    with pytest.raises(InvalidInput, match="at least one item"):
        Project(1, client=client).tasks.filter({"conjunction": "or", "items": []})
    with pytest.raises(InvalidInput, match="must not have an empty list"):
        compile_filter(Task.predictions_model_versions.contains([]), client, 1)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, 'A filter must have a "conjunction"'),
        ({"conjunction": "xor", "items": []}, 'of "and" or "or"'),
        ({"conjunction": "and", "items": RAW}, 'a list of "items"'),
        (both({"filter": "filter:tasks:id"}), "items[0] of a filter must have 'operator'"),
        (both(RAW, "id > 3"), "items[1] of a filter must have 'filter'"),
        (
            both({**RAW, "operator": "eqaul"}),
            "one of the server's, not 'eqaul'. Did you mean 'equal'?",
        ),
        (both({**RAW, "child_filter": {"filter": "x"}}), "must have 'operator'"),
    ],
)
def test_a_filter_in_the_servers_own_format_is_checked(
    given: Any, says: str, client: FakeClient
) -> None:
    with pytest.raises(InvalidInput) as caught:
        Project(1, client=client).tasks.filter(given)
    assert says in str(caught.value)


def test_columns_of_a_raw_filter_are_checked_when_it_is_sent(client: FakeClient) -> None:
    with pytest.raises(InvalidInput, match=r"data 'spilt'\. Did you mean 'split'"):
        sent(
            Project(1, client=client).tasks.filter(
                both({**RAW, "filter": "filter:tasks:data.spilt"})
            ),
            client,
        )


def test_a_raw_filter_cannot_be_negated(client: FakeClient) -> None:
    where = Project(1, client=client).tasks.filter(both(RAW))._selection.where
    with pytest.raises(InvalidInput, match="must not be negated"):
        _ = ~where  # type: ignore[operator]


# -- views ----------------------------------------------------------------------------------------

VIEW = "GET /api/dm/views/3/"


def test_the_filter_of_a_view_is_joined_with_others(client: FakeClient) -> None:
    client.answers[VIEW] = {"id": 3, "project": 1, "data": {"filters": either(RAW, TWO)}}
    tasks = Project(1, client=client).tasks
    assert sent(tasks.filter(view=3), client) == either(RAW, TWO)
    assert sent(tasks.filter(Task.id == 1, view=View(3, client=client)), client) == either(
        {**ONE, "child_filter": RAW}, {**ONE, "child_filter": TWO}
    )


@pytest.mark.parametrize("data", [None, {}, {"filters": None}, {"filters": both()}])
def test_a_view_without_a_filter_has_all_tasks(data: Any, client: FakeClient) -> None:
    client.answers[VIEW] = {"id": 3, "project": 1, "data": data}
    tasks = Project(1, client=client).tasks
    assert sent(tasks.filter(view=3), client) == both()
    assert sent(tasks.filter(Task.id == 1, view=3), client) == both(ONE)


def test_a_view_is_read_when_it_is_needed_and_each_time(client: FakeClient) -> None:
    client.answers[VIEW] = {"id": 3, "project": 1, "data": {"filters": both(RAW)}}
    query = Project(1, client=client).tasks.filter(view=3)
    repr(query)
    assert client.said == []
    client.answers[VIEW] = {"id": 3, "project": 1, "data": {"filters": both(TWO)}}
    assert sent(query, client) == both(TWO)


def test_a_view_of_another_project_is_refused(client: FakeClient) -> None:
    client.answers[VIEW] = {"id": 3, "project": 2, "data": {}}
    with pytest.raises(InvalidInput, match="View 3 must be of project 1, not 2"):
        sent(Project(1, client=client).tasks.filter(view=3), client)


def test_a_view_cannot_be_negated(client: FakeClient) -> None:
    where = Project(1, client=client).tasks.filter(view=3)._selection.where
    with pytest.raises(InvalidInput, match="must not be negated"):
        _ = ~where  # type: ignore[operator]


def test_a_query_is_saved_as_a_view(client: FakeClient) -> None:
    client.answers["POST /api/dm/views/"] = {"id": 3, "project": 1, "data": {"title": "Done"}}
    query = Project(1, client=client).tasks.filter(A).order_by("-id")
    assert query.save_as_view("Done") == View(3, client=client)
    assert client.calls[-1][1]["data"] == {
        "type": "list",
        "target": "tasks",
        "title": "Done",
        "filters": both(ITEM_A),
        "ordering": ["-tasks:id"],
    }


def test_filters_that_a_view_cannot_express_are_not_saved(client: FakeClient) -> None:
    tasks = Project(1, client=client).tasks
    with pytest.raises(InvalidInput, match="A view cannot have a limit"):
        tasks.limit(3).save_as_view("x")
    with pytest.raises(InvalidInput, match="A view cannot hold this filter"):
        tasks.filter((A & B & (Task.id > 3)) | (Task.id == 1)).save_as_view("x")
    assert client.said == []
