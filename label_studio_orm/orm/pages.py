"""The ways in which a server hands out long lists."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field, frozen

from ..errors import IncompleteResult, NotFound
from .answers import expect
from .cache import Params
from .context import Context

PAST_THE_END = "Invalid page."  # what a 404 says that means an empty page


def read_page(
    context: Context, path: str, params: Mapping[str, Any], *, rows: str, count: str
) -> tuple[list[Params], int]:
    """Return the rows of a page, and the count of all; nothing for a page past the end."""
    try:
        answer = context.json("GET", path, params=params)
    except NotFound as error:
        if error.detail != PAST_THE_END:
            raise
        return [], 0
    return expect(answer, rows), expect(answer, count)


@frozen
class WholeList:
    """Rows that come in one answer."""

    path: str

    def rows(self, context: Context, start: int = 0, stop: int | None = None) -> Iterator[Params]:
        return iter(self._all(context)[start:stop])

    def count(self, context: Context) -> int:
        return len(self._all(context))

    def _all(self, context: Context) -> list[Params]:
        answer = context.json("GET", self.path)
        return answer if isinstance(answer, list) else list(expect(answer, "results"))


@frozen
class NumberedPages:
    """Rows that come as pages 1, 2, 3 …, each with the count of all."""

    path: str
    params: Mapping[str, Any] = field(factory=dict)
    page_size: int = 100

    def count(self, context: Context) -> int:
        return self._page(context, 1, 1)[1]

    def rows(self, context: Context, start: int = 0, stop: int | None = None) -> Iterator[Params]:
        size = 1 if stop == start + 1 else self.page_size
        page, skip = divmod(start, size)
        end = None if stop is None else max(skip + stop - start, skip)
        return itertools.islice(self._rows(context, page, size), skip, end)

    def _rows(self, context: Context, before: int, size: int) -> Iterator[Params]:
        read, total, last = before * size, 0, None
        for number in itertools.count(before + 1):
            rows, count = self._page(context, number, size)
            if last is not None:
                self._check_that_nothing_moved(context, read, last, total - count, rows)
            yield from rows
            read, total = read + len(rows), count
            if read >= count:
                return
            last = rows[-1] if rows else None

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
        return read_page(context, self.path, params, rows="results", count="count")
