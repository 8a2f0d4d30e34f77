"""Dates as a DateTime control writes them: in the terms of D3, which are nearly those of strftime.

See https://d3js.org/d3-time-format: %-d and %e are days without a zero, %L is milliseconds, %Q
milliseconds since 1970.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from ..controls import Control

DIRECTIVE = re.compile(r"%([-_0]?)([a-zA-Z%])")
ONLY_D3 = "Qqus"  # what Python does not read
SAMPLE = datetime(2001, 2, 3, 4, 5, 6)


def date_format(control: Control) -> str:
    """Return how a DateTime writes what is chosen."""
    only = control.options.get("only", "")
    if only == "time":
        return "%H:%M"
    given = control.options.get("format")
    return given or ("%Y-%m-%dT%H:%M" if not only or "time" in only else "%Y-%m-%d")


def written(value: date | time, format: str) -> str:
    """Write a date or time; ValueError if it cannot be."""

    def part(found: re.Match[str]) -> str:
        flag, letter = found.groups()
        if letter == "L":
            return f"{getattr(value, 'microsecond', 0) // 1000:03d}"
        if letter == "e":
            flag, letter = flag or "_", "d"
        text = value.strftime(f"%{letter}")
        text = text.zfill(4) if letter == "Y" else text
        bare = text.lstrip("0") or "0"
        return {"-": bare, "_": bare.rjust(len(text))}.get(flag, text)

    return DIRECTIVE.sub(part, format)


def read_date(kept: Any, format: str) -> datetime | None:
    """Return what was written by a format; None for what was not."""
    plain = DIRECTIVE.sub(lambda found: "%" + {"e": "d", "L": "f"}.get(found[2], found[2]), format)
    try:
        return datetime.strptime(kept.strip(), plain.strip())
    except (AttributeError, TypeError, ValueError):
        return None


def can_be_read(format: str) -> bool:
    """Tell whether dates of this format can be checked here."""
    return not any(found[2] in ONLY_D3 for found in DIRECTIVE.finditer(format)) and (
        read_date(written(SAMPLE, format), format) is not None
    )
