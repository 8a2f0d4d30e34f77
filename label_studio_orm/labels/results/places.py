"""What the place of a region may be, by kind of control and of what it lies on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeGuard

from ..controls import Control
from .drawn import ON_IMAGES, labels_on_image
from .filmed import IN_VIDEOS
from .values import ANSWERS, NOTHING_WRONG, Check, Wrong, is_number, shown_value


def _is_offset(value: Any) -> TypeGuard[int]:
    return type(value) is int and value >= 0


def _is_whole(value: Any) -> bool:
    return type(value) is int


def _is_text(value: Any) -> bool:
    return isinstance(value, (str, list))  # a per-region TextArea puts its list there


def _are_offsets(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(_is_offset, value.values()))


def _is_switch(value: Any) -> bool:
    return isinstance(value, bool)


# Parts that may be missing, or null: what they are, and how to tell.
OPTIONAL: Mapping[str, tuple[str, Callable[[Any], bool]]] = MappingProxyType(
    {
        "channel": ("a whole number", _is_whole),
        "globalOffsets": ("a start and an end, whole numbers", _are_offsets),
        "instant": ("true or false", _is_switch),
        "text": ("a text", _is_text),
    }
)


def _optional(value: Mapping[str, Any], *parts: str) -> Iterator[Wrong]:
    for part in parts:
        kept = value.get(part)
        what, fits = OPTIONAL[part]
        given = part in value if part == "text" else kept is not None  # no text may be null
        if given and not fits(kept):
            yield f".{part}", f"is {what}, not {shown_value(kept)}."


# -- in texts ------------------------------------------------------------------------------------


def _in_text(_: Control, value: Mapping[str, Any], __: Any) -> Iterator[Wrong]:
    start, end = value.get("start"), value.get("end")
    for part, kept in (("start", start), ("end", end)):
        if not _is_offset(kept):
            yield f".{part}", f"is a whole number from 0, not {shown_value(kept)}."
    if _is_offset(start) and _is_offset(end) and start >= end:
        yield ".end", f"lies before the start, or both at one place: {start} to {end}."
    yield from _optional(value, "text")


def _in_html(control: Control, value: Mapping[str, Any], extra: Any) -> Iterator[Wrong]:
    if "startOffset" not in value and "endOffset" not in value:
        yield from _in_text(control, value, extra)
        return
    for part in ("start", "end"):
        if not isinstance(value.get(part), str):
            given = shown_value(value.get(part))
            yield f".{part}", f"is the path of a text node, a text, not {given}."
    yield from _offsets(value)
    yield from _optional(value, "globalOffsets", "text")


def _in_paragraphs(_: Control, value: Mapping[str, Any], __: Any) -> Iterator[Wrong]:
    for part in ("start", "end"):
        kept = value.get(part)
        if not isinstance(kept, str) or not kept.isdecimal():
            yield f".{part}", f"is the number of a paragraph as a text, not {shown_value(kept)}."
    yield from _offsets(value)


def _offsets(value: Mapping[str, Any]) -> Iterator[Wrong]:
    for part in ("startOffset", "endOffset"):
        if not _is_offset(value.get(part)):
            yield f".{part}", f"is a whole number from 0, not {shown_value(value.get(part))}."


# -- in time -------------------------------------------------------------------------------------


def _in_series(_: Control, value: Mapping[str, Any], __: Any) -> Iterator[Wrong]:
    for part in ("start", "end"):
        kept = value.get(part)
        if not is_number(kept) and not isinstance(kept, str):
            given = shown_value(kept)
            yield f".{part}", f"is a moment: a number, or a text as in the data, not {given}."
    yield from _order(value)
    yield from _optional(value, "instant")


def _in_sound(_: Control, value: Mapping[str, Any], __: Any) -> Iterator[Wrong]:
    for part in ("start", "end"):
        if not is_number(value.get(part)):
            yield f".{part}", f"is a number of seconds, not {shown_value(value.get(part))}."
    yield from _order(value)
    yield from _optional(value, "channel")


def _order(value: Mapping[str, Any]) -> Iterator[Wrong]:
    start, end = value.get("start"), value.get("end")
    if is_number(start) and is_number(end) and start > end:
        yield ".end", f"lies before the start: {start} to {end}."


# -- which of them -------------------------------------------------------------------------------


def _anything(_: Control, __: Mapping[str, Any], ___: Any) -> Iterable[Wrong]:
    return NOTHING_WRONG


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        **ANSWERS,
        **ON_IMAGES,
        **IN_VIDEOS,
        "hypertextlabels": _in_html,
        "paragraphlabels": _in_paragraphs,
        "timeserieslabels": _in_series,
    }
)
CHECKS_ON: Mapping[str, Check] = MappingProxyType(  # of <Labels>, by what they are about
    {
        "audio": _in_sound,
        "audioplus": _in_sound,
        "hypertext": _in_html,
        "image": labels_on_image,
        "paragraphs": _in_paragraphs,
        "text": _in_text,
        "timeseries": _in_series,
    }
)


def check_of(control: Control, shown: str) -> Check:
    """Return the check for what a control makes of an object."""
    if control.type == "labels":
        return CHECKS_ON.get(shown, _anything)
    return CHECKS.get(control.type, _anything)
