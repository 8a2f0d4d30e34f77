"""Extents of regions on images, in texts and in time, and the share that two have in common.

Outlines that are not upright boxes need the extra `label-studio-orm[geometry]` (shapely), masks
`label-studio-orm[masks]` (numpy).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from attrs import field, frozen

from ..extras import import_extra
from .masks import resize_mask
from .results.brush import Brush
from .results.clipping import Point, Quad, corners, rotate
from .results.coerce import Size
from .results.shapes import Box, Ellipse, Planar, Polygon, Shape
from .results.spans import Frames, Interval, Span
from .results.tracks import Track

if TYPE_CHECKING:
    from numpy.typing import NDArray

FAR = 1e9  # pixels: an outline that reaches so far is an accident
CORNERS = 128  # of the polygon that stands for an ellipse: its area is 0.04 % too small
LONGEST = 200_000  # frames of a track that are compared: two hours
SQUARE = (100, 100)  # the size of an image of which it is unknown


class Extent(Protocol):
    """The part of an image, a text or a recording that a region covers."""

    @property
    def area(self) -> float:
        """Its area, length, or number of pixels."""

    def shared(self, other: Any) -> float:
        """Return how much of it another one covers, too; 0 for one of another kind."""


def share(one: Extent, other: Extent) -> float:
    """Return the intersection over union of two extents; 1 for equal ones without an area."""
    both = one.shared(other)
    either = one.area + other.area - both
    return min(both / either, 1.0) if either > 0 else float(one == other)


def extent_of(shape: Shape, size: Size | None = None) -> Extent | None:
    """Return what a shape covers on an image of a size, or None: points cover nothing."""
    make = EXTENTS.get(type(shape))
    return None if make is None else make(shape, size or SQUARE)


# -- texts, audio, time series, frames ------------------------------------------------------------


@frozen
class Ranges:
    """Disjoint ranges of characters, seconds or frames, in a paragraph or channel."""

    ranges: tuple[tuple[float, float], ...]
    place: int = 0

    @property
    def area(self) -> float:
        return sum(end - start for start, end in self.ranges)

    def shared(self, other: Any) -> float:
        if not isinstance(other, Ranges) or other.place != self.place:
            return 0.0
        pairs = ((a, b) for a in self.ranges for b in other.ranges)
        return sum(max(min(a[1], b[1]) - max(a[0], b[0]), 0.0) for a, b in pairs)


@frozen
class Exact:
    """Something that is only compared as a whole, like a time in words."""

    value: Any
    area = 1.0

    def shared(self, other: Any) -> float:
        return float(self == other)


def _span(span: Span, _: Size) -> Extent:
    last = span.paragraph if span.end_paragraph is None else span.end_paragraph
    if span.start is None or span.end is None or last != span.paragraph:
        return Exact((span.xpaths, span.paragraph, span.start, last, span.end))
    return Ranges(((span.start, span.end),), span.paragraph or 0)


def _interval(interval: Interval, _: Size) -> Extent:
    start, end = interval.start, interval.end
    if isinstance(start, (int, float)) and isinstance(end, (int, float)):
        return Ranges(((start, end),), interval.channel or 0)
    return Exact((start, end))


def _frames(frames: Frames, _: Size) -> Extent:
    merged: list[tuple[float, float]] = []
    for first, last in sorted(frames.ranges):
        start, end = float(first), last + 1.0
        if merged and start <= merged[-1][1]:
            start, end = merged[-1][0], max(merged.pop()[1], end)
        merged.append((start, end))
    return Ranges(tuple(merged))


# -- images ---------------------------------------------------------------------------------------


@frozen
class Upright:
    """A box without rotation: left, top, right, bottom."""

    sides: Quad

    @property
    def area(self) -> float:
        left, top, right, bottom = self.sides
        return (right - left) * (bottom - top)

    @property
    def outline(self) -> Any:
        return import_extra("shapely", "geometry").box(*self.sides)

    def shared(self, other: Any) -> float:
        if not isinstance(other, Upright):
            return other.shared(self) if isinstance(other, Outline) else 0.0
        (a, b, c, d), (left, top, right, bottom) = self.sides, other.sides
        return max(min(c, right) - max(a, left), 0.0) * max(min(d, bottom) - max(b, top), 0.0)


@frozen
class Outline:
    """Any other figure, as a polygon."""

    points: tuple[Point, ...]
    outline: Any = field(init=False, eq=False, repr=False)

    @outline.default
    def _valid(self) -> Any:
        shapely = import_extra("shapely", "geometry")
        drawn = shapely.Polygon(self.points)
        return drawn if drawn.is_valid else shapely.make_valid(drawn)

    @property
    def area(self) -> float:
        return float(self.outline.area)

    def shared(self, other: Any) -> float:
        if not isinstance(other, (Upright, Outline)):
            return 0.0
        return float(self.outline.intersection(other.outline).area)


def _on_image(shape: Planar[Quad], size: Size) -> Quad:
    """Return the numbers of a shape in pixels of an image of a size."""
    x, y, along_x, along_y = shape.percent
    width, height = size
    return x * width / 100, y * height / 100, along_x * width / 100, along_y * height / 100


def _box(box: Box, size: Size) -> Extent:
    x, y, width, height = found = _on_image(box, size)
    if box.rotation % 360:
        return _outline(corners(found, box.rotation))
    right, bottom = x + width, y + height
    return Upright((min(x, right), min(y, bottom), max(x, right), max(y, bottom)))


def _ellipse(ellipse: Ellipse, size: Size) -> Extent:
    x, y, along_x, along_y = _on_image(ellipse, size)
    angles = (2 * math.pi * n / CORNERS for n in range(CORNERS))
    around = ((along_x * math.cos(angle), along_y * math.sin(angle)) for angle in angles)
    turned = (rotate(point, ellipse.rotation) for point in around)
    return _outline((x + right, y + down) for right, down in turned)


def _polygon(polygon: Polygon, size: Size) -> Extent:
    if not polygon.closed:  # a line
        return Exact(polygon.percent)
    return _outline((x * size[0] / 100, y * size[1] / 100) for x, y in polygon.percent)


def _outline(points: Iterable[Point]) -> Extent:
    found = tuple(points)
    near = all(abs(x) < FAR and abs(y) < FAR for x, y in found)
    return Outline(found) if near else Exact(found)


@frozen(eq=False, slots=False)
class Mask:
    """The painted pixels of an image, cut to the box around them: a large image has few."""

    left: int
    top: int
    painted: NDArray[Any]

    @functools.cached_property
    def area(self) -> float:
        return float(self.painted.sum())

    def shared(self, other: Any) -> float:
        if not isinstance(other, Mask):
            return 0.0
        left, top = max(self.left, other.left), max(self.top, other.top)
        right = min(each.left + each.painted.shape[1] for each in (self, other))
        bottom = min(each.top + each.painted.shape[0] for each in (self, other))
        if left >= right or top >= bottom:
            return 0.0
        one, two = (
            each.painted[top - each.top : bottom - each.top, left - each.left : right - each.left]
            for each in (self, other)
        )
        return float((one & two).sum())


def _mask(brush: Brush, size: Size) -> Extent:
    if brush.size is None:
        return Exact(brush.rle)
    mask = brush.mask
    mask = mask if size in (brush.size, SQUARE) else resize_mask(mask, size)
    painted: Any = mask > 0
    rows, columns = painted.any(axis=1).nonzero()[0], painted.any(axis=0).nonzero()[0]
    if not len(rows):
        return Mask(0, 0, painted[:0, :0])
    top, left = int(rows[0]), int(columns[0])
    return Mask(left, top, painted[top : rows[-1] + 1, left : columns[-1] + 1].copy())


# -- videos ---------------------------------------------------------------------------------------


@frozen(slots=False)
class Boxes:
    """The box of each frame."""

    by_frame: Mapping[int, Extent]

    @functools.cached_property
    def area(self) -> float:
        return sum(each.area for each in self.by_frame.values())

    def shared(self, other: Any) -> float:
        if not isinstance(other, Boxes):
            return 0.0
        frames = self.by_frame.keys() & other.by_frame.keys()
        return sum(self.by_frame[frame].shared(other.by_frame[frame]) for frame in frames)


def _track(track: Track, size: Size) -> Extent:
    first, last = track.keyframes[0].frame, track.keyframes[-1]
    frames = range(first, min(last.frame, first + LONGEST) + 1)
    boxes = {frame: _box(box, size) for frame in frames if (box := track.at(frame)) is not None}
    if last.enabled:  # it stays there until the end
        after = range(last.frame + 1, min(track.frames or 0, first + LONGEST) + 1)
        boxes |= dict.fromkeys(after, _box(last, size))
    return Boxes(boxes)


EXTENTS: Mapping[type[Shape], Callable[..., Extent]] = MappingProxyType(
    {
        Box: _box,
        Brush: _mask,
        Ellipse: _ellipse,
        Frames: _frames,
        Interval: _interval,
        Polygon: _polygon,
        Span: _span,
        Track: _track,
    }
)
