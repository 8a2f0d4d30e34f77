"""JSON that is nested without end: its parser would remember the way to each level."""

from __future__ import annotations

import re

from attrs import define

from ...errors import IncompleteResult

DEEPEST = 1_000  # levels; tasks have some ten
TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


@define
class Nesting:
    """Counts the levels of JSON that comes in blocks."""

    _depth: int = 0
    _in_text: bool = False  # at the end of the last block,
    _escaped: bool = False  # and its last letter was a backslash

    def take(self, block: bytes) -> None:
        """Raise where a block goes deeper than any task does."""
        before = (b'"\\' if self._escaped else b'"') if self._in_text else b""
        brackets, quote, begun = TEXT.sub(b"", before + block).partition(b'"')
        self._in_text = bool(quote)
        self._escaped = self._in_text and (len(begun) - len(begun.rstrip(b"\\"))) % 2 == 1
        opened = brackets.count(b"[") + brackets.count(b"{")
        self._depth += opened - brackets.count(b"]") - brackets.count(b"}")
        if self._depth > DEEPEST:
            raise IncompleteResult("What the server sent is nested without end.")
