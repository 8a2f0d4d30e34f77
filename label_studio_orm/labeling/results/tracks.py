"""Tracks: boxes that move through a video."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen
from attrs.converters import optional

from ...errors import InvalidInput
from . import Value
from .coerce import as_int, as_number
from .shapes import Box, Shape


@frozen(repr=False)
class KeyFrame(Box):
    """The box of a track in one frame, counted from 1.

    `enabled=False` hides the box until the next key frame. `time` is in seconds; by default it is
    computed from the frame.
    """

    frame: int = field(kw_only=True, default=1, converter=as_int)
    time: float | None = field(kw_only=True, default=None, converter=optional(as_number), eq=False)
    enabled: bool = field(kw_only=True, default=True, converter=bool)

    def value(self) -> dict[str, Any]:
        time = {} if self.time is None else {"time": self.time}
        return {"frame": self.frame, "enabled": self.enabled, **super().value(), **time}

    def at_rate(self, rate: float | None) -> dict[str, Any]:
        """Return the value for the server, with the time if the frame rate is known."""
        return {"time": self.frame / rate, **self.value()} if rate else self.value()


def as_keyframes(given: Any) -> tuple[KeyFrame, ...]:
    """Convert to key frames, sorted by frame."""
    found = tuple(given)
    if not found or not all(isinstance(each, KeyFrame) for each in found):
        raise InvalidInput("The keyframes of a Track must be one or more KeyFrame objects.")
    return tuple(sorted(found, key=lambda each: each.frame))


@frozen(repr=False)
class Track(Shape):
    """A moving box: key frames with linear interpolation between them.

    `frames` is the number of frames in the video, `duration` its length in seconds. One is computed
    from the other with the `frameRate` of the config's <Video>, which is 24 by default.

    >>> track = Track("car", keyframes=[
    ...     KeyFrame(percent=(0, 0, 10, 10), frame=1),
    ...     KeyFrame(percent=(50, 0, 10, 10), frame=11),
    ... ])
    >>> track.at(6).percent
    (25.0, 0.0, 10.0, 10.0)
    """

    keyframes: tuple[KeyFrame, ...] = field(kw_only=True, converter=as_keyframes)
    # Of the whole video.
    frames: int | None = field(kw_only=True, default=None, converter=optional(as_int), eq=False)
    duration: float | None = field(
        kw_only=True, default=None, converter=optional(as_number), eq=False
    )

    def at(self, frame: int) -> Box | None:
        """Return the box in a frame, or None if it is hidden."""
        index = bisect_right([each.frame for each in self.keyframes], frame) - 1
        if index < 0:
            return None
        last = self.keyframes[index]
        if frame == last.frame:
            return _interpolate(last, last, 0.0)
        if not last.enabled:
            return None
        if index + 1 == len(self.keyframes):
            return _interpolate(last, last, 0.0)
        following = self.keyframes[index + 1]
        return _interpolate(last, following, (frame - last.frame) / (following.frame - last.frame))

    def value(self, *, rate: float | None = None) -> dict[str, Any]:
        """Return the value for the server, for a video with this frame rate."""
        frames, duration = self.frames, self.duration
        if frames and duration:
            rate = frames / duration
        elif frames and rate:
            duration = frames / rate
        elif duration and rate:
            frames = round(duration * rate)
        known = {"framesCount": frames, "duration": duration}
        return {
            **{name: value for name, value in known.items() if value is not None},
            "sequence": [each.at_rate(rate) for each in self.keyframes],
        }


def with_times(value: Value, rate: float) -> Mapping[str, Any]:
    """Complete and sort the key frames of a raw value, as exports need them."""
    sequence = value.get("sequence")
    if not isinstance(sequence, list) or not all(map(_is_keyframe, sequence)):
        return value
    made = [_with_time(each, rate) for each in sequence]
    made.sort(key=lambda each: each["frame"])
    same = all(one is other for one, other in zip(made, sequence, strict=True))
    return value if same else {**value, "sequence": made}


def _is_keyframe(each: Any) -> bool:
    return isinstance(each, Mapping) and type(each.get("frame")) is int


def _with_time(each: Mapping[str, Any], rate: float) -> Mapping[str, Any]:
    """Add the time and the default rotation of a key frame."""
    missing = {} if "rotation" in each else {"rotation": 0}
    if each.get("time") is None:
        missing["time"] = each["frame"] / rate
    return {**each, **missing} if missing else each


def _interpolate(one: KeyFrame, other: KeyFrame, part: float) -> Box:
    """Return the box between two key frames, at a fraction of the way."""
    pairs = zip(one.percent, other.percent, strict=True)
    x, y, width, height = (a + (b - a) * part for a, b in pairs)
    rotation = one.rotation
    if part:  # the shorter way
        rotation = _normalize_angle(rotation + _normalize_angle(other.rotation - rotation) * part)
    return Box(percent=(x, y, width, height), rotation=rotation, size=one.size)


def _normalize_angle(degrees: float) -> float:
    """Return an angle as -180 to 180 degrees, 180 included."""
    return 180 - (180 - degrees) % 360
