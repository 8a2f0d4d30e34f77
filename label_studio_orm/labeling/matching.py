"""Matching of the regions of two results by the area, text or time that they share."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timezone
from typing import Any

from attrs import evolve, frozen

from .controls import Object, find_tag
from .extents import SQUARE, Extent, extent_of, share
from .results.coerce import Size
from .results.dates import parse_date, series_format
from .results.region import Region
from .results.shapes import KeyPoint, Shape
from .results.spans import Interval
from .tags import DRAWINGS

Key = tuple[str, str, Any]  # control, object, index of the item


@frozen
class Match:
    """A region and the other one that it was matched with; None where there is none.

    `iou` is their intersection over union; `distance`, of key points, is in percent of the image's
    diagonal.
    """

    one: Region | None
    other: Region | None
    iou: float | None = None
    distance: float | None = None

    @property
    def same(self) -> bool:
        """Whether both are there, with the same labels."""
        both = self.one is not None and self.other is not None
        return both and _labels(self.one) == _labels(self.other)


def iou(one: Region | Shape, other: Region | Shape) -> float | None:
    """Return the intersection over union of two regions or shapes: 0 to 1.

    That is the area they share by the area of both, on images; in text, characters; in audio and
    time series, time; in videos, frames, or the areas in all of them. None for key points, which
    have no area. Shapes of images are compared in pixels if the size of one is known, else as on a
    square.

    >>> iou(Box("cat", percent=(0, 0, 10, 10)), Box("cat", percent=(5, 0, 10, 10)))
    0.3333333333333333
    """
    size = _size([one, other])
    extents = _extent(one, size), _extent(other, size)
    if extents[0] is None or extents[1] is None:
        return None
    return share(extents[0], extents[1])


def match(ones: Iterable[Region], others: Iterable[Region], *, least: float = 0.5) -> list[Match]:
    """Match the regions of two results, each with at most one other; then those left over.

    Regions match if they are of the same control, object and item, whatever their labels, and
    their IoU is at least `least`: those with the highest first, of equal ones those with the same
    label. Key points match with the nearest of the same label, then with the nearest.
    """
    groups: defaultdict[Key, tuple[list[Region], list[Region]]] = defaultdict(lambda: ([], []))
    for side, regions in enumerate((ones, others)):
        for region in regions:
            groups[_key(region)][side].append(region)
    return [each for group in groups.values() for each in _matched(*group, least)]


def _matched(ones: list[Region], others: list[Region], least: float) -> Iterator[Match]:
    taken: dict[int, Match] = {}
    free = set(range(len(others)))
    for candidate in sorted(_candidates(ones, others, least), key=_closest_first):
        row, column, found = candidate
        if row not in taken and column in free:
            taken[row] = found
            free.remove(column)
    for row, one in enumerate(ones):
        yield taken.get(row) or Match(one, None)
    for column in sorted(free):
        yield Match(None, others[column])


Candidate = tuple[int, int, Match]


def _closest_first(candidate: Candidate) -> tuple[bool, bool, float, bool]:
    found = candidate[2]
    is_point = found.distance is not None
    nearness = -(found.iou or 0.0) if found.distance is None else found.distance
    return is_point, is_point and not found.same, nearness, not found.same


def _candidates(
    ones: Sequence[Region], others: Sequence[Region], least: float
) -> Iterator[Candidate]:
    size = _size([*ones, *others])
    extents = [_extent(each, size) for each in ones], [_extent(each, size) for each in others]
    for row, one in enumerate(ones):
        for column, other in enumerate(others):
            distance = _distance(one, other, size)
            shared = _share(extents[0][row], extents[1][column])
            if distance is not None or (shared and shared >= least):
                yield row, column, Match(one, other, shared, distance)


def _share(one: Extent | None, other: Extent | None) -> float | None:
    return None if one is None or other is None else share(one, other)


def _distance(one: Region, other: Region, size: Size | None) -> float | None:
    """Return how far apart two key points are, in percent of the diagonal."""
    a, b = one.shape, other.shape
    if not isinstance(a, KeyPoint) or not isinstance(b, KeyPoint):
        return None
    width, height = size or SQUARE
    (x, y), (left, top) = a.percent, b.percent
    return math.hypot((x - left) * width, (y - top) * height) / math.hypot(width, height)


def _extent(region: Region | Shape, size: Size | None) -> Extent | None:
    shape = _shape(region)
    if isinstance(region, Region) and isinstance(shape, Interval):
        shape = _in_seconds(shape, find_tag(region.config.objects, region.object))
    return None if shape is None else extent_of(shape, size)


def _in_seconds(interval: Interval, shown: Object | None) -> Interval:
    """Return an interval whose times are numbers, where the series has dates."""
    format = "" if shown is None else series_format(shown)
    start, end = (_seconds(each, format) for each in (interval.start, interval.end))
    return interval if start is None or end is None else evolve(interval, start=start, end=end)


def _seconds(moment: Any, format: str) -> float | None:
    found = parse_date(moment, format) if format else None
    return None if found is None else _in_utc(found).timestamp()


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _shape(region: Region | Shape) -> Shape | None:
    return region.shape if isinstance(region, Region) else region


def _size(regions: Iterable[Region | Shape]) -> Size | None:
    """Return the size of the image that regions are on, if one of them knows it."""
    sizes = (getattr(_shape(region), "size", None) for region in regions)
    return next(filter(None, sizes), None)


def _key(region: Region) -> Key:
    return control_of(region), region.object, item_index(region)


def control_of(region: Region) -> str:
    """Return the control that a region was drawn with, whatever item of it comes first."""
    types = ((str(item.get("type")), item) for item in region.items)
    drawn = next((item for type, item in types if type in DRAWINGS), region.items[0])
    return str(drawn.get("from_name", ""))


def item_index(region: Region) -> Any:
    """Return the index of the image that a region is on, in a list of images."""
    return region.items[0].get("item_index")


def _labels(region: Region | None) -> frozenset[str]:
    return frozenset(() if region is None else region.labels)
