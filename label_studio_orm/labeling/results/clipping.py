"""Clipping of shapes to an image whose upper left corner is (0, 0).

Any unit will do; for rotated shapes it must be the same along both sides.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ...errors import InvalidInput

Point = tuple[float, float]
Quad = tuple[float, float, float, float]

SLACK = 0.001  # of a side: tolerance for rounding


# -- boxes and ellipses ---------------------------------------------------------------------------


def cut_box(box: Quad, rotation: float, sides: Point) -> Quad | None:
    """Return the part of a box inside the image, or None.

    For a rotated box, that is the smallest box with the same rotation around the visible part.
    """
    x, y, width, height = box
    if width <= 0 or height <= 0:
        return box  # invalid, reported elsewhere
    if rotation:
        return _cut_rotated(box, rotation, sides)
    left, right = _cut_interval(x, x + width, sides[0])
    top, bottom = _cut_interval(y, y + height, sides[1])
    if left >= right or top >= bottom:
        return None
    whole = (left, right) == (x, x + width), (top, bottom) == (y, y + height)
    return left, top, width if whole[0] else right - left, height if whole[1] else bottom - top


def cut_ellipse(ellipse: Quad, rotation: float, sides: Point) -> Quad | None:
    """Return the ellipse inside the clipped bounding box of an ellipse, or None."""
    x, y, along_x, along_y = ellipse
    to_corner = rotate((-along_x, -along_y), rotation)
    around = (x + to_corner[0], y + to_corner[1], 2 * along_x, 2 * along_y)
    cut = cut_box(around, rotation, sides)
    if cut is None:
        return None
    if cut == around:
        return ellipse
    left, top, width, height = cut
    to_center = rotate((width / 2, height / 2), rotation)
    return left + to_center[0], top + to_center[1], width / 2, height / 2


def corners(box: Quad, rotation: float) -> list[Point]:
    """Return the four corners of a box that is rotated around the first."""
    x, y, width, height = box
    ends = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
    return [(x + right, y + down) for right, down in (rotate(end, rotation) for end in ends)]


def rotate(point: Point, rotation: float) -> Point:
    """Rotate a point around (0, 0), clockwise, in degrees."""
    along, across = math.cos(math.radians(rotation)), math.sin(math.radians(rotation))
    return point[0] * along - point[1] * across, point[0] * across + point[1] * along


def _cut_interval(start: float, end: float, most: float) -> Point:
    return max(start, 0.0), min(end, most)


def _cut_rotated(box: Quad, rotation: float, sides: Point) -> Quad | None:
    there = corners(box, rotation)
    left = cut_polygon(there, sides)
    if left is None:
        return None
    if left == there:
        return box
    upright = [rotate(point, -rotation) for point in left]
    (low_x, low_y), (high_x, high_y) = (
        (pick(x for x, _ in upright), pick(y for _, y in upright)) for pick in (min, max)
    )
    return *rotate((low_x, low_y), rotation), high_x - low_x, high_y - low_y


def cut_point(point: Point, sides: Point) -> Point | None:
    """Return a point inside the image, corrected for rounding errors only, or None."""
    x, y = (min(max(at, 0.0), side) for at, side in zip(point, sides, strict=True))
    near = all(abs(a - b) <= SLACK * side for a, b, side in zip((x, y), point, sides, strict=True))
    return (x, y) if near else None


# -- polygons and lines ---------------------------------------------------------------------------


def cut_polygon(points: Sequence[Point], sides: Point) -> list[Point] | None:
    """Return the part of a polygon inside the image, or None."""
    left = list(points)
    for axis, side in enumerate(sides):
        left = list(_clip_half_plane(left, axis, 0.0, 1))
        left = list(_clip_half_plane(left, axis, side, -1))
    if left == list(points):
        return left
    left = _without_duplicates(left)
    return left if area(left) else None


def cut_line(points: Sequence[Point], sides: Point) -> list[Point] | None:
    """Return the part of an open line inside the image, or None."""
    pieces: list[list[Point]] = []
    for start, end in pairwise(points):
        part = _cut_segment(start, end, sides)
        if part is None or part[0] == part[1]:
            continue
        if pieces and pieces[-1][-1] == part[0]:
            pieces[-1].append(part[1])
        else:
            pieces.append(list(part))
    if len(pieces) > 1:
        raise InvalidInput(
            f"This line leaves the image and returns: clipping would make {len(pieces)} lines. "
            "Pass them one by one."
        )
    return pieces[0] if pieces else None


def _clip_half_plane(points: Sequence[Point], axis: int, at: float, sign: int) -> Iterator[Point]:
    """Yield the part of a polygon above a line at `at`, or below it if sign is -1."""
    for before, point in zip([*points[-1:], *points], points, strict=False):
        was, now = sign * (before[axis] - at), sign * (point[axis] - at)
        if (was < 0) != (now < 0):
            yield _crossing(before, point, axis, at)
        if now >= 0:
            yield point


def _crossing(start: Point, end: Point, axis: int, at: float) -> Point:
    part = (at - start[axis]) / (end[axis] - start[axis])
    other = start[1 - axis] + part * (end[1 - axis] - start[1 - axis])
    return (at, other) if axis == 0 else (other, at)


def _cut_segment(start: Point, end: Point, sides: Point) -> tuple[Point, Point] | None:
    for axis, side in enumerate(sides):
        for at, sign in ((0.0, 1), (side, -1)):
            outside = [sign * (point[axis] - at) < 0 for point in (start, end)]
            if all(outside):
                return None
            if outside[0]:
                start = _crossing(start, end, axis, at)
            elif outside[1]:
                end = _crossing(start, end, axis, at)
    return start, end


def _without_duplicates(points: Sequence[Point]) -> list[Point]:
    before = [*points[-1:], *points[:-1]]
    return [point for point, last in zip(points, before, strict=True) if point != last]


def area(points: Iterable[Point]) -> float:
    """Return the area of a polygon."""
    there = list(points)
    pairs = zip(there, [*there[1:], *there[:1]], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2
