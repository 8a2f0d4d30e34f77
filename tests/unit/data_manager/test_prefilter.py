"""Tasks are held against a condition where the server does not compare exactly."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from support.tasks import TaskServer

from label_studio_orm import DataField, Task
from label_studio_orm.data_manager.matching import (
    client_condition,
    is_matchable,
    matchable_parts,
)
from label_studio_orm.data_manager.matching import matches as matches_prepared
from label_studio_orm.data_manager.raw_filters import raw_filter
from label_studio_orm.errors import InvalidInput
from label_studio_orm.orm.expressions import Expression

BIG = 1770000000000000001
TWEET, TAGS, WORD = Task.data["tweet"], Task.data["tags"], Task.data["word"]


def holds(where: Expression, row: dict[str, Any]) -> bool:
    return matches_prepared(client_condition(where), SimpleNamespace(**row))


@pytest.fixture
def task_server() -> TaskServer:
    """Six tasks whose numbers share a float."""
    server = TaskServer()
    for n in range(6):
        server.add(data={"tweet": BIG + n, "word": f"w{n}"})
    return server


def tweets(server: TaskServer, where: Expression) -> list[int]:
    return [task.data["tweet"] - BIG for task in server.tasks.filter(where)]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (TWEET == BIG, [0]),
        (TWEET.in_([Decimal(BIG)]), [0]),
        (TWEET != BIG, [1, 2, 3, 4, 5]),
        (TWEET.in_([BIG, BIG + 2, 7]), [0, 2]),
        (~TWEET.in_([BIG, BIG + 2]), [1, 3, 4, 5]),
        (TWEET < BIG + 2, [0, 1]),
        (TWEET <= BIG + 2, [0, 1, 2]),
        (TWEET > BIG + 2, [3, 4, 5]),
        (TWEET >= BIG + 2, [2, 3, 4, 5]),
        (~(TWEET > BIG + 2), [0, 1, 2]),
        (TWEET.between(BIG + 1, BIG + 3), [1, 2, 3]),
        (~TWEET.between(BIG + 1, BIG + 3), [0, 4, 5]),
        ((TWEET == BIG) | (TWEET == BIG + 5), [0, 5]),
        ((TWEET > BIG) & (WORD == "w3"), [3]),
        ((TWEET == BIG) | (Task.id == 4), [0, 3]),
        (TWEET > 7, [0, 1, 2, 3, 4, 5]),
    ],
    ids=repr,
)
def test_large_integers_are_compared_exactly(
    where: Expression, found: list[int], task_server: TaskServer
) -> None:
    query = task_server.tasks.filter(where)
    assert tweets(task_server, where) == found
    assert query.count() == len(found)
    assert [id - 1 for id in query.ids()] == found
    assert [task.id - 1 for task in query.limit(2)] == found[:2]


def test_large_numbers_in_the_servers_own_format_are_compared_exactly(
    task_server: TaskServer,
) -> None:
    item = {"filter": "filter:tasks:data.tweet", "operator": "greater", "type": "Number"}
    words = {"conjunction": "and", "items": [{**item, "value": BIG + 3}]}
    assert tweets(task_server, raw_filter(words)) == [4, 5]


@pytest.mark.parametrize(
    ("item", "met", "unmet"),
    [
        ({"operator": "equal", "type": "Number", "value": "0"}, [0, 0.0], ["", "x", None, True]),
        ({"operator": "in_list", "type": "Number", "value": [str(BIG)]}, [BIG], [BIG + 1, None]),
        (
            {"operator": "in", "type": "Number", "value": {"min": "1", "max": "2.5"}},
            [1, 2.5],
            [3, "2", None],
        ),
        ({"operator": "equal", "type": "String", "value": "true"}, ["true"], [True, ["true"]]),
        ({"operator": "equal", "type": "Unknown", "value": "null"}, ["null"], [None]),
        ({"operator": "in_list", "type": "String", "value": ["null", "x"]}, ["x"], [None, 1]),
        ({"operator": "equal", "type": "Boolean", "value": "true"}, [True], ["true", 1, None]),
        ({"operator": "contains", "type": "String", "value": "l"}, ["nul", False], [None]),
        ({"operator": "regex", "type": "String", "value": "l"}, ["nul", ["l"]], [None]),
        ({"operator": "empty", "type": "String", "value": True}, [None], ["null", 0]),
        ({"operator": "empty", "type": "String", "value": "false"}, ["null", 0], [None]),
        ({"operator": "not_equal", "type": "Number", "value": 7}, [8, "x", None], []),
    ],
    ids=lambda each: each.get("operator") if isinstance(each, dict) else None,
)
def test_raw_filters_are_matched_exactly_for_all_types(
    item: dict[str, Any], met: list[Any], unmet: list[Any]
) -> None:
    """What SQLite takes for one: texts and 0, "true" and True, "null" and null."""
    words = {"conjunction": "and", "items": [{"filter": "filter:tasks:data.k", **item}]}
    where = raw_filter(words)
    assert [each for each in [*met, *unmet] if holds(where, {"data": {"k": each}})] == met


def test_conditions_for_the_server_alone_are_requested_separately() -> None:
    """Else a task would be taken that the server found by the other alternative, wrongly."""
    found = {"filter": "filter:tasks:data.word", "operator": "contains", "type": "String"}
    zero = {"filter": "filter:tasks:data.n", "operator": "equal", "type": "Number", "value": 0}
    items = [{**found, "value": "l"}, zero]
    split = matchable_parts(raw_filter({"conjunction": "or", "items": items}))
    row = {"data": {"n": "x", "word": "abc"}}
    assert [holds(where, row) for where in split] == [True, False]
    assert (
        len(matchable_parts(raw_filter({"conjunction": "or", "items": [items[0], items[0]]}))) == 2
    )


def test_only_exactly_matching_tasks_are_deleted(task_server: TaskServer) -> None:
    deleted: list[int] = []

    def delete(options: Any) -> Any:
        deleted.extend(options["json"]["selectedItems"]["included"])
        return {"processed_items": len(deleted)}

    task_server.client.answers["POST /api/dm/actions/"] = delete
    assert task_server.tasks.filter(TWEET == BIG).delete() == 1
    assert deleted == [1]


def test_an_order_by_large_numbers_is_exact(task_server: TaskServer) -> None:
    task_server.rows[2]["data"]["tweet"], task_server.rows[6]["data"]["tweet"] = BIG + 5, None
    assert task_server.tasks.order_by(-TWEET).ids() == [2, 5, 4, 3, 1, 6]
    assert task_server.tasks.order_by(TWEET).filter(TWEET > BIG).ids() == [3, 4, 5, 2]


def test_numbers_that_floats_can_hold_are_counted_by_the_server(task_server: TaskServer) -> None:
    task_server.tasks.filter(TWEET > 2**53 - 1).count()
    assert [page["include"] for page in task_server.pages] == ["id"]


def test_a_view_would_show_other_tasks_too(task_server: TaskServer) -> None:
    with pytest.raises(InvalidInput, match="A view cannot express this filter exactly"):
        task_server.tasks.filter(TWEET == BIG).save_as_view("One tweet")


# -- the server's own whole numbers ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (Task.id == 2.5, []),
        (Task.id.in_([2.5, 3]), [3]),
        (Task.id != 2.5, [1, 2, 3, 4, 5, 6]),
        (Task.id < 2.5, [1, 2]),
        (Task.id >= 4.5, [5, 6]),
        (Task.id.between(1.5, 3.5), [2, 3]),
        (Task.id < 10**400, [1, 2, 3, 4, 5, 6]),
        (Task.total_annotations == -0.5, []),
        (Task.total_annotations > -0.5, [1, 2, 3, 4, 5, 6]),
    ],
    ids=lambda each: repr(each)[:40],
)
def test_integers_are_not_truncated(
    where: Expression, found: list[int], task_server: TaskServer
) -> None:
    assert task_server.tasks.filter(where).ids() == found


# -- texts and lists ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "data", "met"),
    [
        (TAGS.contains("más"), {"tags": ["más", "x"]}, True),
        (TAGS.contains("cat"), {"tags": ["category"]}, False),
        (TAGS.contains("más"), {"tags": {"es": "más"}}, True),
        (TAGS.contains("es"), {"tags": {"es": "más"}}, True),
        (TAGS.contains("x"), {"tags": [{"name": ["x"]}]}, True),
        (TAGS.contains(1), {"tags": [1, 2]}, True),
        (TAGS.contains(1), {"tags": [True]}, False),
        (WORD == "null", {"word": None}, False),
        (WORD == "true", {"word": True}, False),
        (TWEET == 1, {"tweet": True}, False),
        (TWEET == 0, {"tweet": "abc"}, False),
        (TWEET < 5, {"tweet": "abc"}, False),
        (~(TWEET < 5), {"tweet": "abc"}, True),
        (TWEET < 5, {"tweet": False}, False),
        (TWEET.in_([0, 1]), {"tweet": [1]}, False),
        (TWEET < 5, {}, False),
    ],
    ids=repr,
)
def test_the_data_of_a_task_is_compared_as_json(where: Any, data: Any, met: bool) -> None:
    assert holds(where, {"data": data}) is met


def test_data_fields_are_matched_by_stored_values_not_defaults() -> None:
    class Review(Task):
        stars = DataField[int](default=3)

    assert not holds(Review.stars == 3, {"data": {}})
    assert holds(Review.stars == 3, {"data": {"stars": 3}})


def test_clauses_for_the_server_alone_are_matched_separately() -> None:
    mine = Task.annotators.contains(7)
    first, second = matchable_parts((TWEET == BIG) | mine)
    assert not holds(first, {"data": {"tweet": BIG + 1}})
    assert holds(second, {"data": {"tweet": BIG + 1}})
    assert not is_matchable(mine)


def test_thousands_of_values_are_looked_up_quickly() -> None:
    where = WORD.in_([f"w{n}" for n in range(20_000)])
    wanted = client_condition(where)
    rows = [SimpleNamespace(data={"word": f"w{n}"}) for n in range(20_000)]
    assert all(matches_prepared(wanted, row) for row in rows)
