"""Case-insensitive regular expressions that mean the same to every database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

LAST_CASED = 0x1F000  # all characters with case come before
MAX_EXPANSION = 3  # characters that one character can be casefolded to: "ﬃ" is "ffi"


def case_insensitive_pattern(part: str) -> str:
    """Return a pattern that matches every text that is equal once casefolded.

    >>> re.search(case_insensitive_pattern("größe"), "GRÖSSE") is not None
    True
    """
    folded, patterns, start = part.casefold(), [], 0
    while start < len(folded):
        pattern, length = _next(folded, start)
        patterns.append(pattern)
        start += length
    return "".join(patterns)


def _next(folded: str, start: int) -> tuple[str, int]:
    for length in range(MAX_EXPANSION, 1, -1):
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
    """Return the characters that change when casefolded, by their casefolded form."""
    spellings: dict[str, list[str]] = {}
    for char in map(chr, range(LAST_CASED)):
        if char.casefold() != char:
            spellings.setdefault(char.casefold(), []).append(char)
    return spellings
