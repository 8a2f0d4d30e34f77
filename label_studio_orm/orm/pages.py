"""The ways in which a server hands out long lists."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field, frozen

from ..errors import IncompleteResult, NotFound
from .cache import Params
from .context import Context

PAST_THE_END = "Invalid page."  # what a 404 says that means an empty page


@frozen
class WholeList:
    """Rows that come in one answer."""

    path: str

    def rows(self, context: Context, start: int = 0, stop: int | None = None) -> Iterator[Params]:
        return iter(context.json("GET", self.path)[start:stop])

    def count(self, context: Context) -> int:
        return len(context.json("GET", self.path))


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
        end = None if stop is None else skip + stop - start
        return itertools.islice(self._rows(context, page, size), skip, end)

    def _rows(self, context: Context, first_page: int, size: int) -> Iterator[Params]:
        read, total = first_page * size, None
        for number in itertools.count(first_page + 1):
            rows, count = self._page(context, number, size)
            if total is not None and (count < total or not rows):
                # What comes after a deleted row moves up: one may have slipped to a read page.
                raise IncompleteResult(
                    f"{total - count} rows of {self.path} went away while it was read. "
                    "Read it again."
                )
            yield from rows
            read, total = read + len(rows), count
            if read >= count:
                return

    def _page(self, context: Context, number: int, size: int) -> tuple[list[Params], int]:
        params = {**self.params, "page": number, "page_size": size}
        try:
            answer = context.json("GET", self.path, params=params)
        except NotFound as error:
            if error.detail != PAST_THE_END:
                raise
            return [], 0  # a page past the end
        return answer["results"], answer["count"]
