"""Tasks → requests: chunks that the server takes, and smaller ones where it does not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from attrs import define, frozen

from ...errors import LabelStudioError, Rejected
from ...text import listed
from .rows import TaskRow

SOME = 3  # rows that a message names

# How the server begins what it says of an item; what follows may quote anything.
NAMED_ROW = re.compile(r"(?:- )?(?:Errors?\b.{0,80}? at item (\d{1,12})|Task (\d{1,12})(?=,))")


@frozen
class Chunk:
    """Tasks that go in one request."""

    rows: Sequence[TaskRow]

    def body(self) -> bytes:
        return b"[" + b",".join(row.body for row in self.rows) + b"]"

    # -- what the server says of it ---------------------------------------------------------------

    def named_in(self, error: LabelStudioError) -> set[int]:
        """Return which of the rows a refusal names, by their number in this chunk."""
        found = {self._named(problem) for problem in _problems(error)}
        return {number for number in found if number is not None}

    def refusal(self, error: Rejected, number: int) -> Rejected:
        """Return a refusal of many rows as that of one of them."""
        said = [problem for problem in _problems(error) if self._named(problem) == number]
        if not said:
            return error.reworded(error)
        return error.reworded(
            listed(map(self._placed, said), most=SOME, between="; "),
            validation_errors={"non_field_errors": said},
        )

    def in_users_words(self, error: LabelStudioError) -> str:
        """Put the user's rows in place of the server's items, which count within the request."""
        problems = _problems(error)
        if all(self._named(problem) is None for problem in problems):
            return str(error)
        head = str(error).partition(": ")[0]
        said = listed(map(self._placed, problems), most=SOME, between="\n")
        if NAMED_ROW.match(head):
            return said
        return f"{head}:\n{said}" if "\n" in said else f"{head}: {said}"

    def _named(self, problem: str) -> int | None:
        said = NAMED_ROW.match(problem)
        number = int(said[1] or said[2]) if said else len(self.rows)
        return number if number < len(self.rows) else None

    def _placed(self, problem: str) -> str:
        number = self._named(problem)
        return problem if number is None else NAMED_ROW.sub(self.rows[number].where, problem, 1)


def _problems(error: LabelStudioError) -> list[str]:
    """Return the problems of each item; the response may have them as lines of one text."""
    found = [text for texts in (error.validation_errors or {}).values() for text in _texts(texts)]
    said = found or [str(error).rpartition(" failed: ")[2]]
    return [line for text in said for line in text.split("\n- ") if line]


def _texts(found: object) -> list[str]:
    return [str(each) for each in found if each] if isinstance(found, list) else [str(found)]


class Sized(Protocol):
    @property
    def size(self) -> int: ...


S = TypeVar("S", bound=Sized)


@define
class Chunker:
    """Cuts rows or files into chunks; learns that a server, or a proxy, takes less."""

    most_items: int
    most_bytes: int

    def chunks(self, items: Iterable[S]) -> Iterator[list[S]]:
        chunk: list[S] = []
        size = 0
        for item in items:
            if chunk and size + item.size > self.most_bytes:
                yield chunk
                chunk, size = [], 0
            chunk.append(item)
            size += item.size
            if len(chunk) >= self.most_items:  # at once: the next one may be long in coming
                yield chunk
                chunk, size = [], 0
        if chunk:
            yield chunk

    def too_large(self, items: Iterable[Sized]) -> None:
        """Make the chunks to come smaller than one that was refused for its size."""
        self.most_bytes = max(min(self.most_bytes, sum(item.size for item in items) // 2), 1)
