"""Limits on the nesting and the digits of untrusted JSON.

They are checked before a parser sees it: parsers keep a stack of all levels, and ijson's C backend
crashes the interpreter at an integer that Python refuses to build.
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
BRACKETS_AT_ONCE = 400  # brackets to count at once
MAX_DIGITS = 4_300  # of a number: the default of sys.set_int_max_str_digits
DEFAULT_LIMITS = Limits()


def max_digits() -> int:
    """Return how many digits a number may have in this process."""
    allowed = getattr(sys, "get_int_max_str_digits", lambda: 0)()  # Python 3.10.6 has none
    return min(allowed or MAX_DIGITS, MAX_DIGITS)


def too_deep(levels: float) -> LimitExceeded:
    return LimitExceeded(
        f"JSON from the server or a file is nested deeper than {levels:,.0f} levels; Label "
        "Studio's own has about ten. To allow more, pass limits=Limits(levels=…) to the client."
    )


def too_many_digits() -> LimitExceeded:
    return LimitExceeded(
        f"A number in JSON from the server or a file must not have more than {max_digits():,} "
        "digits: Python does not read longer ones."
    )


@define
class DepthCounter:
    """Count levels and digits of JSON that comes in blocks, in time proportional to its length."""

    levels: float = DEFAULT_LIMITS.levels
    _depth: int = 0
    _digits: int = 0  # of the number at the end of the last block
    _in_string: bool = False  # whether the last block ended within a string
    _escaped: bool = False  # whether its last character was a backslash

    def feed(self, block: bytes) -> None:
        """Process the next block; raise `LimitExceeded` for too many levels or digits."""
        outside = self._outside(block)
        self._count_digits(outside)
        self._count_levels(outside)

    def read_whole_strings(self, read: Callable[[], bytes]) -> bytes:
        """Return the next blocks, up to one that does not end within a string.

        ijson scans a string from its start again with each block that continues it.
        """
        blocks = [read()]
        self.feed(blocks[0])
        while self._in_string and blocks[-1]:
            blocks.append(read())
            self.feed(blocks[-1])
        return b"".join(blocks)

    def _outside(self, block: bytes) -> bytes:
        """Return the parts of a block outside of strings, with a quote in place of each string."""
        if self._escaped and block:
            block = block[1:]
            self._escaped = False
        if b"\\" in block:
            # In pairs from the left, as they escape each other; then no quote is escaped.
            block = block.replace(b"\\\\", b"").replace(b'\\"', b"")
            self._escaped = block.endswith(b"\\")
        pieces = block.split(b'"')
        outside = pieces[self._in_string :: 2]
        self._in_string = len(outside) * 2 == len(pieces) - self._in_string
        return b'"'.join(outside)

    def _count_digits(self, outside: bytes) -> None:
        most = max_digits()
        leading = len(outside) - len(outside.lstrip(DIGITS))
        if self._digits + leading > most or _has_digits(outside, most + 1):
            raise too_many_digits()
        if self._in_string:
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
        """Raise if brackets are nested too deeply; count one by one only where they may be."""
        depth = self._depth
        for start in range(0, len(brackets), BRACKETS_AT_ONCE):
            some = brackets[start : start + BRACKETS_AT_ONCE]
            opened = some.count(b"[") + some.count(b"{")
            if depth + opened > self.levels and _highest(some, depth) > self.levels:
                raise too_deep(self.levels)
            depth += 2 * opened - len(some)


def _highest(brackets: bytes, depth: int) -> int:
    return max(accumulate(map(BRACKETS.__getitem__, brackets), initial=depth))


def _has_digits(text: bytes, count: int) -> bool:
    """Tell whether a text has so many digits in a row.

    If so, half as many begin at a multiple of that half: mostly, one byte of each half is checked.
    """
    half = count // 2
    likely = any(text[at : at + half].isdigit() for at in range(0, len(text) - half, half))
    return likely and re.search(rb"(?<![0-9])[0-9]{%d}" % count, text) is not None
