"""The planner: the cheapest way to read what is asked of a project's tasks.

What it rests on, measured on Label Studio 1.23 (times of one machine, only their ratios count):

- A page of 500 tasks with the light columns takes 0.13 s, with `fields=all` 1.4 s. So a list loads
  the light columns, and what is heavy is loaded when it is touched, for a whole page at once.
- Annotations cost 0.7 s a page, as the server builds their serializer for each task anew, but 0.2 s
  with `expand=annotations`, which builds it once. A snapshot of the project takes as long as pages
  without `expand`: it is never the cheapest.
- A page costs 0.1 s before its first task, and it counts all that comes after it: ids alone are
  read in pages of 10,000.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from attrs import evolve, frozen

from ..errors import InvalidInput
from ..orm.context import Context
from ..orm.expressions import Expression, wire_of
from ..orm.selection import Selection
from .columns import LARGE, USUAL, kind_of_data, type_of
from .filter_items import column_of
from .filters import Filter, compiled, shape_of
from .matching import needs_matching
from .postgresql import has_texts
from .scores import check_scores

PAGE = 500  # tasks
PAGE_OF_IDS = 10_000
PAGE_BY_IDS = 200  # tasks that are read by their ids: these must fit in a URL
BY_IDS = f"all ids first, then the tasks by their ids, {PAGE_BY_IDS} at a time"
BY_ID, BY_DATA = "tasks:id", "tasks:data."  # orders, as the server names them

# What the server has at hand. Each other column costs it a look at every annotation, and is null
# where it is not asked for together with `fields=all`.
LIGHT = (
    "id",
    "data",
    "meta",
    "created_at",
    "updated_at",
    "is_labeled",
    "overlap",
    "inner_id",
    "total_annotations",
    "cancelled_annotations",
    "total_predictions",
    "project",
    "storage_filename",
    "comment_count",
    "unresolved_comment_count",
    "last_comment_updated_at",
)
# The lists that a task has, and what is to be sent of each record in them: a server that does not
# know `expand` sends the id alone otherwise.
NESTED: Mapping[str, tuple[str, ...]] = {
    "annotations": (
        "result",
        "completed_by",
        "was_cancelled",
        "ground_truth",
        "lead_time",
        "task",
        "project",
        "created_at",
        "updated_at",
        "draft_created_at",
        "parent_prediction",
        "parent_annotation",
        "last_action",
        "import_id",
        "bulk_created",
        "updated_by",
        "last_created_by",
    ),
    "predictions": (),
    "drafts": (),
}

Route = Literal["one page", "by key", "by ids"]


@frozen
class Plan:
    """How tasks will be read."""

    route: Route
    filter: Filter
    ordering: str  # "tasks:id", "-tasks:data.n"
    numeric: bool  # whether to order data as numbers
    columns: tuple[str, ...]
    page_size: int
    hold: bool = False  # whether what the server sends is held against the condition
    sort: bool = False  # whether it is put in order here

    @property
    def descending(self) -> bool:
        return self.ordering.startswith("-")

    @property
    def by_id(self) -> bool:
        return self.ordering.lstrip("-") == BY_ID

    @property
    def by_data(self) -> bool:
        return self.ordering.lstrip("-").startswith(BY_DATA)

    @property
    def column(self) -> str:
        """The server's name of the column that is ordered by."""
        return _column(self.ordering)

    @property
    def by_text(self) -> bool:
        """Whether it is ordered by a text or list; servers may put null first in those."""
        return is_text(self.ordering)

    @property
    def key_of_data(self) -> str:
        """The key of the data that is ordered by."""
        return key_of_data(self.ordering)

    def item(self, operator: str, value: Any, kind: str = "String") -> Mapping[str, Any]:
        """Return the item of a filter by what is ordered by."""
        column = f"filter:{self.ordering.lstrip('-')}"
        return {"filter": column, "operator": operator, "type": kind, "value": value}

    @property
    def numbers(self) -> set[str]:
        """The columns of the data that are compared or ordered as numbers."""
        items = itertools.chain(*self.filter.alternatives)
        found = {column_of(item) for item in items if item["type"] == "Number"}
        found |= {f"data.{self.key_of_data}"} if self.numeric else set()
        return {wire for wire in found if wire.startswith("data.")}

    def query(self, *, key: int | None = None) -> Mapping[str, Any]:
        """Return the query of a page; with a key, of the one that comes after it."""
        beyond = "less" if self.descending else "greater"
        filters = self.filter.wire(*([] if key is None else [id_item(beyond, key)]))
        query: dict[str, Any] = {"filters": filters, "ordering": [self.ordering]}
        if self.numeric:
            query["columnsDisplayType"] = {self.ordering.lstrip("-"): "Number"}
        return query

    def again(self, ids: Sequence[int]) -> Iterator[Mapping[str, Any]]:
        """Yield the queries for tasks of one page, to read more of each.

        Where the page is a range of ids one query says it, else they are named in small groups.
        """
        if self.by_id and self.filter.takes_a_key and not self.filter.repeating and ids:
            ends = {"min": min(ids), "max": max(ids)}
            filters = self.filter.wire(id_item("in", ends))
            yield {"filters": filters, "ordering": [self.ordering]}
            return
        for start in range(0, len(ids), PAGE_BY_IDS):
            yield query_of(ids[start : start + PAGE_BY_IDS])


def query_of(ids: Iterable[int]) -> Mapping[str, Any]:
    """Return the query of the tasks with these ids, which the client puts in order.

    PostgreSQL may fail on an order by numbers with texts among them.
    """
    return {"filters": Filter().wire(id_item("in_list", list(ids))), "ordering": [BY_ID]}


def is_text(ordering: str) -> bool:
    """Tell whether an order is by a text or list column outside of the data."""
    return USUAL.get(_column(ordering)) in ("String", "List")


def _column(ordering: str) -> str:
    return ordering.lstrip("-").removeprefix("tasks:")


def key_of_data(ordering: str) -> str:
    """Return the key of the data that an order is by."""
    return ordering.lstrip("-").removeprefix(BY_DATA)


def id_item(operator: str, value: Any) -> Mapping[str, Any]:
    """Return the item of a filter by id."""
    return {"filter": "filter:tasks:id", "operator": operator, "type": "Number", "value": value}


def plan(asked: Selection, context: Context, project: int) -> Plan:
    """Choose how to read what is asked; asks the server for its columns where it must."""
    check_scores(asked, context, project)
    # What a write changes must not depend on child filters, which some servers ignore.
    chosen = compiled(asked.where, context, project, nests=not asked.sure)
    ordering, numeric = ordering_of(asked, context, project)
    hold = needs_matching(chosen.where) and (asked.sure or not chosen.exact)
    route, size = _route(asked, chosen, ordering), _page_size(asked)
    if hold:
        route = "by ids"
    if route == "by ids":
        size = PAGE_BY_IDS
    elif asked.count is not None:
        size = max(min(size, asked.count), 1)
    sort = numeric and _sorted_here(ordering, context, project)
    return Plan(route, chosen, ordering, numeric, columns_of(asked), size, hold, sort)


def columns_of(asked: Selection) -> tuple[str, ...]:
    """Return the server's names of the columns to load with each task."""
    return tuple(dict.fromkeys((*(asked.only or LIGHT), *asked.including)))


def _page_size(asked: Selection) -> int:
    return PAGE_OF_IDS if columns_of(asked) == ("id",) else PAGE


def load_options(columns: Iterable[str]) -> Mapping[str, Any]:
    """Return the parameters that make the server send these columns, and no others."""
    columns = tuple(columns)
    names = [*columns, *(name for each in columns for name in NESTED.get(each, ()))]
    options = {"include": ",".join(dict.fromkeys(names)), "resolve_uri": "false"}
    if set(columns) - set(LIGHT):
        options["fields"] = "all"
    if "annotations" in columns:
        options["expand"] = "annotations"
    return options


def explained(asked: Selection) -> str:
    """Say how tasks will be read."""
    where, order = _described(asked.where), asked.order[0] if asked.order else "id"
    columns = columns_of(asked)
    loaded = ", ".join(columns).replace(", ".join(LIGHT), "the light columns")
    later = ", ".join(name for name in NESTED if name not in columns)
    window = "" if asked.stop is None else f", rows {asked.start} to {asked.stop}"
    lines = [f"Tasks {where}by {order}{window}, {_steps(asked)}. Loaded: {loaded}."]
    if later:
        lines.append(f"When touched, for a whole page in one request: {later}.")
    return "\n".join(lines)


def _described(where: Expression | None) -> str:
    return f"where {where!r} " if where is not None else ""


def _steps(asked: Selection) -> str:
    ordering = f"tasks:{wire_of(asked.order[0].column)}" if asked.order else BY_ID
    shape = shape_of(asked.where)
    route = _route(asked, shape, ordering)
    if route == "by ids":
        return BY_IDS
    pages = f"in pages of {_page_size(asked)}, each from after the last id of the one before"
    steps = "in one page" if route == "one page" else pages
    if _route(asked, evolve(shape, nests=False), ordering) == route:
        return steps
    return f"{steps} (before Label Studio 1.21: {BY_IDS})"


def _route(asked: Selection, chosen: Filter, ordering: str) -> Route:
    # The server does not put null last in these orders.
    nulls = ordering.lstrip("-").startswith(BY_DATA) or is_text(ordering)
    if chosen.repeating or nulls or not (chosen.fits and chosen.takes_a_key):
        return "by ids"
    count = asked.count
    if count and count <= _page_size(asked) and asked.start % count == 0:
        return "one page"
    return "by key" if ordering.lstrip("-") == BY_ID else "by ids"


def ordering_of(asked: Selection, context: Context, project: int) -> tuple[str, bool]:
    """Return the server's name for the order, and whether it is one of numbers in the data."""
    if not asked.order:
        return BY_ID, False
    if len(asked.order) > 1:
        raise InvalidInput(
            f"The server orders tasks by one column, not by {len(asked.order)}. For more: "
            "sorted(tasks, key=lambda task: (…))."
        )
    order = asked.order[0]
    wire = wire_of(order.column)
    kind = type_of(context, project, wire)
    key = wire.removeprefix("data.")
    numbers = kind == "Data" and kind_of_data(context, project, key, expected="Number")
    return f"{'-' * order.descending}tasks:{wire}", numbers in ("Number", LARGE)


def _sorted_here(ordering: str, context: Context, project: int) -> bool:
    """Tell whether the client must sort numbers that the server cannot order.

    They are too large for it, or there are texts among them.
    """
    key = key_of_data(ordering)
    if has_texts(context, project, f"data.{key}"):
        return True
    return kind_of_data(context, project, key, expected="Number") == LARGE
