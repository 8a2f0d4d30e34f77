"""Checks of the coordinates of regions, by type of control and object."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ..controls import Control, Object
from . import Value
from .dates import matches_format, parse_date, series_format
from .image_checks import ON_IMAGES, check_repeated_region
from .values import (
    ANSWER_CHECKS,
    NO_ISSUES,
    Check,
    Expected,
    Issue,
    check_parts,
    is_bool,
    is_integer,
    is_number,
    is_offset,
    is_text,
    issue,
    short_repr,
)
from .video_checks import IN_VIDEOS

PARAGRAPH = re.compile(r"0|[1-9][0-9]*")
NUMERIC = re.compile(r"[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def _are_offsets(value: Any) -> bool:
    return value is None or (isinstance(value, Mapping) and all(map(is_offset, value.values())))


# Parts that may be missing: what they must be, and a test.
OPTIONAL: Mapping[str, Expected] = MappingProxyType(
    {
        "channel": ("an integer", is_integer),
        "globalOffsets": ("a start and an end, integers", _are_offsets),
        "instant": ("true or false", is_bool),
        "text": ("a string", is_text),
    }
)


# -- in texts ------------------------------------------------------------------------------------


def _in_text(_: Control, value: Value, __: Any) -> Iterator[Issue]:
    start, end = value.get("start"), value.get("end")
    for part, stored in (("start", start), ("end", end)):
        if not is_offset(stored):
            yield issue(f".{part}", "an integer from 0", stored)
    if is_offset(start) and is_offset(end) and start >= end:
        yield ".end", f"must be greater than the start: {start} to {end}."
    yield from check_parts(value, ["text"], OPTIONAL)


def _in_html(control: Control, value: Value, extra: Any) -> Iterator[Issue]:
    if "startOffset" not in value and "endOffset" not in value:
        yield from _in_text(control, value, extra)
        return
    for part in ("start", "end"):
        if not isinstance(value.get(part), str):
            yield issue(f".{part}", "the path of a text node", value.get(part))
    yield from _check_offsets(value)
    yield from check_parts(value, ["globalOffsets", "text"], OPTIONAL)


def _in_paragraphs(_: Control, value: Value, __: Any) -> Iterator[Issue]:
    for part in ("start", "end"):
        stored = value.get(part)
        if not isinstance(stored, str) or not PARAGRAPH.fullmatch(stored):
            yield issue(f".{part}", "the number of a paragraph as a string", stored)
    yield from _check_offsets(value)
    yield from _check_direction(value)


def _check_direction(value: Value) -> Iterator[Issue]:
    """Check that a span has at least one character: the editor fails on an empty one."""
    try:
        start, end = ((int(value[end]), int(value[f"{end}Offset"])) for end in ("start", "end"))
    except (KeyError, TypeError, ValueError):
        return  # reported elsewhere
    if start >= end:
        message = f"must be greater than the start: {start[1]} to {end[1]}"
        yield ".endOffset", f"{message} of the paragraphs {start[0]} and {end[0]}."


def _check_offsets(value: Value) -> Iterator[Issue]:
    for part in ("startOffset", "endOffset"):
        if not is_offset(value.get(part)):
            yield issue(f".{part}", "an integer from 0", value.get(part))


# -- in time -------------------------------------------------------------------------------------


def _in_series(format: str) -> Check:
    """Make a check for times of a series, which are numbers or have a format."""

    def check(_: Control, value: Value, __: Any) -> Iterator[Issue]:
        wrong = [(f".{part}", _time_problem(value.get(part), format)) for part in ("start", "end")]
        yield from ((path, message) for path, message in wrong if message)
        if not any(message for _, message in wrong):
            yield from _check_series_order(value["start"], value["end"], format)
        yield from check_parts(value, ["instant"], OPTIONAL)

    return check


def _time_problem(stored: Any, format: str) -> str:
    """Return what is wrong with a time, or ""."""
    if is_number(stored):
        return ""
    if not isinstance(stored, str):
        return f"must be a number, or text as in the time column, not {short_repr(stored)}."
    if format:
        return (
            ""
            if matches_format(stored, format)
            else f"must have the format {format}, not {stored!r}."
        )
    message = f"must be a number, because there is no timeFormat, not {stored!r}."
    return "" if NUMERIC.fullmatch(stored.strip()) else message


def _check_series_order(start: Any, end: Any, format: str) -> Iterator[Issue]:
    if isinstance(start, str) is not isinstance(end, str):
        yield ".end", f"must be of the same type as start: {start!r} and {end!r} differ."
        return
    known = isinstance(start, str)
    first, last = (parse_date(each, format) if format and known else each for each in (start, end))
    if known and not format:
        first, last = float(start), float(end)
    if first is not None and last is not None and first > last:
        yield ".end", f"must not be less than the start: {start} to {end}."


def _in_audio(_: Control, value: Value, __: Any) -> Iterator[Issue]:
    for part in ("start", "end"):
        if not is_number(value.get(part)):
            yield issue(f".{part}", "a number of seconds", value.get(part))
        elif value[part] < 0:
            yield f".{part}", f"must not be less than 0 seconds: {value[part]:g}."
    yield from _check_order(value)
    yield from check_parts(value, ["channel"], OPTIONAL)


def _check_order(value: Value) -> Iterator[Issue]:
    start, end = value.get("start"), value.get("end")
    if is_number(start) and is_number(end) and start > end:
        yield ".end", f"must not be less than the start: {start} to {end}."


# -- checks by type -----------------------------------------------------------------------------


def _anything(_: Control, __: Value, ___: Any) -> Iterable[Issue]:
    return NO_ISSUES


def _taxonomy_on(region: Check) -> Check:
    """Make a check for regions that a Taxonomy labels: coordinates and paths."""

    def check(control: Control, value: Value, extra: Any) -> Iterator[Issue]:
        if "start" in value or "end" in value:
            yield from region(control, value, extra)
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
CHECKS_BY_OBJECT: Mapping[str, Check] = MappingProxyType(  # of <Labels>, by type of object
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
    """Return the check for results of a control on an object."""
    kind = shown.type if shown else ""
    if shown and kind == "timeseries" and control.type in ("labels", "timeserieslabels"):
        return _in_series(series_format(shown))
    if control.type == "labels":
        return CHECKS_BY_OBJECT.get(kind, _anything)
    if control.type == "taxonomy" and control.labels_regions:
        return _taxonomy_on(CHECKS_BY_OBJECT.get(kind, _anything))
    return CHECKS.get(control.type, _anything)
