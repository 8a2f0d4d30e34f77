"""Resumable downloads: one that broke off goes on where it did."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import define, field

from ..errors import ConnectionFailed, IncompleteResult, LabelStudioError
from ..http import Response, blocks, content_length, too_large
from ..orm.context import Context
from ..orm.deadline import Deadline, is_transient, outage_deadline
from ..text import shown

BLOCK = 16 * 1024  # bytes; what came of a block is lost with the connection
MOST_SMALL = 1_000  # answers that bring less than a block
PARTIAL, PAST_THE_END = 206, 416

RANGE = re.compile(r"bytes ([0-9]{1,19})-[0-9]{1,19}/([0-9]{1,19}|\*)(?![0-9])")

Ask = Callable[[Mapping[str, str]], Any]  # sends a GET with these headers, to be streamed


@define
class Download:
    """A body in blocks, each once and in order, over as many answers as it takes."""

    what: str  # for messages
    ask: Ask
    client: Context
    most: str = "file_bytes"  # which of the client's limits holds
    deadline_for: Callable[[Context], Deadline] = outage_deadline
    headers: Mapping[str, str] = field(factory=dict)  # of the first answer
    total: int | None = None  # bytes, where the server says so
    done: int = 0  # bytes

    def __iter__(self) -> Iterator[bytes]:
        deadline, small = self.deadline_for(self.client), 0
        while True:
            before = self.done
            error: LabelStudioError | None = None
            try:
                yield from self._blocks()
                if self.total is None or self.done >= self.total:
                    return
            except LabelStudioError as broken:
                if not is_transient(broken):
                    raise
                error = broken
            small += self.done < before + BLOCK
            if self.done > before and small <= MOST_SMALL:
                deadline = self.deadline_for(self.client)
            elif small > MOST_SMALL or not deadline.pause():
                raise error or self._too_short()

    def _too_short(self) -> LabelStudioError:
        return IncompleteResult(f"{self.what}: only {self.done:,} bytes were received.")

    def _blocks(self) -> Iterator[bytes]:
        """Yield what one answer has of the body, without what was there before."""
        with self._response() as response:
            skip = self.done if response.status_code != PARTIAL else 0
            self._check(response)
            for block in blocks(response, BLOCK):
                new = block[skip:]
                skip = max(skip - len(block), 0)
                if new:
                    self.done += len(new)
                    self._check_size(self.done)
                    yield new

    def _check_size(self, size: int) -> None:
        most = getattr(self.client.limits, self.most)
        if size > most:
            raise too_large(size, most, self.most, self.what)
        if self.total is not None and size > self.total:
            raise IncompleteResult(
                f"{self.what}: the server sent more than the {self.total:,} bytes that it has."
            )

    def _response(self) -> Response:
        # Without compression, so that lengths and ranges are of the body; and a range even for
        # all of it, as a server that knows them tells the length then.
        plain = {"Accept-Encoding": "identity"}
        encoded = self.headers.get("Content-Encoding")
        ranged = plain if encoded else {**plain, "Range": f"bytes={self.done}-"}
        response: Response
        try:
            response = self.ask(ranged)
        except LabelStudioError as error:
            if error.status != PAST_THE_END:
                raise
            response = self.ask(plain)  # it is empty, or broke off behind its last byte
        return response

    def _check(self, response: Response) -> None:
        """Raise where this is not a part of the same body."""
        before, self.headers = self.headers, self.headers or response.headers
        total = self._total_of(response)
        other = None not in (self.total, total) and total != self.total
        if other or before.get("ETag") not in (None, response.headers.get("ETag")):
            raise IncompleteResult(
                f"{self.what} changed during the download ({self.total} bytes before, "
                f"{total} now). Download it again."
            )
        self.total = total if self.total is None else self.total
        self._check_size(self.total or 0)

    def _total_of(self, response: Response) -> int | None:
        if response.headers.get("Content-Encoding"):
            return None  # the length is that of what was sent, not of the body
        if response.status_code != PARTIAL:
            try:
                return content_length(response.headers)
            except ValueError as error:  # of a connection of the user's own
                raise ConnectionFailed(f"{self.what}: {error}.") from None
        content_range = RANGE.match(response.headers.get("Content-Range", ""))
        if content_range is None or int(content_range[1]) != self.done:
            raise IncompleteResult(
                f"{self.what}: the server was asked for what comes after {self.done:,} bytes, "
                f"and sent {shown(response.headers.get('Content-Range'), 80)!r}."
            )
        return None if content_range[2] == "*" else int(content_range[2])
