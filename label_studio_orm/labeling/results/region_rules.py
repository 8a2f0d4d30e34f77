"""What the place of a region may be, by kind of control and of what it lies on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ..controls import Control, Object
from .dates import matches_format, parse_date, series_format
from .image_checks import ON_IMAGES, check_repeated_region
from .values import (
    ANSWER_CHECKS,
    NO_ISSUES,
    Check,
    Expected,
    Issue,
    is_bool,
    is_integer,
    is_number,
    is_offset,
    short_repr,
)
from .video_checks import IN_VIDEOS

PARAGRAPH = re.compile(r"0|[1-9][0-9]*")
NUMERIC = re.compile(r"[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_offsets(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(is_offset, value.values()))


# Parts that may be missing, or null: what they are, and how to tell.
OPTIONAL: Mapping[str, Expected] = MappingProxyType(
    {
        "channel": ("a whole number", is_integer),
        "globalOffsets": ("a start and an end, whole numbers", _are_offsets),
        "instant": ("true or false", is_bool),
        "text": ("a text", _is_text),
    }
)


def _check_optional(value: Mapping[str, Any], *parts: str) -> Iterator[Issue]:
    for part in parts:
        kept = value.get(part)
        what, fits = OPTIONAL[part]
        given = kept is not None if part == "globalOffsets" else part in value  # others, not null
        if given and not fits(kept):
            yield f".{part}", f"is {what}, not {short_repr(kept)}."


# -- in texts ------------------------------------------------------------------------------------


def _in_text(_: Control, value: Mapping[str, Any], __: Any) -> Iterator[Issue]:
    start, end = value.get("start"), value.get("end")
    for part, kept in (("start", start), ("end", end)):
        if not is_offset(kept):
            yield f".{part}", f"is a whole number from 0, not {short_repr(kept)}."
    if is_offset(start) and is_offset(end) and start >= end:
        yield ".end", f"lies before the start, or both at one place: {start} to {end}."
    yield from _check_optional(value, "text")


def _in_html(control: Control, value: Mapping[str, Any], extra: Any) -> Iterator[Issue]:
    if "startOffset" not in value and "endOffset" not in value:
        yield from _in_text(control, value, extra)
        return
    for part in ("start", "end"):
        if not isinstance(value.get(part), str):
            given = short_repr(value.get(part))
            yield f".{part}", f"is the path of a text node, a text, not {given}."
    yield from _check_offsets(value)
    yield from _check_optional(value, "globalOffsets", "text")


def _in_paragraphs(_: Control, value: Mapping[str, Any], __: Any) -> Iterator[Issue]:
    for part in ("start", "end"):
        kept = value.get(part)
        if not isinstance(kept, str) or not PARAGRAPH.fullmatch(kept):
            yield f".{part}", f"is the number of a paragraph as a text, not {short_repr(kept)}."
    yield from _check_offsets(value)
    yield from _check_direction(value)


def _check_direction(value: Mapping[str, Any]) -> Iterator[Issue]:
    """Check that a span has a character at least: the editor fails with others."""
    try:
        start, end = ((int(value[end]), int(value[f"{end}Offset"])) for end in ("start", "end"))
    except (KeyError, TypeError, ValueError):
        return  # which was told before
    if start >= end:
        said = f"lies before the start, or both at one place: {start[1]} to {end[1]}"
        yield ".endOffset", f"{said} of the paragraphs {start[0]} and {end[0]}."


def _check_offsets(value: Mapping[str, Any]) -> Iterator[Issue]:
    for part in ("startOffset", "endOffset"):
        if not is_offset(value.get(part)):
            yield f".{part}", f"is a whole number from 0, not {short_repr(value.get(part))}."


# -- in time -------------------------------------------------------------------------------------


def _in_series(format: str) -> Check:
    """Make a check for moments of a series whose time column is written by a format, or numbers."""

    def check(_: Control, value: Mapping[str, Any], __: Any) -> Iterator[Issue]:
        wrong = [(f".{part}", _time_problem(value.get(part), format)) for part in ("start", "end")]
        yield from ((path, said) for path, said in wrong if said)
        if not any(said for _, said in wrong):
            yield from _check_series_order(value["start"], value["end"], format)
        yield from _check_optional(value, "instant")

    return check


def _time_problem(kept: Any, format: str) -> str:
    """Say what is wrong with a moment; "" if nothing is."""
    if is_number(kept):
        return ""
    if not isinstance(kept, str):
        return f"must be a number, or text as in the time column, not {short_repr(kept)}."
    if format:
        return "" if matches_format(kept, format) else f"is written {format}, not {kept!r}."
    said = f"must be a number, because there is no timeFormat, not {kept!r}."
    return "" if NUMERIC.fullmatch(kept.strip()) else said


def _check_series_order(start: Any, end: Any, format: str) -> Iterator[Issue]:
    if isinstance(start, str) is not isinstance(end, str):
        yield ".end", f"must be of the same type as start: {start!r} and {end!r} differ."
        return
    known = isinstance(start, str)
    first, last = (parse_date(each, format) if format and known else each for each in (start, end))
    if known and not format:
        first, last = float(start), float(end)
    if first is not None and last is not None and first > last:
        yield ".end", f"lies before the start: {start} to {end}."


def _in_audio(_: Control, value: Mapping[str, Any], __: Any) -> Iterator[Issue]:
    for part in ("start", "end"):
        if not is_number(value.get(part)):
            yield f".{part}", f"is a number of seconds, not {short_repr(value.get(part))}."
        elif value[part] < 0:
            yield f".{part}", f"must not be less than 0 seconds: {value[part]:g}."
    yield from _check_order(value)
    yield from _check_optional(value, "channel")


def _check_order(value: Mapping[str, Any]) -> Iterator[Issue]:
    start, end = value.get("start"), value.get("end")
    if is_number(start) and is_number(end) and start > end:
        yield ".end", f"lies before the start: {start} to {end}."


# -- which of them -------------------------------------------------------------------------------


def _anything(_: Control, __: Mapping[str, Any], ___: Any) -> Iterable[Issue]:
    return NO_ISSUES


def _taxonomy_on(place: Check) -> Check:
    """Make a check for what a Taxonomy labels: its place, and the paths."""

    def check(control: Control, value: Mapping[str, Any], extra: Any) -> Iterator[Issue]:
        if "start" in value or "end" in value:
            yield from place(control, value, extra)
        yield from ANSWER_CHECKS["taxonomy"](control, value, extra)

    return check


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        **ANSWER_CHECKS,
        **ON_IMAGES,
        **IN_VIDEOS,
        "hypertextlabels": _in_html,
        "paragraphlabels": _in_paragraphs,
        "timeserieslabels": _in_series(""),
    }
)
CHECKS_BY_OBJECT: Mapping[str, Check] = MappingProxyType(  # of <Labels>, by what they are about
    {
        "audio": _in_audio,
        "audioplus": _in_audio,
        "hypertext": _in_html,
        "image": check_repeated_region,
        "paragraphs": _in_paragraphs,
        "text": _in_text,
        "timeseries": _in_series(""),
    }
)


def check_for(control: Control, shown: Object | None) -> Check:
    """Return the check for what a control makes of an object."""
    kind = shown.type if shown else ""
    if shown and kind == "timeseries" and control.type in ("labels", "timeserieslabels"):
        return _in_series(series_format(shown))
    if control.type == "labels":
        return CHECKS_BY_OBJECT.get(kind, _anything)
    if control.type == "taxonomy" and control.labels_regions:
        return _taxonomy_on(CHECKS_BY_OBJECT.get(kind, _anything))
    return CHECKS.get(control.type, _anything)
