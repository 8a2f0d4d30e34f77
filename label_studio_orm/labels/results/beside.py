"""What stands beside the value of an item, or among its parts whatever its kind.

The editor gives up a whole annotation, with all that comes after, where one of these is of another
type than it knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ..controls import Object
from ..rle import why_broken
from ..tags import LABELINGS
from . import edges
from .texts import shown_by
from .values import (
    NOTHING_WRONG,
    Expected,
    Wrong,
    is_number,
    is_offset,
    is_switch,
    shown_value,
    wrong_parts,
)

SIDES = ("original_width", "original_height")
ORIGINS = ("manual", "prediction", "prediction-changed")
Item = Mapping[str, Any]


def _is_text(kept: Any) -> bool:
    return isinstance(kept, str)


def _is_side(kept: Any) -> bool:
    return is_number(kept) and kept > 0


def _is_index(kept: Any) -> bool:
    return kept is None or is_offset(kept)


def _are_texts(kept: Any) -> bool:
    return isinstance(kept, list) and all(map(_is_text, kept))


_SWITCH: Expected = ("true or false", is_switch)
_SIDE: Expected = ("a number of pixels", _is_side)
_TEXTS: Expected = ("a list of texts", _are_texts)
_NUMBER: Expected = ("a number", is_number)
_INDEX: Expected = ("a whole number from 0", _is_index)
_NOT_THERE: Expected = ("left out, as the editor has a part of this name", lambda _: False)
_ID: Expected = ("the id of a region", lambda kept: kept is None or _is_text(kept))

# Beside the value: what it must be, and how to tell.
BESIDE: Mapping[str, Expected] = MappingProxyType(
    {
        "dynamic": _SWITCH,
        "filtered": _SWITCH,
        "id": ("a text", lambda kept: kept is None or _is_text(kept)),
        "item_index": _INDEX,
        "object": _NOT_THERE,
        "origin": (f"one of {', '.join(map(repr, ORIGINS))}", lambda kept: kept in ORIGINS),
        "original_height": _SIDE,
        "original_width": _SIDE,
        "parentID": _ID,
        "pid": ("a text", _is_text),
        "readonly": _SWITCH,
    }
)
# In the value, where they are not what the control itself writes.
IN_VALUE: Mapping[str, Expected] = MappingProxyType(
    {
        **dict.fromkeys(LABELINGS, _TEXTS),
        "choices": ("a list", lambda kept: isinstance(kept, list)),
        "datetime": ("a text", _is_text),
        "filtered": _SWITCH,
        "id": ("a text", _is_text),
        "item_index": _INDEX,
        "number": _NUMBER,
        "object": _NOT_THERE,
        "parentID": _ID,
        "pid": ("a text", _is_text),
        "rating": _NUMBER,
        "readonly": _SWITCH,
        "results": _NOT_THERE,
        "score": ("a number", lambda kept: kept is None or is_number(kept)),
        "text": ("a text, or a list of texts", lambda kept: _is_text(kept) or _are_texts(kept)),
    }
)


RARE = frozenset({*BESIDE, "score"}) - {"id", "original_height", "original_width"}


def beside(item: Item) -> Iterable[Wrong]:
    """Return what is wrong beside a value."""
    width, height = item.get("original_width", 1), item.get("original_height", 1)
    sized = type(width) is int is type(height) and width > 0 < height
    if sized and type(item.get("id")) is str and RARE.isdisjoint(item):
        return NOTHING_WRONG  # nearly always
    return _beside(item)


def _beside(item: Item) -> Iterator[Wrong]:
    for key, (what, fits) in BESIDE.items():
        if key in item and not fits(item[key]):
            yield f".{key}", f"is {what}, not {shown_value(item[key])}."
    score = item.get("score")
    if score is not None and not (is_number(score) and 0 <= score <= 1):
        yield ".score", f"must be between 0 and 1, not {shown_value(score)}."
    parent = item.get("parentID")
    if parent and parent == item.get("id"):
        yield ".parentID", "must be the id of another region: this one is its own parent."


def in_value(value: Item, parts: Iterable[str]) -> Iterator[Wrong]:
    """Yield what is wrong among parts of a value."""
    yield from wrong_parts(value, parts, IN_VALUE)


# -- what takes the size of the image --------------------------------------------------------------


def on_image(item: Item) -> Iterator[Wrong]:
    """Yield what is wrong with the size of the image, where all else of a region is right."""
    value = item["value"]
    if value.get("rle"):
        yield from _of_mask(item, value["rle"])
    elif value.get("rotation") and all(map(_is_side, _size_of(item))):
        yield from _of_turned(item, value)


def _size_of(item: Item) -> tuple[Any, Any]:
    return item.get("original_width"), item.get("original_height")


def _of_mask(item: Item, rle: Any) -> Iterator[Wrong]:
    missing = [side for side in SIDES if item.get(side) is None]
    for side in missing:
        yield f".{side}", "is missing: a mask needs the image's size, as size=(width, height)."
    width, height = _size_of(item)
    for side, kept in zip(SIDES, (width, height), strict=True):
        if type(kept) is float and kept > 0:
            yield f".{side}", f"must be a whole number beside a mask: {kept:.0f}, not {kept}."
    if missing or not all(type(side) is int and side > 0 for side in (width, height)):
        return
    try:
        said = why_broken(bytes(rle), width, height)
    except (TypeError, ValueError):
        return  # no bytes, which is said elsewhere
    if said:
        yield ".value.rle", said


def _of_turned(item: Item, value: Item) -> Iterator[Wrong]:
    """Check that a turned shape does not lie outside as a whole; a part of it may."""
    width, height = size = _size_of(item)
    around = "radiusX" in value
    parts = ("x", "y", *(("radiusX", "radiusY") if around else ("width", "height")))
    if not value.keys() >= {*parts}:
        return
    x, y, across, down = (value[part] / 100 for part in parts)
    pixels = (x * width, y * height, across * width, down * height)
    cut = edges.cut_ellipse if around else edges.cut_box
    if cut(pixels, value["rotation"], size) is None:
        yield ".value.x", "lies outside the image, turned as it is."


# -- which image of several ------------------------------------------------------------------------


def pages_of(shown: Object, name: str, data: Mapping[str, Any] | None) -> int | None:
    """Return how many images an Image shows; None if that is not known."""
    found = None if data is None else shown_by(shown, name, data)
    if isinstance(found, list):
        return len(found)
    return None if found is None or "valuelist" in shown.options else 1
