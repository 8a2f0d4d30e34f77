"""Dates and times in the editor's D3 formats, always in English.

They resemble those of strftime; see https://d3js.org/d3-time-format. %-d is a day without padding,
%e one padded with a space, %L milliseconds, %Q milliseconds and %s seconds since 1970.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from types import MappingProxyType
from typing import Any

from ..controls import Control, Object

DIRECTIVE = re.compile(r"%([-_0]?)([a-zA-Z%])")
STEP = re.compile(r"%[-_0]?.|.", re.DOTALL)
NUMBER = re.compile(r"\s*\d+")
ZONE = re.compile(r"(Z)|([+-]\d\d)(?::?(\d\d))?")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
COMPOSITES = MappingProxyType(  # directives that expand to several
    {"c": "%-m/%-d/%Y, %-I:%M:%S %p", "x": "%-m/%-d/%Y", "X": "%-I:%M:%S %p"}
)
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "A": DAYS,
        "a": tuple(name[:3] for name in DAYS),
        "B": MONTHS,
        "b": tuple(name[:3] for name in MONTHS),
        "p": ("AM", "PM"),
    }
)
# The digits of each number; those since 1970 are unlimited.
WIDTHS: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys("quw", 1),
        **dict.fromkeys("degHImMSUVWy", 2),
        **dict.fromkeys("jL", 3),
        **dict.fromkeys("GY", 4),
        "f": 6,
        **dict.fromkeys("Qs", 99),
    }
)
LONGEST = max(WIDTHS.values())  # characters of one part
ALIASES: Mapping[str, str] = MappingProxyType({"e": "d", "I": "H", "a": "w", "A": "w", "B": "b"})
WEEKS = frozenset("UVWgG")  # a date by its week


def date_format(control: Control) -> str:
    """Return the format of a DateTime."""
    only = control.options.get("only", "")
    if only == "time":
        return "%H:%M"
    return control.options.get("format") or (
        "%Y-%m-%dT%H:%M" if not only or "time" in only else "%Y-%m-%d"
    )


def series_format(shown: Object) -> str:
    """Return the time format of a TimeSeries; "" if its times are numbers."""
    return shown.options.get("timeformat", "") if shown.options.get("timecolumn") else ""


# -- writing --------------------------------------------------------------------------------------


def format_date(value: date | time, format: str) -> str:
    """Format a date or time; ValueError if that is impossible."""
    moment = _as_datetime(value)

    def part(found: re.Match[str]) -> str:
        flag, letter = found.groups()
        if letter in WRITERS:
            return WRITERS[letter](moment)
        if letter in NAMES:
            return NAMES[letter][_number_of(letter, moment)]
        if letter not in WIDTHS:
            return str(letter)  # as D3 does
        text = moment.strftime("%d" if letter == "e" else f"%{letter}").zfill(WIDTHS[letter])
        flag = flag or ("_" if letter == "e" else "0")
        bare = text.lstrip("0") or "0"
        return {"-": bare, "_": bare.rjust(len(text))}.get(flag, text)

    return DIRECTIVE.sub(part, _expand(format))


def _as_datetime(value: date | time) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    return datetime.combine(date(1900, 1, 1), value)


def _number_of(letter: str, moment: datetime) -> int:
    """Return the index of a name."""
    numbers = {"A": moment.isoweekday() % 7, "B": moment.month - 1, "p": moment.hour // 12}
    return numbers[letter if letter == "p" else letter.upper()]


def _since_1970(moment: datetime) -> timedelta:
    known = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return known - EPOCH


def _zone(moment: datetime) -> str:
    return moment.strftime("%z")[:5] or "+0000"


WRITERS: Mapping[str, Callable[[datetime], str]] = MappingProxyType(
    {
        "%": lambda _: "%",
        "L": lambda moment: f"{moment.microsecond // 1000:03d}",
        "Q": lambda moment: str(_since_1970(moment) // timedelta(milliseconds=1)),
        "Z": _zone,
        "q": lambda moment: str((moment.month + 2) // 3),
        "s": lambda moment: str(_since_1970(moment) // timedelta(seconds=1)),
    }
)


# -- reading --------------------------------------------------------------------------------------


def parse_date(stored: Any, format: str) -> datetime | None:
    """Parse a date; return None if it does not match the format, or has no day."""
    found = _parts(stored.strip(), format.strip()) if isinstance(stored, str) else None
    return None if found is None or WEEKS & found.keys() else _build(found)


def matches_format(stored: str, format: str) -> bool:
    """Tell whether the editor can parse a text with a format."""
    found = _parts(stored, format)
    return found is not None and (bool(WEEKS & found.keys()) or _build(found) is not None)


def _expand(format: str) -> str:
    return DIRECTIVE.sub(lambda found: COMPOSITES.get(found[2], found[0]), format)


@functools.lru_cache(maxsize=64)
def _steps(format: str) -> tuple[str, ...]:
    return tuple(STEP.findall(_expand(format)))


def _parts(text: str, format: str) -> dict[str, int] | None:
    """Return the numbers in a text by directive, or None if D3 would not parse it."""
    found: dict[str, int] = {}
    at = 0
    for step in _steps(format):
        if at >= len(text):
            return None
        if len(step) == 1 or step[-1] == "%":
            length = 1 if text[at] == step[-1] and step != "%" else -1
        else:
            length = _parse_part(step[-1], text[at : at + LONGEST], found)
        if length < 0:
            return None
        at += length
    return found if at == len(text) else None


def _parse_part(letter: str, text: str, found: dict[str, int]) -> int:
    """Parse one part at the start of a text; return its length, or -1 if it is not there."""
    if letter in NAMES:
        return _parse_name(letter, text, found)
    if letter == "Z":
        return _parse_zone(text, found)
    number = NUMBER.match(text[: WIDTHS.get(letter, 0)])
    if number is None or (letter == "Y" and number.end() < WIDTHS[letter]):
        return -1  # D3 reads "24" as a year of the first century
    found[ALIASES.get(letter, letter)] = int(number[0])
    return number.end()


def _parse_name(letter: str, text: str, found: dict[str, int]) -> int:
    for number, name in enumerate(NAMES[letter]):
        if text[: len(name)].lower() == name.lower():
            found[ALIASES.get(letter, letter)] = number
            return len(name)
    return -1


def _parse_zone(text: str, found: dict[str, int]) -> int:
    zone = ZONE.match(text)
    if zone is None:
        return -1
    hours, minutes = int(zone[2] or 0), int(zone[3] or 0)
    found["Z"] = 60 * hours + (minutes if not (zone[2] or "").startswith("-") else -minutes)
    return zone.end()


def _build(parts: Mapping[str, int]) -> datetime | None:
    """Return the datetime of its parts; None for an invalid date such as 30 February."""
    try:
        if "Q" in parts or "s" in parts:
            since = timedelta(milliseconds=parts.get("Q", 0), seconds=parts.get("s", 0))
            return (EPOCH + since).replace(tzinfo=None)
        zone = timezone(timedelta(minutes=parts["Z"])) if "Z" in parts else None
        start = datetime(
            _year(parts),
            _month(parts),
            parts.get("d", 1),
            _hour(parts),
            tzinfo=zone,
            **_time_fields(parts),
        )
        return start + timedelta(days=parts.get("j", 1) - 1)
    except (ValueError, OverflowError):
        return None


def _year(parts: Mapping[str, int]) -> int:
    short = parts.get("y")
    return parts.get("Y", 1900) if short is None else short + (1900 if short > 68 else 2000)


def _month(parts: Mapping[str, int]) -> int:
    return parts["m"] if "m" in parts else parts.get("b", 3 * parts.get("q", 1) - 3) + 1


def _hour(parts: Mapping[str, int]) -> int:
    hour = parts.get("H", 0)
    return hour % 12 + 12 * parts["p"] if "p" in parts else hour


def _time_fields(parts: Mapping[str, int]) -> dict[str, int]:
    fraction = parts.get("f", 1000 * parts.get("L", 0))
    return {"minute": parts.get("M", 0), "second": parts.get("S", 0), "microsecond": fraction}
