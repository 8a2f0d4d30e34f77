"""Pagination: how the server sends long lists."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from attrs import define, evolve, field, frozen

from ..errors import IncompleteResult, NotFound
from .cache import Params
from .context import Context
from .expressions import Condition, Expression, Group, all_of
from .meta import NOTHING
from .response_shape import NUMBER, ROWS, Shape, shaped
from .selection import Selection
from .tracked import MISSING

PAGE: Shape = {"results": ROWS, "count?": NUMBER}
PAST_THE_END = "Invalid page."  # what a 404 says that means an empty page


@define(eq=False)
class Page:
    """Some rows that came together."""

    rows: Sequence[Params]
    total: int | None = field(default=None, kw_only=True)  # of all pages, where the server tells

    def take(self) -> Sequence[Params]:
        """Return the rows, and keep them no longer: a record would hold those of all others."""
        rows, self.rows = self.rows, ()
        return rows

    def value(self, id: int, wire: str) -> Any:
        """Return what a row lacks, read for all rows of the page at once; else `MISSING`."""
        return MISSING


class Source(Protocol):
    """Where the rows of a query come from."""

    def split(self, selection: Selection) -> tuple[Selection, Selection]:
        """Split what is asked into what the server can do, and what is left to do here."""

    def pages(self, context: Context, selection: Selection) -> Iterator[Page]:
        """Yield all rows that are asked for, each once, page by page.

        Raises `IncompleteResult` where that cannot be done.
        """

    def count(self, context: Context, selection: Selection) -> int:
        """Return how many rows meet the conditions, without reading them."""

    def explain(self, selection: Selection) -> str:
        """Say in a few words what will be sent."""


def pick_here(
    selection: Selection, filters: Mapping[str, str] = NOTHING
) -> tuple[Selection, Selection]:
    """Split for a server that knows windows, no orders, and only these conditions.

    Those are checked here as well: servers may compare loosely, or ignore them.
    """
    if selection.where is None and not selection.order:
        return selection, Selection()
    sent = (each for each in _all_met(selection.where) if _name(each) in filters)
    return Selection(where=all_of(*sent)), evolve(selection, only=None, including=())


def filtering(selection: Selection, filters: Mapping[str, str]) -> dict[str, Any]:
    """Return the parameters of a list for the conditions that the server checks.

    Of two conditions for one parameter the last is sent.
    """
    found = _all_met(selection.where)
    return {filters[_name(each)]: _sent(each) for each in found}


def _sent(condition: Condition) -> Any:
    """Return the value of a condition as the server writes it, moments in UTC."""
    column = condition.column
    return column.dump(column.comparable(condition.value))


def _all_met(where: Expression | None) -> Iterator[Condition]:
    """Yield the single conditions that every record must meet."""
    if isinstance(where, Condition) and not where.negated:
        yield where
    if isinstance(where, Group) and where.conjunction == "and":
        for part in where.parts:
            yield from _all_met(part)


def _name(condition: Condition) -> str:
    """Return a condition as in `Meta.list_filters`: "user", or "created_at>="."""
    return f"{condition.column.name}{condition.operator.removeprefix('==')}"


def trimmed(pages: Iterable[Page], skip: int, count: int | None) -> Iterator[Page]:
    """Yield pages without the first rows of all, until so many rows came; None for all."""
    left = count
    for page in pages:
        rows = page.rows
        wanted = rows[skip:] if left is None else rows[skip : skip + left]
        yield Page(wanted, total=page.total)
        skip = max(skip - len(rows), 0)
        left = None if left is None else left - len(wanted)
        if left is not None and left <= 0:
            return


def read_page(
    context: Context, path: str, params: Mapping[str, Any], *, rows: str, count: str, **options: Any
) -> tuple[list[Params], int]:
    """Return the rows of a page, and the count of all; nothing for a page past the end."""
    try:
        answer = context.json("GET", path, params=params, **options)
    except NotFound as error:
        if error.detail != PAST_THE_END:
            _check_first_page(context, path, params, error, **options)
        return [], 0
    if isinstance(answer, list) and len(answer) == 1:
        answer = answer[0]  # the official SDK describes such pages as lists of one
    shaped(answer, {rows: ROWS, count: NUMBER})
    return answer[rows], answer[count]


def _check_first_page(
    context: Context, path: str, params: Mapping[str, Any], error: NotFound, **options: Any
) -> None:
    """Raise `NotFound` unless a 404 without a text means a page past the end.

    Paths without a slash at the end give such a 404 for both. Where there is a first page, the
    record that the list belongs to exists.
    """
    if error.detail is not None or params.get("page", 1) == 1:
        raise error
    context.json("GET", path, params={**params, "page": 1}, **options)


def in_order(rows: Iterable[Params]) -> list[Params]:
    """Return rows in the order of their ids: PostgreSQL lists changed rows last."""
    return sorted(shaped([*rows], ROWS), key=lambda row: int(row["id"]))


def check_page(rows: Sequence[Params], size: int, seen: set[Any], where: str) -> None:
    """Raise `IncompleteResult` for a page that is too long, or that repeats a row."""
    if len(rows) > size:
        raise IncompleteResult(f"{where}: the server sent {len(rows)} rows as a page of {size}.")
    for row in rows:
        id = row["id"]
        if id in seen:
            raise IncompleteResult(
                f"{where}: the server sent row {id} twice, so others may be missing. Read them "
                "again; if it happens each time, the server's paging of this list is broken."
            )
        seen.add(id)


@frozen
class WholeList:
    """Rows that come in one answer."""

    path: str
    params: Mapping[str, Any] = field(factory=dict)
    by_id: bool = True  # else in the server's order
    filters: Mapping[str, str] = NOTHING  # see Meta.list_filters

    def split(self, selection: Selection) -> tuple[Selection, Selection]:
        return pick_here(selection, self.filters)

    def pages(self, context: Context, selection: Selection) -> Iterator[Page]:
        rows = self._filtered(selection).rows(context)
        ordered = in_order(rows) if self.by_id else rows
        yield Page(ordered[selection.start : selection.stop], total=len(rows))

    def count(self, context: Context, selection: Selection) -> int:
        return len(self.rows(context))

    def explain(self, selection: Selection) -> str:
        return f"One request for the whole list: GET {self.path}."

    def _filtered(self, selection: Selection) -> WholeList:
        params = {**self.params, **filtering(selection, self.filters)}
        return self if params == self.params else evolve(self, params=params)

    def rows(self, context: Context) -> list[Params]:
        """Return all rows that there are."""
        answer = context.json("GET", self.path, params=dict(self.params))
        if isinstance(answer, list):
            return list(shaped(answer, ROWS))
        pages = self._more_pages(context, answer)  # some servers page this list
        return [row for rows in pages for row in rows]

    def _more_pages(self, context: Context, answer: Any) -> Iterator[list[Params]]:
        seen: set[Any] = set()
        for number in itertools.count(2):
            rows = shaped(answer, PAGE)["results"]
            check_page(rows, len(rows), seen, self.path)
            yield rows
            if not answer.get("next"):
                break
            if not rows:
                raise IncompleteResult(_not_sent(self.path, "more"))
            answer = context.json("GET", self.path, params={**self.params, "page": number})
        count = answer.get("count", 0)
        if len(seen) < count:
            raise IncompleteResult(_not_sent(self.path, count - len(seen)))


@frozen
class NumberedPages:
    """Rows that come as pages 1, 2, 3 …, each with the count of all."""

    path: str
    params: Mapping[str, Any] = field(factory=dict)
    page_size: int = 100
    filters: Mapping[str, str] = NOTHING  # see Meta.list_filters
    keys: tuple[str, str] = ("results", "count")  # see Meta.page_keys

    def split(self, selection: Selection) -> tuple[Selection, Selection]:
        return pick_here(selection, self.filters)

    def count(self, context: Context, selection: Selection) -> int:
        return self._page(context, 1, 1)[1]

    def pages(self, context: Context, selection: Selection) -> Iterator[Page]:
        size = 1 if selection.count == 1 else self.page_size
        before, skip = divmod(selection.start, size)
        params = {**self.params, **filtering(selection, self.filters)}
        found = evolve(self, params=params)._pages(context, before, size)
        yield from trimmed(found, skip, selection.count)

    def explain(self, selection: Selection) -> str:
        return f"Pages of {self.page_size}, one after the other: GET {self.path}."

    def _pages(self, context: Context, before: int, size: int) -> Iterator[Page]:
        read, total, last = before * size, 0, None
        seen: set[Any] = set()
        for number in itertools.count(before + 1):
            rows, count = self._page(context, number, size)
            if last is not None:
                self._check_that_nothing_moved(context, read, last, total - count, rows)
            check_page(rows, size, seen, self.path)
            read, total = read + len(rows), count
            self._check_count(read, count, rows)
            yield Page(rows, total=count)
            if read >= count:
                return
            last = rows[-1]

    def _check_count(self, read: int, count: int, rows: Sequence[Params]) -> None:
        if not rows and read < count:
            raise IncompleteResult(_not_sent(self.path, count - read))
        if rows and read > count:
            raise IncompleteResult(
                f"{self.path}: the server counts {count} rows, and sent {read}. Read them again."
            )

    def _check_that_nothing_moved(
        self, context: Context, read: int, last: Params, gone: int, rows: list[Params]
    ) -> None:
        """Raise where a row may have slipped to a page that was read already.

        What comes after a deleted row moves up, and the count does not tell if others were added.
        """
        there, _ = self._page(context, read, 1)
        if gone > 0 or not rows or not there or there[0]["id"] != last["id"]:
            raise IncompleteResult(
                f"Rows of {self.path} went away while they were read. Read them again."
            )

    def _page(self, context: Context, number: int, size: int) -> tuple[list[Params], int]:
        params = {**self.params, "page": number, "page_size": size}
        rows, count = self.keys
        return read_page(context, self.path, params, rows=rows, count=count)


def _not_sent(where: str, count: int | str) -> str:
    return f"{where}: the server counts {count} rows that it did not send. Read them again."
