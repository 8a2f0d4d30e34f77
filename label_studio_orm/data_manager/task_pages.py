"""The tasks of a project, read as planned."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import TypeVar

from attrs import evolve, frozen

from ..errors import IncompleteResult, ServerError
from ..orm.cache import Params
from ..orm.context import Context
from ..orm.pagination import Page, trimmed
from ..orm.response_shape import expect
from ..orm.selection import Selection
from ..text import listed
from .columns import type_of_value
from .filters import Filter, compiled
from .matching import matches, parts, prepared
from .page_request import TaskPage, read_tasks
from .plan import BY_ID, PAGE, PAGE_OF_IDS, Plan, explained, plan, query_of
from .postgresql import failed_on_texts, note_texts

T = TypeVar("T")

ALL = 1_000_000  # ids in one answer
LEAST = -1e300  # less than any number in the data
PATIENCE = 600.0  # seconds for that


@frozen
class TaskPages:
    """The tasks of a project. However they are read, tasks that come and go move no others."""

    project: int
    rest: Sequence[str] = ()

    def split(self, asked: Selection) -> tuple[Selection, Selection]:
        return asked, Selection()

    def explain(self, asked: Selection) -> str:
        return explained(asked)

    def count(self, context: Context, asked: Selection) -> int:
        return self._despite_texts(context, asked, lambda: self._count(context, asked))

    def pages(self, context: Context, asked: Selection) -> Iterator[Page]:
        def begun() -> tuple[list[Page], Iterator[Page]]:
            pages = self._pages(context, asked)
            return [*itertools.islice(pages, 1)], pages

        yield from itertools.chain(*self._despite_texts(context, asked, begun))

    def _despite_texts(self, context: Context, asked: Selection, read: Callable[[], T]) -> T:
        """Read; if the database fails on texts among numbers of the data, compare those here."""
        try:
            return read()
        except ServerError as error:
            if not failed_on_texts(error):
                raise
            compared = plan(asked, context, self.project).numbers
            if not note_texts(compared, context, self.project):
                raise
        return read()

    def _count(self, context: Context, asked: Selection) -> int:
        chosen = plan(evolve(asked, start=0, stop=1, order=(), only=("id",)), context, self.project)
        if chosen.hold or chosen.filter.repeating or not chosen.filter.fits:
            return len(self._ids_by_key(context, evolve(chosen, page_size=PAGE_OF_IDS)))
        return self._read(context, chosen)[1]

    def _pages(self, context: Context, asked: Selection) -> Iterator[Page]:
        chosen = plan(asked, context, self.project)
        start, stop = asked.start, asked.stop
        if chosen.route == "one page":
            rows, _ = self._read(context, chosen, number=start // chosen.page_size + 1)
            found = iter([rows])
        elif chosen.route == "by key":
            skip = start % chosen.page_size
            found = trimmed(self._by_key(context, chosen, start), skip, asked.count)
        else:
            found = self._by_ids(context, chosen, slice(start, stop))
        for rows in found:
            yield TaskPage(rows, context, self.project, chosen, self.rest)

    def _by_key(self, context: Context, chosen: Plan, start: int) -> Iterator[list[Params]]:
        """Read page after page, each from after the last id of the one before."""
        before = start // chosen.page_size
        rows, total = self._read(context, chosen, number=before + 1)
        left = total - before * chosen.page_size
        while rows:
            yield rows
            if len(rows) == left:  # if more came than were counted, more may follow
                return
            rows, left = self._read(context, chosen, key=rows[-1]["id"])
        if left > 0:
            raise IncompleteResult(_not_sent(left, self.project))

    def _by_ids(self, context: Context, chosen: Plan, window: slice) -> Iterator[list[Params]]:
        """Read all ids in their order, then the tasks that are still there by their ids."""
        ids = self._ids(context, chosen, window.stop)[window]
        for start in range(0, len(ids), chosen.page_size):
            wanted = ids[start : start + chosen.page_size]
            if chosen.columns == ("id",):
                yield [{"id": id} for id in wanted]
                continue
            there = self._tasks_of(context, chosen, wanted)
            yield [there[id] for id in wanted if id in there]

    def _tasks_of(self, context: Context, chosen: Plan, ids: Sequence[int]) -> Mapping[int, Params]:
        """Read the tasks with these ids that still exist, however many the server sends at once."""
        there: dict[int, Params] = {}
        wanted, left = list(ids), 1
        while wanted and left > 0:
            rows, total = read_tasks(context, self.project, chosen, query_of(wanted))
            found = {row["id"]: row for row in rows}
            if not found.keys() <= {*wanted} or (total and not found):
                raise IncompleteResult(_others_sent(wanted, [*found], self.project))
            there |= found
            wanted, left = [id for id in wanted if id not in found], total - len(rows)
        return there

    def _ids(self, context: Context, chosen: Plan, stop: int | None = None) -> list[int]:
        """Return all ids in their order, each once, or the first of them."""
        alone = evolve(chosen, columns=("id",), page_size=PAGE_OF_IDS)
        if chosen.by_id:
            return self._ids_by_key(context, alone)
        if chosen.sort:
            return self._sorted_ids(context, alone)
        narrowed = self._with_value(alone)
        whole = narrowed.fits and not narrowed.repeating and not chosen.hold
        base = narrowed if whole else self._with_value(alone, Filter())
        ordered = self._ordered_ids(context, evolve(alone, filter=base), stop if whole else None)
        if whole and (not chosen.by_data or (stop is not None and len(ordered) >= stop)):
            return ordered
        wanted = set(self._ids_by_key(context, alone))
        return [*(id for id in ordered if id in wanted), *sorted(wanted.difference(ordered))]

    def _sorted_ids(self, context: Context, chosen: Plan) -> list[int]:
        """Order by whole numbers in the data that the server, with its floats, mixes up."""
        wanted, key = set(self._ids_by_key(context, chosen)), chosen.key_of_data
        reading = evolve(chosen, columns=("id", "data"), page_size=PAGE, filter=Filter())
        pages = self._by_key(context, evolve(reading, ordering=BY_ID), 0)
        values = {r["id"]: r["data"].get(key) for rows in pages for r in rows if r["id"] in wanted}
        numbers = [id for id, value in values.items() if type_of_value(value) == "Number"]
        numbers.sort(key=values.__getitem__, reverse=chosen.descending)
        return [*numbers, *sorted(wanted.difference(numbers))]

    def _with_value(self, chosen: Plan, base: Filter | None = None) -> Filter:
        """Leave out what has nothing to be ordered by: null comes last.

        The server's databases put null in the data among the numbers, or among the texts.
        """
        found = chosen.filter if base is None else base
        items = [chosen.item("empty", False), chosen.item("not_equal", "")]
        if chosen.numeric:  # else PostgreSQL orders numbers as texts; now it fails if there are any
            items.append(chosen.item("greater", LEAST, "Number"))
        return found.also(*items) if chosen.by_data else found

    def _ids_by_key(self, context: Context, chosen: Plan) -> list[int]:
        """Read the ids of each of the filter's pieces, and join them."""
        by_id = evolve(chosen, ordering=chosen.ordering if chosen.by_id else BY_ID)
        if chosen.hold:
            found = self._held_ids(context, by_id)
            return sorted(found, reverse=by_id.descending)
        pieces = (evolve(by_id, filter=piece) for piece in by_id.filter.pieces())
        pages = itertools.chain.from_iterable(self._by_key(context, each, 0) for each in pieces)
        return sorted({row["id"] for rows in pages for row in rows}, reverse=by_id.descending)

    def _held_ids(self, context: Context, chosen: Plan) -> set[int]:
        """Read the ids of the tasks that really meet the condition: see prefilter.py."""
        found: set[int] = set()
        reading = evolve(chosen, columns=("id", "data"), page_size=PAGE, hold=False)
        for part in parts(chosen.filter.where):
            narrowed = compiled(part, context, self.project, nests=chosen.filter.nests)
            wanted = prepared(part)
            for piece in narrowed.pieces():
                for rows in self._by_key(context, evolve(reading, filter=piece), 0):
                    records = (SimpleNamespace(**row) for row in rows)
                    found.update(each.id for each in records if matches(wanted, each))
        return found

    def _ordered_ids(self, context: Context, chosen: Plan, stop: int | None) -> list[int]:
        """Read ids in one answer: between pages, tasks that are equal may change places."""
        column = chosen.column if chosen.by_text else "id"
        size = ALL if stop is None or chosen.by_text else stop
        whole = evolve(chosen, columns=tuple(dict.fromkeys(("id", column))), page_size=size)
        rows, total = read_tasks(context, self.project, whole, whole.query(), timeout=PATIENCE)
        if len({row["id"] for row in rows}) < min(total, whole.page_size):
            raise IncompleteResult(_short(len(rows), total, self.project))
        rows.sort(key=lambda row: row.get(column) in (None, "", []))  # null comes last
        return [row["id"] for row in rows]

    def _read(
        self, context: Context, chosen: Plan, *, number: int = 1, key: int | None = None
    ) -> tuple[list[Params], int]:
        query = chosen.query(key=key)
        rows, total = read_tasks(context, self.project, chosen, query, number=number)
        _check_order(rows, chosen, key, self.project)
        expected = min(chosen.page_size, total - (number - 1) * chosen.page_size)
        if len(rows) < expected and (number > 1 or chosen.route == "one page"):
            raise IncompleteResult(_short(len(rows), total, self.project))
        return rows, total


def _check_order(rows: Sequence[Params], chosen: Plan, key: int | None, project: int) -> None:
    """Raise `IncompleteResult` unless each task comes once, in order, and after the key.

    A server that ignored the key would send the first page again and again.
    """
    if not chosen.by_id:
        return
    beyond = operator.lt if chosen.descending else operator.gt
    ids = [expect(row, "id") for row in rows]
    if chosen.filter.repeating:
        ids = [id for id, _ in itertools.groupby(ids)]
    for before, after in itertools.pairwise(ids if key is None else [key, *ids]):
        if not beyond(after, before):
            raise IncompleteResult(
                f"The server sent task {after} of project {project} after task {before}, although "
                f"tasks were requested by {'descending' if chosen.descending else 'ascending'} id."
            )


def _others_sent(wanted: Sequence[int], found: Sequence[int], project: int) -> str:
    return (
        f"{len(wanted)} tasks of project {project} were requested by their ids, but the server "
        f"sent {'tasks ' + listed(map(str, found)) if found else 'none, and counts some'}."
    )


def _not_sent(count: int, project: int) -> str:
    return f"The server counts {count} more tasks in project {project}, but sends none."


def _short(count: int, total: int, project: int) -> str:
    if not count:
        return _not_sent(total, project)
    return (
        f"The server sends no more than {count} tasks of project {project} at once, so they cannot "
        "be read from the middle, nor in another order than by id. Take all of them by id."
    )
