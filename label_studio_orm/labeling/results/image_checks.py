"""Checks of regions on images, so that the editor can open them and exports work.

Each check yields (path in the value, message).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ..controls import Control
from ..tags import with_labels
from . import Value, clipping
from .values import (
    NO_ISSUES,
    Check,
    Expected,
    Issue,
    check_parts,
    is_bool,
    is_number,
    issue,
    short_repr,
)

MAX_PERCENT = 100.0  # percent of the image
SLACK = MAX_PERCENT * clipping.SLACK
SIZE_PARTS = ("width", "height")  # of the image
NUMBER_TYPES = frozenset({int, float})


# Parts that may be missing, but not null: what they must be, and a test.
OPTIONAL_PARTS: Mapping[str, Expected] = MappingProxyType(
    {
        "closed": ("true or false", is_bool),
        "isPolygon": ("true or false", is_bool),
        "negative": ("true or false", is_bool),
        "touches": ("a list", lambda stored: isinstance(stored, list)),
        "maskDataURL": (
            "an image such as data:image/png;base64,…",
            lambda stored: _is_image(stored),
        ),
    }
)


def _is_image(stored: Any) -> bool:
    return isinstance(stored, str) and stored.startswith("data:image/")


def check_optional(value: Value, *parts: str) -> Iterator[Issue]:
    """Check optional parts."""
    yield from check_parts(value, parts, OPTIONAL_PARTS)


# -- boxes, ellipses, points ----------------------------------------------------------------------


def _planar(x: str, y: str, across: str, down: str, *, around: bool = False) -> Check:
    """Make a check for a shape by a corner and a size, or `around` a center."""
    parts, sizes = (x, y, across, down), (across, down)

    def check(_: Control, value: Value, __: Any) -> Iterable[Issue]:
        numbers: Any = [value.get(part) for part in parts]
        left, top, width, height = numbers
        if not value.get("rotation") and {*map(type, numbers)} <= NUMBER_TYPES:
            right, bottom = left + width, top + height
            if around:
                left, top = left - width, top - height
            across_it = left >= -SLACK and right <= MAX_PERCENT + SLACK and width > 0
            down_it = top >= -SLACK and bottom <= MAX_PERCENT + SLACK and height > 0
            if across_it and down_it and type(value.get("rotation", 0)) in NUMBER_TYPES:
                return NO_ISSUES  # nearly always
        return [*check_numbers(value, parts, sizes), *check_rotation(value)] or list(
            edges_of(value)
        )

    def edges_of(value: Value) -> Iterator[Issue]:
        if not value.get("rotation"):
            for at, size, side in zip((x, y), sizes, SIZE_PARTS, strict=True):
                yield from _check_edges(_extent(value, at, size, around), at, size, side)

    return check


def _extent(value: Value, at: str, size: str, around: bool) -> tuple[float, float]:
    """Return the extent of a shape along one side of the image."""
    return value[at] - (value[size] if around else 0), value[at] + value[size]


def _check_edges(ends: tuple[float, float], at: str, size: str, side: str) -> Iterator[Issue]:
    low, high = ends
    if high <= 0 or low >= MAX_PERCENT:
        yield f".{at}", f"lies outside the image: it spans {low:g} to {high:g} % of the {side}."
    elif low < -SLACK or high > MAX_PERCENT + SLACK:
        yield (
            f".{at if low < -SLACK else size}",
            f"extends beyond the image: it spans {low:g} to {high:g} % of the {side}. Cut it at 0 "
            "and 100, as clip=True of a shape does.",
        )


def check_numbers(value: Value, parts: Iterable[str], sizes: Iterable[str]) -> Iterator[Issue]:
    """Check each number of a shape by itself."""
    turned = bool(value.get("rotation"))  # such a box may be wider than the image
    for part in parts:
        stored = value.get(part)
        if not is_number(stored):
            yield issue(f".{part}", "a number in percent of the image", stored)
        elif part in sizes and stored <= 0:
            yield f".{part}", f"must be more than 0, not {stored:g}."
        elif not turned and not -MAX_PERCENT <= stored <= MAX_PERCENT + SLACK:
            yield (
                f".{part}",
                f"must be at most 100 percent of the image, not {stored:g}: are these pixels, "
                "or of another image size?",
            )


def check_rotation(value: Value) -> Iterator[Issue]:
    """Check the rotation of a shape."""
    if not is_number(value.get("rotation", 0)):
        yield issue(".rotation", "a number of degrees", value["rotation"])


_BOX = _planar("x", "y", "width", "height")
_ELLIPSE = _planar("x", "y", "radiusX", "radiusY", around=True)


def _keypoint(_: Control, value: Value, __: Any) -> Iterator[Issue]:
    for part in ("x", "y"):
        if not is_number(value.get(part)):
            yield from check_numbers(value, [part], ())
        elif not _is_inside(value[part]):
            yield f".{part}", f"lies outside the image: {value[part]:g} percent."
    if not is_number(value.get("width")):
        yield issue(
            ".width", "a number, the displayed size of the point, such as 0.5", value.get("width")
        )
    yield from check_optional(value, "negative")


def _is_inside(stored: Any) -> bool:
    return type(stored) in NUMBER_TYPES and -SLACK <= stored <= MAX_PERCENT + SLACK


# -- polygons and vectors -------------------------------------------------------------------------


def _polygon(_: Control, value: Value, __: Any) -> Iterator[Issue]:
    points = value.get("points")
    if not isinstance(points, list) or not points:
        yield issue(".points", "a list of [x, y]", points)
        return
    for index, point in enumerate(points):
        if not isinstance(point, (list, tuple)) or len(point) != 2:
            yield issue(f".points[{index}]", "[x, y]", point)
        elif not (_is_inside(point[0]) and _is_inside(point[1])):
            yield from _point_problem(f".points[{index}]", point)
    yield from check_optional(value, "closed")


def _point_problem(path: str, point: Iterable[Any]) -> Iterator[Issue]:
    """Report a point that is invalid or outside the image."""
    message = f"must be in percent of the image, not {short_repr(point)}."
    known = all(map(is_number, point))
    yield (
        path,
        f"{message} It lies outside the image: clip=True of a shape cuts it." if known else message,
    )


def _vector(_: Control, value: Value, __: Any) -> Iterator[Issue]:
    vertices = value.get("vertices")
    if not isinstance(vertices, list) or not vertices:
        yield issue(".vertices", "a list of points", vertices)
        return
    for index, vertex in enumerate(vertices):
        at = f".vertices[{index}]"
        if not _is_vertex(vertex):
            yield issue(at, "like {'id': 'a', 'x': 10, 'y': 20}", vertex)
        elif not (_is_inside(vertex["x"]) and _is_inside(vertex["y"])):
            yield from _point_problem(at, (vertex["x"], vertex["y"]))
        elif vertex.get("isBezier"):
            for part in ("controlPoint1", "controlPoint2"):
                if not _is_vertex(vertex.get(part)):
                    yield issue(f"{at}.{part}", "like {'x': 10, 'y': 20}", vertex.get(part))
    yield from check_optional(value, "closed", "isPolygon")


def _is_vertex(stored: Any) -> bool:
    return isinstance(stored, Mapping) and all(is_number(stored.get(part)) for part in ("x", "y"))


# -- masks ----------------------------------------------------------------------------------------


def _brush(_: Control, value: Value, __: Any) -> Iterator[Issue]:
    yield from check_optional(value, "touches", "maskDataURL")
    rle = value.get("rle")
    if _is_nothing(rle) and ("touches" in value or "maskDataURL" in value):
        return
    if not isinstance(rle, list) or not rle or set(map(type, rle)) != {int}:
        yield issue(".rle", "a list of bytes, as Brush(mask=…) makes it", rle)
    elif min(rle) < 0 or max(rle) > 255:
        yield ".rle", f"must be a list of bytes: 0 to 255, not {min(rle)} to {max(rle)}."


def _is_nothing(stored: Any) -> bool:
    return stored is None or (isinstance(stored, list) and not stored)


def _bitmask(control: Control, value: Value, extra: Any) -> Iterator[Issue]:
    if "imageDataURL" not in value and "rle" in value:
        yield from _brush(control, value, extra)
    elif not isinstance(value.get("imageDataURL"), str) or not value["imageDataURL"]:
        yield issue(
            ".imageDataURL", "an image such as data:image/png;base64,…", value.get("imageDataURL")
        )


# -- separate labels -----------------------------------------------------------------------------


def check_repeated_region(control: Control, value: Value, extra: Any) -> Iterable[Issue]:
    """Check the coordinates that a <Labels> result repeats, by the keys that it has."""
    for part, check in CHECKS_BY_PART.items():
        if part in value:
            return check(control, value, extra)
    return NO_ISSUES  # the drawing has them


# -- checks by type ------------------------------------------------------------------------------

CHECKS_BY_PART: Mapping[str, Check] = MappingProxyType(
    {
        "rle": _brush,
        "touches": _brush,
        "maskDataURL": _brush,
        "imageDataURL": _bitmask,
        "points": _polygon,
        "vertices": _vector,
        "radiusX": _ELLIPSE,
        "height": _BOX,
        "width": _keypoint,
        "x": _BOX,
        "y": _BOX,
    }
)
ON_IMAGES: Mapping[str, Check] = MappingProxyType(
    {
        **with_labels(
            {
                "bitmask": _bitmask,
                "brush": _brush,
                "ellipse": _ELLIPSE,
                "keypoint": _keypoint,
                "polygon": _polygon,
                "rectangle": _BOX,
                "vector": _vector,
            }
        ),
        "magicwand": _brush,
    }
)
