"""Names that a Repeater generates, as one pattern."""

from __future__ import annotations

import re

INDEX = "{{idx}}"  # the default placeholder of a Repeater


def pattern_of(name: str, index: str) -> re.Pattern[str]:
    """Return the pattern of a name in a Repeater: "box_{{idx}}" → box_0, box_1, …"""
    parts = [re.escape(part) for part in name.split(index)]
    # Adjacent numbers count as one: splitting their digits would backtrack exponentially.
    inner = [part for part in parts[1:-1] if part and not part.isdecimal()]
    return re.compile(r"\d+".join([parts[0], *inner, parts[-1]]))


def number_in(name: str, pattern: str, index: str) -> str:
    """Return the number in a name at the index of its pattern.

    >>> number_in("box_12", "box_{{idx}}", "{{idx}}")
    '12'
    """
    found = re.match(r"\d+", name[pattern.find(index) :])
    return found[0] if found else ""
