"""The shape of JSON that others wrote: how deep it is nested, how many digits its numbers have.

It is checked before a parser sees it: they remember the way to each level, and ijson's C backend
takes the interpreter down over a whole number that Python refuses to build.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from itertools import accumulate

from attrs import define

from ..errors import LimitExceeded
from ..limits import Limits

BRACKETS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
NO_BRACKETS = bytes(set(range(256)) - BRACKETS.keys())
DIGITS = b"0123456789"
STRETCH = 400  # brackets that are counted at once
MOST_DIGITS = 4_300  # of a number; Python builds none that is longer, unless it is told to
DEFAULT = Limits()


def most_digits() -> int:
    """Return how many digits a number may have here: a program may have set another number."""
    allowed = getattr(sys, "get_int_max_str_digits", lambda: 0)()  # Python 3.10.6 has none
    return min(allowed or MOST_DIGITS, MOST_DIGITS)


def too_deep(levels: float) -> LimitExceeded:
    return LimitExceeded(
        f"JSON from the server or a file is nested deeper than {levels:,.0f} levels. "
        f"Label Studio's own has some ten; limits=Limits(levels=…) sets another limit."
    )


def too_many_digits() -> LimitExceeded:
    return LimitExceeded(
        f"JSON from the server or a file has a number of more than {most_digits():,} digits, "
        "which Python does not read."
    )


@define
class Nesting:
    """Count levels and digits of JSON that comes in blocks, in time proportional to its length."""

    levels: float = DEFAULT.levels
    _depth: int = 0
    _digits: int = 0  # of the number that the last block ended with
    _in_text: bool = False  # at the end of the last block,
    _escaped: bool = False  # and its last character was a backslash

    def take(self, block: bytes) -> None:
        """Raise `LimitExceeded` where a block goes too deep, or has too long a number."""
        outside = self._outside(block)
        self._count_digits(outside)
        self._count_levels(outside)

    def whole_texts(self, read: Callable[[], bytes]) -> bytes:
        """Return the next blocks, up to one that does not end within a text.

        ijson goes through a text from its start with each block that brings more of it.
        """
        blocks = [read()]
        self.take(blocks[0])
        while self._in_text and blocks[-1]:
            blocks.append(read())
            self.take(blocks[-1])
        return b"".join(blocks)

    def _outside(self, block: bytes) -> bytes:
        """Return what a block has outside of texts, with a quote in place of each text."""
        if self._escaped and block:
            block = block[1:]
            self._escaped = False
        if b"\\" in block:
            # In pairs from the left, as they escape each other; then no quote is escaped.
            block = block.replace(b"\\\\", b"").replace(b'\\"', b"")
            self._escaped = block.endswith(b"\\")
        pieces = block.split(b'"')
        outside = pieces[self._in_text :: 2]
        self._in_text = len(outside) * 2 == len(pieces) - self._in_text
        return b'"'.join(outside)

    def _count_digits(self, outside: bytes) -> None:
        most = most_digits()
        leading = len(outside) - len(outside.lstrip(DIGITS))
        if self._digits + leading > most or _has_digits(outside, most + 1):
            raise too_many_digits()
        if self._in_text:
            self._digits = 0
        elif leading < len(outside):
            self._digits = len(outside) - len(outside.rstrip(DIGITS))
        else:
            self._digits += leading

    def _count_levels(self, outside: bytes) -> None:
        opened = outside.count(b"[") + outside.count(b"{")
        closed = outside.count(b"]") + outside.count(b"}")
        if self._depth + opened > self.levels:
            self._check_levels(outside.translate(None, NO_BRACKETS))
        self._depth += opened - closed

    def _check_levels(self, brackets: bytes) -> None:
        """Raise where some brackets go too deep: one by one only where they may."""
        depth = self._depth
        for start in range(0, len(brackets), STRETCH):
            some = brackets[start : start + STRETCH]
            opened = some.count(b"[") + some.count(b"{")
            if depth + opened > self.levels and _highest(some, depth) > self.levels:
                raise too_deep(self.levels)
            depth += 2 * opened - len(some)


def _highest(brackets: bytes, depth: int) -> int:
    return max(accumulate(map(BRACKETS.__getitem__, brackets), initial=depth))


def _has_digits(text: bytes, count: int) -> bool:
    """Tell whether there are so many digits in a row.

    Then there are half as many at a multiple of the half: most places need a look at one byte.
    """
    half = count // 2
    likely = any(text[at : at + half].isdigit() for at in range(0, len(text) - half, half))
    return likely and re.search(rb"(?<![0-9])[0-9]{%d}" % count, text) is not None
