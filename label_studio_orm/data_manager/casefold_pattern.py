"""Case-insensitive patterns that mean the same to every database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

LAST = 0x1F000  # all letters with upper and lower case come before
LONGEST = 3  # letters that one letter can be casefolded to: "ﬃ" is "ffi"


def in_any_case(part: str) -> str:
    """Return a pattern that matches a text in any case: whatever is equal once casefolded.

    >>> re.search(in_any_case("größe"), "GRÖSSE") is not None
    True
    """
    folded, found, start = part.casefold(), [], 0
    while start < len(folded):
        pattern, length = _next(folded, start)
        found.append(pattern)
        start += length
    return "".join(found)


def _next(folded: str, start: int) -> tuple[str, int]:
    for length in range(LONGEST, 1, -1):
        several = folded[start : start + length]
        whole = _spellings().get(several, ())
        if len(several) == length and whole:
            parts = "".join(_letter(each) for each in several)
            return f"(?:{'|'.join([parts, *map(re.escape, whole)])})", length
    return _letter(folded[start]), 1


def _letter(folded: str) -> str:
    others = _spellings().get(folded, ())
    return f"[{''.join((folded, *others))}]" if others else re.escape(folded)


@cache
def _spellings() -> Mapping[str, Sequence[str]]:
    """Return the letters that change when casefolded, by what they become."""
    found: dict[str, list[str]] = {}
    for letter in map(chr, range(LAST)):
        if letter.casefold() != letter:
            found.setdefault(letter.casefold(), []).append(letter)
    return found
