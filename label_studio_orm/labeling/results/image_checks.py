"""Checks of regions on images, so that the editor can open them and exports work.

Each check yields (path in the value, message).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ..controls import Control
from . import clipping
from .values import (
    NOTHING_WRONG,
    Check,
    Expected,
    Wrong,
    is_number,
    is_switch,
    shown_value,
    wrong_parts,
)

Value = Mapping[str, Any]

LARGEST = 100.0  # percent of the image
SLACK = LARGEST * clipping.SLACK
SIDES = ("width", "height")  # of the image
NUMBERS = frozenset({int, float})


# Parts that may be missing, but not null: what they are, and how to tell.
PARTS: Mapping[str, Expected] = MappingProxyType(
    {
        "closed": ("true or false", is_switch),
        "isPolygon": ("true or false", is_switch),
        "negative": ("true or false", is_switch),
        "touches": ("a list", lambda kept: isinstance(kept, list)),
        "maskDataURL": ("an image such as data:image/png;base64,…", lambda kept: _is_image(kept)),
    }
)


def _is_image(kept: Any) -> bool:
    return isinstance(kept, str) and kept.startswith("data:image/")


def parts_of(value: Value, *parts: str) -> Iterator[Wrong]:
    """Check optional parts."""
    yield from wrong_parts(value, parts, PARTS)


# -- boxes, ellipses, points ----------------------------------------------------------------------


def _planar(x: str, y: str, across: str, down: str, *, around: bool = False) -> Check:
    """Make a check for a shape with a place and a size; `around` if the place is its middle."""
    parts, sizes = (x, y, across, down), (across, down)

    def check(_: Control, value: Value, __: Any) -> Iterable[Wrong]:
        places: Any = [value.get(part) for part in parts]
        left, top, width, height = places
        if not value.get("rotation") and {*map(type, places)} <= NUMBERS:
            right, bottom = left + width, top + height
            if around:
                left, top = left - width, top - height
            across_it = left >= -SLACK and right <= LARGEST + SLACK and width > 0
            down_it = top >= -SLACK and bottom <= LARGEST + SLACK and height > 0
            if across_it and down_it and type(value.get("rotation", 0)) in NUMBERS:
                return NOTHING_WRONG  # nearly always
        return [*numbers(value, parts, sizes), *rotation(value)] or list(edges_of(value))

    def edges_of(value: Value) -> Iterator[Wrong]:
        if not value.get("rotation"):
            for at, size, side in zip((x, y), sizes, SIDES, strict=True):
                yield from _edges(_ends(value, at, size, around), at, size, side)

    return check


def _ends(value: Value, at: str, size: str, around: bool) -> tuple[float, float]:
    """Return where a shape begins and ends along one side of the image."""
    return value[at] - (value[size] if around else 0), value[at] + value[size]


def _edges(ends: tuple[float, float], at: str, size: str, side: str) -> Iterator[Wrong]:
    low, high = ends
    if high <= 0 or low >= LARGEST:
        yield f".{at}", f"lies outside the image: it spans {low:g} to {high:g} % of the {side}."
    elif low < -SLACK or high > LARGEST + SLACK:
        yield (
            f".{at if low < -SLACK else size}",
            f"extends beyond the image: it spans {low:g} to {high:g} % of the {side}. Cut it at 0 "
            "and 100, as clip=True of a shape does.",
        )


def numbers(value: Value, parts: Iterable[str], sizes: Iterable[str]) -> Iterator[Wrong]:
    """Check each number of a shape by itself."""
    turned = bool(value.get("rotation"))  # such a box may be wider than the image
    for part in parts:
        kept = value.get(part)
        if not is_number(kept):
            yield f".{part}", f"is a number in percent of the image, not {shown_value(kept)}."
        elif part in sizes and kept <= 0:
            yield f".{part}", f"must be more than 0, not {kept:g}."
        elif not turned and not -LARGEST <= kept <= LARGEST + SLACK:
            yield (
                f".{part}",
                f"is {kept:g}, in percent of the image: up to 100. It lies outside, or these are "
                "pixels, or of an image of another size.",
            )


def rotation(value: Value) -> Iterator[Wrong]:
    """Check the rotation of a shape."""
    if not is_number(value.get("rotation", 0)):
        yield ".rotation", f"is a number of degrees, not {shown_value(value['rotation'])}."


_BOX = _planar("x", "y", "width", "height")
_ELLIPSE = _planar("x", "y", "radiusX", "radiusY", around=True)


def _keypoint(_: Control, value: Value, __: Any) -> Iterator[Wrong]:
    for part in ("x", "y"):
        if not is_number(value.get(part)):
            yield from numbers(value, [part], ())
        elif not _is_inside(value[part]):
            said = (
                f"must be between 0 and 100 percent, not "
                f"{value[part]:g}: it lies outside the image."
            )
            yield f".{part}", said
    if not is_number(value.get("width")):
        kept = shown_value(value.get("width"))
        yield (
            ".width",
            f"must be a number, the displayed size of the point, such as 0.5, not {kept}.",
        )
    yield from parts_of(value, "negative")


def _is_inside(kept: Any) -> bool:
    return type(kept) in NUMBERS and -SLACK <= kept <= LARGEST + SLACK


# -- polygons and vectors -------------------------------------------------------------------------


def _polygon(_: Control, value: Value, __: Any) -> Iterator[Wrong]:
    points = value.get("points")
    if not isinstance(points, list) or not points:
        yield ".points", f"is a list of [x, y], not {shown_value(points)}."
        return
    for index, point in enumerate(points):
        if not isinstance(point, (list, tuple)) or len(point) != 2:
            yield f".points[{index}]", f"is [x, y], not {shown_value(point)}."
        elif not (_is_inside(point[0]) and _is_inside(point[1])):
            yield from _outside(f".points[{index}]", point)
    yield from parts_of(value, "closed")


def _outside(path: str, point: Iterable[Any]) -> Iterator[Wrong]:
    """Say that a point is none, or that it lies outside."""
    said = f"is in percent of the image, not {shown_value(point)}."
    known = all(map(is_number, point))
    yield (
        path,
        f"{said} It lies outside the image: clip=True of a shape cuts it." if known else said,
    )


def _vector(_: Control, value: Value, __: Any) -> Iterator[Wrong]:
    vertices = value.get("vertices")
    if not isinstance(vertices, list) or not vertices:
        yield ".vertices", f"must be a list of points, not {shown_value(vertices)}."
        return
    for index, vertex in enumerate(vertices):
        at = f".vertices[{index}]"
        if not _is_vertex(vertex):
            yield (
                at,
                f"must be like {{'id': 'a', 'x': 10, 'y': 20}}, not {shown_value(vertex)}.",
            )
        elif not (_is_inside(vertex["x"]) and _is_inside(vertex["y"])):
            yield from _outside(at, (vertex["x"], vertex["y"]))
        elif vertex.get("isBezier"):
            for part in ("controlPoint1", "controlPoint2"):
                if not _is_vertex(vertex.get(part)):
                    given = shown_value(vertex.get(part))
                    yield (
                        f"{at}.{part}",
                        f"must be like {{'x': 10, 'y': 20}}, not {given}.",
                    )
    yield from parts_of(value, "closed", "isPolygon")


def _is_vertex(kept: Any) -> bool:
    return isinstance(kept, Mapping) and all(is_number(kept.get(part)) for part in ("x", "y"))


# -- masks ----------------------------------------------------------------------------------------


def _brush(_: Control, value: Value, __: Any) -> Iterator[Wrong]:
    yield from parts_of(value, "touches", "maskDataURL")
    rle = value.get("rle")
    if _is_nothing(rle) and ("touches" in value or "maskDataURL" in value):
        return
    if not isinstance(rle, list) or not rle or set(map(type, rle)) != {int}:
        yield ".rle", f"is a list of bytes, as Brush(mask=…) makes it, not {shown_value(rle)}."
    elif min(rle) < 0 or max(rle) > 255:
        yield ".rle", f"is a list of bytes: 0 to 255, not {min(rle)} to {max(rle)}."


def _is_nothing(kept: Any) -> bool:
    return kept is None or (isinstance(kept, list) and not kept)


def _bitmask(control: Control, value: Value, extra: Any) -> Iterator[Wrong]:
    if "imageDataURL" not in value and "rle" in value:
        yield from _brush(control, value, extra)
    elif not isinstance(value.get("imageDataURL"), str) or not value["imageDataURL"]:
        given = shown_value(value.get("imageDataURL"))
        yield ".imageDataURL", f"must be an image such as data:image/png;base64,…, not {given}."


# -- labels that stand apart ----------------------------------------------------------------------


def labels_on_image(control: Control, value: Value, extra: Any) -> Iterable[Wrong]:
    """Check the coordinates that a <Labels> result repeats, by the keys that it has."""
    for part, check in BY_PART.items():
        if part in value:
            return check(control, value, extra)
    return NOTHING_WRONG  # what was drawn has it


# -- which of them --------------------------------------------------------------------------------

BY_PART: Mapping[str, Check] = MappingProxyType(
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
        "bitmask": _bitmask,
        "bitmasklabels": _bitmask,
        "brush": _brush,
        "brushlabels": _brush,
        "ellipse": _ELLIPSE,
        "ellipselabels": _ELLIPSE,
        "keypoint": _keypoint,
        "keypointlabels": _keypoint,
        "magicwand": _brush,
        "polygon": _polygon,
        "polygonlabels": _polygon,
        "rectangle": _BOX,
        "rectanglelabels": _BOX,
        "vector": _vector,
        "vectorlabels": _vector,
    }
)
