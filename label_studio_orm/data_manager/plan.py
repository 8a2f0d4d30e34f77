"""The query planner: the cheapest way to read a selection of a project's tasks.

It is based on measurements of Label Studio 1.23 (on one machine; only the ratios matter):

- A page of 500 tasks with the light columns takes 0.13 s, with `fields=all` 1.4 s. So a list loads
  the light columns, and heavy ones on first access, for a whole page at once.
- Annotations take 0.7 s a page, as the server builds a serializer for each task, but 0.2 s with
  `expand=annotations`, which builds it once. A snapshot of the project takes as long as pages
  without `expand`: it is never the cheapest.
- A page takes 0.1 s before its first task, as it counts all tasks after it: ids alone are read in
  pages of 10,000.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from attrs import evolve, frozen

from ..errors import InvalidInput
from ..orm.context import Context
from ..orm.expressions import wire_of
from ..orm.selection import Selection
from .columns import COLUMN_TYPES, LARGE, sampled_type, type_of
from .filter_items import column_of
from .filters import Filter, compile_filter, uncompiled_filter
from .matching import is_matchable
from .postgresql import has_texts
from .scores import check_scores

PAGE = 500  # tasks
PAGE_OF_IDS = 10_000
PAGE_BY_IDS = 200  # tasks to read by their ids, which must fit in a URL
BY_IDS = f"all ids first, then the tasks by their ids, {PAGE_BY_IDS} at a time"
BY_ID, BY_DATA = "tasks:id", "tasks:data."  # orders, as the server names them

# Columns of the task's own row. The server computes each other column from all annotations, and
# sends null for it without `fields=all`.
LIGHT = (
    *("id", "data", "meta", "created_at", "updated_at", "is_labeled", "overlap", "inner_id"),
    *("total_annotations", "cancelled_annotations", "total_predictions", "project"),
    *("storage_filename", "comment_count", "unresolved_comment_count"),
    "last_comment_updated_at",
)
# The lists of a task, and the fields to request of each record in them: a server without `expand`
# would send only its id.
NESTED: Mapping[str, tuple[str, ...]] = {
    "annotations": (
        *("result", "completed_by", "was_cancelled", "ground_truth", "lead_time", "task"),
        *("project", "created_at", "updated_at", "draft_created_at", "parent_prediction"),
        *("parent_annotation", "last_action", "import_id", "bulk_created", "updated_by"),
        "last_created_by",
    ),
    "predictions": (),
    "drafts": (),
}

# Columns that the server builds task by task: each with a light one that is 0 or false where it is
# empty.
SEPARATE: Mapping[str, str] = {
    "drafts": "draft_exists",
    "predictions": "total_predictions",
    "comment_authors": "comment_count",
}
EVERY_COLUMN = ("*",)  # except those
LARGEST_PAGE = 5_000  # tasks with every column: a page takes 0.3 s besides its tasks
PAGE_BYTES = 20_000_000  # of tasks with every column, about


class Route(Enum):
    """The ways to read tasks."""

    ONE_PAGE = "in one page"
    KEYSET = "by keyset pagination on id"
    BY_IDS = BY_IDS


@frozen
class Plan:
    """The plan to read tasks."""

    route: Route
    filter: Filter
    ordering: str  # "tasks:id", "-tasks:data.n"
    numeric: bool  # whether to order data as numbers
    columns: tuple[str, ...]
    page_size: int
    match_on_client: bool = False  # whether each task is checked against the condition
    sort_on_client: bool = False

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
        """The server's name of the column to order by."""
        return _column(self.ordering)

    @property
    def by_text(self) -> bool:
        """Whether to order by a text or list, where servers may put null first."""
        return is_text(self.ordering)

    @property
    def data_key(self) -> str:
        """The key of the data to order by."""
        return data_key_of(self.ordering)

    def item(self, operator: str, value: Any, kind: str = "String") -> Mapping[str, Any]:
        """Return a filter item for the column to order by."""
        column = f"filter:{self.ordering.lstrip('-')}"
        return {"filter": column, "operator": operator, "type": kind, "value": value}

    @property
    def numbers(self) -> set[str]:
        """The columns of the data that are compared or ordered as numbers."""
        items = itertools.chain(*self.filter.clauses)
        wires = {column_of(item) for item in items if item["type"] == "Number"}
        wires |= {f"data.{self.data_key}"} if self.numeric else set()
        return {wire for wire in wires if wire.startswith("data.")}

    def after(self, rows: Sequence[Any]) -> Plan:
        """Return the plan for the next page: of whole tasks, it has more if they are small."""
        if self.columns != EVERY_COLUMN or self.page_size < PAGE:
            return self
        some = rows[:: max(len(rows) // 20, 1)]
        each = len(json.dumps(some)) / len(some)
        size = min(max(int(PAGE_BYTES / each), PAGE), LARGEST_PAGE)
        return evolve(self, page_size=size)

    def query(self, *, key: int | None = None) -> Mapping[str, Any]:
        """Return the query of a page; with a key, of the page after it."""
        beyond = "less" if self.descending else "greater"
        filters = self.filter.wire(*([] if key is None else [id_item(beyond, key)]))
        query: dict[str, Any] = {"filters": filters, "ordering": [self.ordering]}
        if self.numeric:
            query["columnsDisplayType"] = {self.ordering.lstrip("-"): "Number"}
        return query

    def reload_queries(self, ids: Sequence[int]) -> Iterator[Mapping[str, Any]]:
        """Yield the queries that read more columns of the tasks of one page.

        A page that is a range of ids takes one query, any other one for each group of ids.
        """
        if self.by_id and self.filter.accepts_key and not self.filter.repeating and ids:
            ends = {"min": min(ids), "max": max(ids)}
            filters = self.filter.wire(id_item("in", ends))
            yield {"filters": filters, "ordering": [self.ordering]}
            return
        for start in range(0, len(ids), PAGE_BY_IDS):
            yield query_of(ids[start : start + PAGE_BY_IDS])


def query_of(ids: Iterable[int]) -> Mapping[str, Any]:
    """Return the query of the tasks with these ids, which the client orders.

    PostgreSQL may fail to order by numbers with texts among them.
    """
    return {"filters": Filter().wire(id_item("in_list", list(ids))), "ordering": [BY_ID]}


def is_text(ordering: str) -> bool:
    """Tell whether an order is by a text or list column, other than one of the data."""
    return COLUMN_TYPES.get(_column(ordering)) in ("String", "List")


def _column(ordering: str) -> str:
    return ordering.lstrip("-").removeprefix("tasks:")


def data_key_of(ordering: str) -> str:
    """Return the key of the data in an order."""
    return ordering.lstrip("-").removeprefix(BY_DATA)


def id_item(operator: str, value: Any) -> Mapping[str, Any]:
    """Return a filter item for the id."""
    return {"filter": "filter:tasks:id", "operator": operator, "type": "Number", "value": value}


def make_plan(selection: Selection, context: Context, project: int) -> Plan:
    """Plan how to read a selection; may request the project's columns."""
    check_scores(selection, context, project)
    # Tasks to be changed must not depend on child filters, which some servers ignore.
    chosen = compile_filter(selection.where, context, project, supports_children=not selection.sure)
    ordering, numeric = ordering_of(selection, context, project)
    match = is_matchable(chosen.where) and (selection.sure or not chosen.exact)
    route = Route.BY_IDS if match else _route(selection, chosen, ordering)
    size = PAGE_BY_IDS if route is Route.BY_IDS else _page_size(selection)
    if route is not Route.BY_IDS and selection.count is not None:
        size = max(min(size, selection.count), 1)
    sort = numeric and _needs_client_sort(ordering, context, project)
    columns = columns_to_load(selection)
    return Plan(route, chosen, ordering, numeric, columns, size, match, sort)


def columns_to_load(selection: Selection) -> tuple[str, ...]:
    """Return the server's names of the columns to load with each task."""
    return tuple(dict.fromkeys((*(selection.only or LIGHT), *selection.including)))


def _page_size(selection: Selection) -> int:
    return PAGE_OF_IDS if columns_to_load(selection) == ("id",) else PAGE


def load_options(columns: Iterable[str]) -> Mapping[str, Any]:
    """Return the query parameters that select these columns."""
    columns = tuple(columns)
    if columns == EVERY_COLUMN:
        omitted = ",".join(SEPARATE)
        return {"fields": "all", "expand": "annotations", "omit": omitted, "resolve_uri": "true"}
    names = [*columns, *(name for each in columns for name in NESTED.get(each, ()))]
    options = {"include": ",".join(dict.fromkeys(names)), "resolve_uri": "false"}
    if set(columns) - set(LIGHT):
        options["fields"] = "all"
    if "annotations" in columns:
        options["expand"] = "annotations"
    return options


def explain(selection: Selection) -> str:
    """Describe how tasks will be read."""
    where = f"where {selection.where!r} " if selection.where is not None else ""
    order = selection.order[0] if selection.order else "id"
    columns = columns_to_load(selection)
    loaded = ", ".join(columns).replace(", ".join(LIGHT), "the light columns")
    later = ", ".join(name for name in NESTED if name not in columns)
    window = "" if selection.stop is None else f", rows {selection.start} to {selection.stop}"
    lines = [f"Tasks {where}by {order}{window}, {_steps(selection)}. Loaded: {loaded}."]
    if later:
        lines.append(f"On first access, for a whole page in one request: {later}.")
    return "\n".join(lines)


def _steps(selection: Selection) -> str:
    ordering = f"tasks:{wire_of(selection.order[0].column)}" if selection.order else BY_ID
    shape = uncompiled_filter(selection.where)
    route = _route(selection, shape, ordering)
    pages = f"in pages of {_page_size(selection)}, " if route is Route.KEYSET else ""
    steps = f"{pages}{route.value}"
    if _route(selection, evolve(shape, supports_children=False), ordering) is route:
        return steps
    return f"{steps} (before Label Studio 1.21: {BY_IDS})"


def _route(selection: Selection, chosen: Filter, ordering: str) -> Route:
    # The server does not put null last in these orders.
    nulls = ordering.lstrip("-").startswith(BY_DATA) or is_text(ordering)
    if chosen.repeating or nulls or not (chosen.fits and chosen.accepts_key):
        return Route.BY_IDS
    count = selection.count
    if count and count <= _page_size(selection) and selection.start % count == 0:
        return Route.ONE_PAGE
    return Route.KEYSET if ordering.lstrip("-") == BY_ID else Route.BY_IDS


def ordering_of(selection: Selection, context: Context, project: int) -> tuple[str, bool]:
    """Return the server's name for the order, and whether it is by numbers in the data."""
    if not selection.order:
        return BY_ID, False
    if len(selection.order) > 1:
        raise InvalidInput(
            f"Tasks must be ordered by one column, not {len(selection.order)}. For more: "
            "sorted(tasks, key=lambda task: (…))."
        )
    order = selection.order[0]
    wire = wire_of(order.column)
    kind = type_of(context, project, wire)
    key = wire.removeprefix("data.")
    numbers = kind == "Data" and sampled_type(context, project, key, expected="Number")
    return f"{'-' * order.descending}tasks:{wire}", numbers in ("Number", LARGE)


def _needs_client_sort(ordering: str, context: Context, project: int) -> bool:
    """Tell whether the client must sort numbers, as some are too large or there are texts."""
    key = data_key_of(ordering)
    if has_texts(context, project, f"data.{key}"):
        return True
    return sampled_type(context, project, key, expected="Number") == LARGE
