"""Checks of video tracks and frame ranges, so that the editor can open them and exports work.

Each check yields (path in the value, message).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ..controls import Control
from . import Value
from .image_checks import SIZE_PARTS, check_numbers, check_rotation
from .values import Check, Expected, Issue, check_parts, is_bool, is_integer, is_number, issue

# Parts that may be missing, but not null: what they must be, and a test.
OPTIONAL_PARTS: Mapping[str, Expected] = MappingProxyType(
    {
        "framesCount": ("an integer", lambda stored: type(stored) is int),
        "duration": ("a number of seconds", is_number),
    }
)
BOX_PARTS = ("x", "y", "width", "height")


def _frames(_: Control, value: Value, __: Any) -> Iterator[Issue]:
    ranges = value.get("ranges")
    if not isinstance(ranges, list) or not ranges:
        yield issue(".ranges", "a list of frames from start to end", ranges)
        return
    for index, each in enumerate(ranges):
        if not _is_range(each):
            yield issue(f".ranges[{index}]", "{'start': 1, 'end': 25}", each)


def _is_range(stored: Any) -> bool:
    """Tell whether a value has a start and an end, one of which may be missing."""
    if not isinstance(stored, Mapping):
        return False
    ends = [end for end in (stored.get("start"), stored.get("end")) if end is not None]
    return bool(ends) and all(map(is_integer, ends)) and ends == sorted(ends)


def _track(_: Control, value: Value, __: Any) -> Iterator[Issue]:
    yield from check_parts(value, OPTIONAL_PARTS, OPTIONAL_PARTS)
    sequence = value.get("sequence")
    if not isinstance(sequence, list) or not sequence:
        yield issue(".sequence", "a list of key frames", sequence)
        return
    last = None
    for index, each in enumerate(sequence):
        at = f".sequence[{index}]"
        if not isinstance(each, Mapping):
            yield issue(at, "a key frame (a dict)", each)
            continue
        yield from ((at + path, message) for path, message in _keyframe(each, last))
        last = each.get("frame")


def _keyframe(value: Value, last: Any) -> Iterator[Issue]:
    """Check a key frame; its box may extend beyond the image."""
    frame, enabled = value.get("frame"), value.get("enabled", "")
    if type(frame) is not int:
        yield issue(".frame", "an integer", frame)
    elif type(last) is int and frame < last:
        yield ".frame", f"must be at least {last}, the frame of the key frame before, not {frame}."
    yield from check_numbers(value, BOX_PARTS, SIZE_PARTS)
    yield from check_rotation(value)
    if enabled is not None and not is_bool(enabled):
        yield issue(".enabled", "true or false", value.get("enabled"))
    if enabled:
        yield from _interpolated(value)


def _interpolated(value: Value) -> Iterator[Issue]:
    """Check the keys that exports with interpolate_key_frames=True need."""
    if not is_number(value.get("time")):
        yield issue(".time", "a number of seconds (frame / frame rate)", value.get("time"))
    if "rotation" not in value:
        yield ".rotation", "is missing: it must be 0 if the box is not rotated."


IN_VIDEOS: Mapping[str, Check] = MappingProxyType(
    {"timelinelabels": _frames, "videorectangle": _track}
)
