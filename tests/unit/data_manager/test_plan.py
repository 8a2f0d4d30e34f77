"""The planner: how the tasks that are asked for will be read."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from support.fake import FakeClient

from label_studio_orm import Project, Task
from label_studio_orm.data_manager.plan import (
    LIGHT,
    NESTED,
    PAGE,
    PAGE_BY_IDS,
    PAGE_OF_IDS,
    Plan,
    Route,
    id_item,
    load_options,
    make_plan,
)
from label_studio_orm.errors import InvalidInput
from label_studio_orm.orm.query import Query

A = Task.total_annotations > 0
B = Task.total_predictions > 0
MINE = Task.annotators.contains(7)
TOO_MUCH = (A & B & (Task.id > 3)) | (Task.id == 1)  # for one filter


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient(Task, Project)
    keys = [{"id": key, "parent": "data", "type": "Unknown"} for key in ("n", "text")]
    client.answers["GET /api/dm/columns/"] = {"columns": keys}
    client.answers["GET /api/tasks/"] = {"tasks": [{"id": 1, "data": {"n": 1, "text": "a"}}]}
    return client


@pytest.fixture
def all_tasks(client: FakeClient) -> Query[Task]:
    return Project(1, client=client).tasks


def planned(query: Query[Task], start: int = 0) -> Plan:
    return make_plan(evolve(query._selection, start=start), query.client, 1)


@pytest.mark.parametrize(
    ("narrowed", "route", "page_size"),
    [
        (lambda all_tasks: all_tasks, Route.KEYSET, PAGE),
        (lambda all_tasks: all_tasks.filter(A), Route.KEYSET, PAGE),
        (lambda all_tasks: all_tasks.filter(A | B), Route.KEYSET, PAGE),
        (lambda all_tasks: all_tasks.order_by("-id"), Route.KEYSET, PAGE),
        (lambda all_tasks: all_tasks.limit(PAGE + 1), Route.KEYSET, PAGE),
        (lambda all_tasks: all_tasks.only(), Route.KEYSET, PAGE_OF_IDS),
        (lambda all_tasks: all_tasks.limit(10), Route.ONE_PAGE, 10),
        (lambda all_tasks: all_tasks.limit(PAGE), Route.ONE_PAGE, PAGE),
        (lambda all_tasks: all_tasks.order_by(Task.created_at).limit(10), Route.ONE_PAGE, 10),
        (lambda all_tasks: all_tasks.only().limit(PAGE_OF_IDS), Route.ONE_PAGE, PAGE_OF_IDS),
        (lambda all_tasks: all_tasks.order_by(Task.created_at), Route.BY_IDS, PAGE_BY_IDS),
        (lambda all_tasks: all_tasks.filter((A & B) | (Task.id == 1)), Route.BY_IDS, PAGE_BY_IDS),
        (lambda all_tasks: all_tasks.filter(TOO_MUCH), Route.BY_IDS, PAGE_BY_IDS),
        (lambda all_tasks: all_tasks.filter(TOO_MUCH).limit(1), Route.BY_IDS, PAGE_BY_IDS),
        (
            lambda all_tasks: all_tasks.filter(Task.annotators.contains(7)),
            Route.BY_IDS,
            PAGE_BY_IDS,
        ),
        (
            lambda all_tasks: all_tasks.filter(Task.annotators.contains(7)).limit(1),
            Route.BY_IDS,
            PAGE_BY_IDS,
        ),
    ],
)
def test_the_cheapest_route_is_taken(
    narrowed: Any, route: Route, page_size: int, all_tasks: Query[Task]
) -> None:
    found = planned(narrowed(all_tasks))
    assert (found.route, found.page_size) == (route, page_size)


@pytest.mark.parametrize(
    ("start", "stop", "route"),
    [
        (0, 5, Route.ONE_PAGE),
        (5, 10, Route.ONE_PAGE),
        (3, 8, Route.KEYSET),
        (20, 21, Route.ONE_PAGE),
    ],
)
def test_a_window_is_one_page_where_it_begins_with_one(
    start: int, stop: int, route: Route, all_tasks: Query[Task]
) -> None:
    assert planned(all_tasks.limit(stop), start).route == route


@pytest.mark.parametrize(
    "narrowed",
    [
        lambda all_tasks: all_tasks,
        lambda all_tasks: all_tasks.filter(A).order_by("-id"),
        lambda all_tasks: all_tasks.limit(10),
        lambda all_tasks: all_tasks.order_by(Task.created_at),
        lambda all_tasks: all_tasks.filter(Task.annotators.contains(7)),
        lambda all_tasks: all_tasks.filter((A & B) | (Task.id == 1)),
    ],
    ids=["all", "downwards", "limit", "ordered", "repeating", "alternatives"],
)
def test_explain_describes_the_plan(narrowed: Any, all_tasks: Query[Task]) -> None:
    query = narrowed(all_tasks)
    said = {
        Route.ONE_PAGE: "in one page",
        Route.KEYSET: f"in pages of {PAGE}, by keyset pagination on id",
        Route.BY_IDS: f"all ids first, then the tasks by their ids, {PAGE_BY_IDS} at a time",
    }
    assert said[planned(query).route] in query.explain()


# -- columns --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("narrowed", "columns"),
    [
        (lambda all_tasks: all_tasks, LIGHT),
        (lambda all_tasks: all_tasks.only(), ("id",)),
        (lambda all_tasks: all_tasks.only("data", Task.overlap), ("id", "data", "overlap")),
        (lambda all_tasks: all_tasks.only("id", "id"), ("id",)),
        (lambda all_tasks: all_tasks.including("annotations"), (*LIGHT, "annotations")),
        (lambda all_tasks: all_tasks.including("drafts").including("data"), (*LIGHT, "drafts")),
        (lambda all_tasks: all_tasks.only().including("annotations"), ("id", "annotations")),
        (lambda all_tasks: all_tasks.only("data").only("meta"), ("id", "meta")),
    ],
)
def test_the_columns_that_are_loaded(
    narrowed: Any, columns: tuple[str, ...], all_tasks: Query[Task]
) -> None:
    assert planned(narrowed(all_tasks)).columns == columns


def test_light_columns_need_no_more_than_their_names() -> None:
    assert load_options(["id", "data"]) == {"include": "id,data", "resolve_uri": "false"}
    assert "fields" not in load_options(LIGHT)


@pytest.mark.parametrize("column", ["avg_lead_time", "predictions", "annotators"])
def test_heavy_columns_need_all_fields(column: str) -> None:
    options = load_options(["id", column])
    assert (options["fields"], "expand" in options) == ("all", False)


def test_annotations_are_expanded_with_all_that_they_have() -> None:
    options = load_options(["id", "annotations"])
    assert options["expand"] == "annotations"
    assert options["include"].split(",") == ["id", "annotations", *NESTED["annotations"]]


@pytest.mark.parametrize("name", ["anotations", "split"])
def test_an_unknown_column_is_refused(name: str, all_tasks: Query[Task]) -> None:
    with pytest.raises(InvalidInput, match=f"Task has no '{name}'"):
        all_tasks.only(name)
    with pytest.raises(InvalidInput, match=f"Task has no '{name}'"):
        all_tasks.including(name)


# -- orders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "ordering", "numeric"),
    [
        ("id", "tasks:id", False),
        ("-id", "-tasks:id", False),
        (Task.created_at, "tasks:created_at", False),
        (-Task.total_annotations, "-tasks:total_annotations", False),
        (Task.data["text"], "tasks:data.text", False),
        (Task.data["n"], "tasks:data.n", True),
        (-Task.data["n"], "-tasks:data.n", True),
    ],
    ids=repr,
)
def test_the_server_orders_and_numbers_in_the_data_as_numbers(
    order: Any, ordering: str, numeric: bool, all_tasks: Query[Task]
) -> None:
    found = planned(all_tasks.order_by(order))
    assert (found.ordering, found.numeric) == (ordering, numeric)
    sent = found.query()
    assert sent["ordering"] == [ordering]
    expected = {ordering.lstrip("-"): "Number"} if numeric else None
    assert sent.get("columnsDisplayType") == expected


def test_more_than_one_order_is_refused_with_what_can_be_done(all_tasks: Query[Task]) -> None:
    with pytest.raises(InvalidInput, match=r"by one column, not 2\. For more: sorted\(tasks"):
        planned(all_tasks.order_by("overlap", "-id"))


def test_an_order_by_what_is_not_in_the_data_is_refused(all_tasks: Query[Task]) -> None:
    with pytest.raises(InvalidInput, match=r"has data 'tekst'\. Did you mean 'text'"):
        planned(all_tasks.order_by(Task.data["tekst"]))


def test_so_many_alternatives_are_read_by_their_ids_in_any_order(all_tasks: Query[Task]) -> None:
    assert planned(all_tasks.filter(TOO_MUCH).order_by("-id")).route == Route.BY_IDS
    assert planned(all_tasks.filter(TOO_MUCH).order_by("created_at")).route == Route.BY_IDS


# -- queries --------------------------------------------------------------------------------------


def items(query: Any) -> Any:
    return query["filters"]["items"]


def test_the_next_page_begins_after_a_key(all_tasks: Query[Task]) -> None:
    assert items(planned(all_tasks).query(key=7)) == [id_item("greater", 7)]
    assert items(planned(all_tasks.order_by("-id")).query(key=7)) == [id_item("less", 7)]


def test_tasks_are_requested_by_id_without_the_filter(all_tasks: Query[Task]) -> None:
    [found] = planned(all_tasks.filter(Task.annotators.contains(7))).reload_queries([1, 2])
    assert items(found) == [id_item("in_list", [1, 2])]


def test_more_of_a_page_by_id_is_requested_as_a_range(all_tasks: Query[Task]) -> None:
    (query,) = planned(all_tasks.filter(A).order_by("-id")).reload_queries([9, 7, 3])
    assert items(query)[1:] == [id_item("in", {"min": 3, "max": 9})]
    assert items(query)[0]["filter"] == "filter:tasks:total_annotations"


def test_more_of_any_other_page_is_requested_by_ids_in_groups(all_tasks: Query[Task]) -> None:
    ids = list(range(PAGE_BY_IDS + 1))
    found = planned(all_tasks.order_by("created_at").limit(500)).reload_queries(ids)
    assert [items(query) for query in found] == [
        [id_item("in_list", ids[:PAGE_BY_IDS])],
        [id_item("in_list", ids[PAGE_BY_IDS:])],
    ]


# -- what is said ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("narrowed", "says"),
    [
        (
            lambda all_tasks: all_tasks,
            "Tasks by id, in pages of 500, by keyset pagination on id. "
            "Loaded: the light columns.\n"
            "On first access, for a whole page in one request: annotations, predictions, drafts.",
        ),
        (
            lambda all_tasks: (
                all_tasks.filter(A).order_by("-id").including("annotations").limit(10)
            ),
            "Tasks where total_annotations > 0 by -id, rows 0 to 10, in one page. "
            "Loaded: the light columns, annotations.\n"
            "On first access, for a whole page in one request: predictions, drafts.",
        ),
        (
            lambda all_tasks: all_tasks.only("data", *NESTED),
            "Tasks by id, in pages of 500, by keyset pagination on id. "
            "Loaded: id, data, annotations, predictions, drafts.",
        ),
        (
            lambda all_tasks: all_tasks.only("data").order_by("created_at"),
            "Tasks by created_at, all ids first, then the tasks by their ids, 200 at a time. "
            "Loaded: id, data.\n"
            "On first access, for a whole page in one request: annotations, predictions, drafts.",
        ),
    ],
)
def test_a_plan_can_be_explained_without_a_request(
    narrowed: Any, says: str, all_tasks: Query[Task], client: FakeClient
) -> None:
    assert (narrowed(all_tasks).explain(), client.said) == (says, [])
