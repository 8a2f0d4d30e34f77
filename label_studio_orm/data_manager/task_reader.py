"""Reading of tasks by a plan: one page, keyset pagination by id, or ids first."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace

from attrs import evolve, frozen

from ..errors import IncompleteResult
from ..orm.cache import Params
from ..orm.context import Context
from ..orm.pagination import Page, trimmed
from ..orm.response_shape import expect
from ..orm.selection import Selection
from ..text import listed
from .columns import type_of_value
from .filters import Filter, compile_filter
from .matching import client_condition, matchable_parts, matches
from .page_request import read_tasks
from .plan import BY_ID, PAGE, PAGE_OF_IDS, Plan, Route, query_of

ALL_IDS_PAGE = 1_000_000  # ids in one response
ALL_IDS_TIMEOUT = 600.0  # seconds
LOWEST_NUMBER = -1e300  # less than any number in the data

Pages = Iterator[Page]


@frozen
class TaskReader:
    """Reads the tasks of a project."""

    context: Context
    project: int

    def pages(self, plan: Plan, selection: Selection) -> Pages:
        """Yield the tasks of a selection, page by page."""
        ways = {Route.ONE_PAGE: self.one_page, Route.KEYSET: self.keyset, Route.BY_IDS: self.by_ids}
        return ways[plan.route](plan, selection)

    def one_page(self, plan: Plan, selection: Selection) -> Pages:
        """Yield the tasks of a selection that is exactly one page."""
        rows, total = self.read(plan, number=selection.start // plan.page_size + 1)
        yield Page(rows, total=total)

    def keyset(self, plan: Plan, selection: Selection) -> Pages:
        """Yield the tasks by keyset pagination; the first page may be in the middle."""
        skip = selection.start % plan.page_size
        yield from trimmed(self._by_key(plan, selection.start), skip, selection.count)

    def by_ids(self, plan: Plan, selection: Selection) -> Pages:
        """Read all ids in their order, then the tasks that still exist by their ids."""
        ids = self._ids(plan, selection.stop)[selection.start : selection.stop]
        for start in range(0, len(ids), plan.page_size):
            wanted = ids[start : start + plan.page_size]
            if plan.columns == ("id",):
                yield Page([{"id": id} for id in wanted])
                continue
            tasks = self._tasks_of(plan, wanted)
            yield Page([tasks[id] for id in wanted if id in tasks])

    def ids_by_key(self, plan: Plan) -> list[int]:
        """Read the ids of each of the filter's pieces, and join them."""
        by_id = evolve(plan, ordering=plan.ordering if plan.by_id else BY_ID)
        if plan.match_on_client:
            return sorted(self._matching_ids(by_id), reverse=by_id.descending)
        pieces = (evolve(by_id, filter=piece) for piece in by_id.filter.pieces())
        pages = itertools.chain.from_iterable(self._by_key(each, 0) for each in pieces)
        return sorted({row["id"] for page in pages for row in page.rows}, reverse=by_id.descending)

    def read(
        self, plan: Plan, *, number: int = 1, key: int | None = None
    ) -> tuple[list[Params], int]:
        """Read one page, by its number or after a key; return its tasks and the count of all."""
        query = plan.query(key=key)
        rows, total = read_tasks(self.context, self.project, plan, query, number=number)
        _check_order(rows, plan, key, self.project)
        expected = min(plan.page_size, total - (number - 1) * plan.page_size)
        if len(rows) < expected and (number > 1 or plan.route is Route.ONE_PAGE):
            raise IncompleteResult(_truncated(len(rows), total, self.project))
        return rows, total

    def _by_key(self, plan: Plan, start: int) -> Pages:
        """Read page after page, each from after the last id of the page before."""
        before = start // plan.page_size
        rows, total = self.read(plan, number=before + 1)
        left = total - before * plan.page_size
        while rows:
            yield Page(rows, total=total)
            if len(rows) == left:  # if more came than were counted, more may follow
                return
            plan = plan.after(rows)
            rows, left = self.read(plan, key=rows[-1]["id"])
        if left > 0:
            raise IncompleteResult(_missing_tasks(left, self.project))

    def _tasks_of(self, plan: Plan, ids: Sequence[int]) -> Mapping[int, Params]:
        """Read the tasks with these ids that still exist, however many the server sends at once."""
        tasks: dict[int, Params] = {}
        wanted, left = list(ids), 1
        while wanted and left > 0:
            rows, total = read_tasks(self.context, self.project, plan, query_of(wanted))
            new = {row["id"]: row for row in rows}
            if not new.keys() <= {*wanted} or (total and not new):
                raise IncompleteResult(_unexpected_tasks(wanted, [*new], self.project))
            tasks |= new
            wanted, left = [id for id in wanted if id not in new], total - len(rows)
        return tasks

    def _ids(self, plan: Plan, stop: int | None = None) -> list[int]:
        """Return all ids in their order, each once, or the first of them."""
        alone = evolve(plan, columns=("id",), page_size=PAGE_OF_IDS)
        if plan.by_id:
            return self.ids_by_key(alone)
        if plan.sort_on_client:
            return self._sorted_ids(alone)
        narrowed = _with_value(alone, alone.filter)
        whole = narrowed.fits and not narrowed.repeating and not plan.match_on_client
        base = narrowed if whole else _with_value(alone, Filter())
        ordered = self._ordered_ids(evolve(alone, filter=base), stop if whole else None)
        if whole and (not plan.by_data or (stop is not None and len(ordered) >= stop)):
            return ordered
        wanted = set(self.ids_by_key(alone))
        return [*(id for id in ordered if id in wanted), *sorted(wanted.difference(ordered))]

    def _sorted_ids(self, plan: Plan) -> list[int]:
        """Order by integers in the data that the server would mix up, as it compares floats."""
        wanted, key = set(self.ids_by_key(plan)), plan.data_key
        reading = evolve(plan, columns=("id", "data"), page_size=PAGE, filter=Filter())
        pages = self._by_key(evolve(reading, ordering=BY_ID), 0)
        rows = (row for page in pages for row in page.rows if row["id"] in wanted)
        values = {row["id"]: row["data"].get(key) for row in rows}
        numbers = [id for id, value in values.items() if type_of_value(value) == "Number"]
        numbers.sort(key=values.__getitem__, reverse=plan.descending)
        return [*numbers, *sorted(wanted.difference(numbers))]

    def _matching_ids(self, plan: Plan) -> set[int]:
        """Read the ids of the tasks that match exactly: see prefilter.py."""
        ids: set[int] = set()
        reading = evolve(plan, columns=("id", "data"), page_size=PAGE, match_on_client=False)
        for part in matchable_parts(plan.filter.where):
            narrowed = compile_filter(
                part, self.context, self.project, supports_children=plan.filter.supports_children
            )
            wanted = client_condition(part)
            for piece in narrowed.pieces():
                for page in self._by_key(evolve(reading, filter=piece), 0):
                    records = (SimpleNamespace(**row) for row in page.rows)
                    ids.update(each.id for each in records if matches(wanted, each))
        return ids

    def _ordered_ids(self, plan: Plan, stop: int | None) -> list[int]:
        """Read ids in one response: between pages, equal tasks may change places."""
        column = plan.column if plan.by_text else "id"
        size = ALL_IDS_PAGE if stop is None or plan.by_text else stop
        whole = evolve(plan, columns=tuple(dict.fromkeys(("id", column))), page_size=size)
        query, timeout = whole.query(), ALL_IDS_TIMEOUT
        rows, total = read_tasks(self.context, self.project, whole, query, timeout=timeout)
        if len({row["id"] for row in rows}) < min(total, whole.page_size):
            raise IncompleteResult(_truncated(len(rows), total, self.project))
        rows.sort(key=lambda row: row.get(column) in (None, "", []))  # null comes last
        return [row["id"] for row in rows]


def _with_value(plan: Plan, base: Filter) -> Filter:
    """Exclude tasks without a value to order by: null comes last.

    The server's databases put null in the data among the numbers, or among the texts.
    """
    items = [plan.item("empty", False), plan.item("not_equal", "")]
    if plan.numeric:  # PostgreSQL would order numbers as texts; now it fails if there are any
        items.append(plan.item("greater", LOWEST_NUMBER, "Number"))
    return base.with_items(*items) if plan.by_data else base


def _check_order(rows: Sequence[Params], plan: Plan, key: int | None, project: int) -> None:
    """Raise `IncompleteResult` unless each task comes once, in order, and after the key.

    A server that ignored the key would send the first page again and again.
    """
    if not plan.by_id:
        return
    beyond = operator.lt if plan.descending else operator.gt
    ids = [expect(row, "id") for row in rows]
    if plan.filter.repeating:
        ids = [id for id, _ in itertools.groupby(ids)]
    for before, after in itertools.pairwise(ids if key is None else [key, *ids]):
        if not beyond(after, before):
            raise IncompleteResult(
                f"The server sent task {after} of project {project} after task {before}, although "
                f"tasks were requested by {'descending' if plan.descending else 'ascending'} id."
            )


def _unexpected_tasks(wanted: Sequence[int], sent: Sequence[int], project: int) -> str:
    return (
        f"{len(wanted)} tasks of project {project} were requested by their ids, but the server "
        f"sent {'tasks ' + listed(map(str, sent)) if sent else 'none, and counts some'}."
    )


def _missing_tasks(count: int, project: int) -> str:
    return f"The server counts {count} more tasks in project {project}, but sends none."


def _truncated(count: int, total: int, project: int) -> str:
    if not count:
        return _missing_tasks(total, project)
    return (
        f"The server sends no more than {count} tasks of project {project} at once, so they cannot "
        "be read from the middle, nor in another order than by id. Take all of them by id."
    )
