"""Checks of the common keys of a result and of its value.

If one has the wrong type, the editor drops the whole annotation and those after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ..controls import Object
from ..rle import rle_problem
from ..tags import LABELINGS
from . import Item, clipping
from .texts import shown_data
from .values import (
    NO_ISSUES,
    Expected,
    Issue,
    check_parts,
    is_bool,
    is_number,
    is_offset,
    is_text,
    issue,
)

SIZE_KEYS = ("original_width", "original_height")
ORIGINS = ("manual", "prediction", "prediction-changed")


def _is_side(stored: Any) -> bool:
    return is_number(stored) and stored > 0


def _is_index(stored: Any) -> bool:
    return stored is None or is_offset(stored)


def _are_texts(stored: Any) -> bool:
    return isinstance(stored, list) and all(map(is_text, stored))


_BOOLEAN: Expected = ("true or false", is_bool)
_SIDE: Expected = ("a number of pixels", _is_side)
_TEXTS: Expected = ("a list of strings", _are_texts)
_NUMBER: Expected = ("a number", is_number)
_INDEX: Expected = ("an integer, 0 or more", _is_index)
_ABSENT: Expected = ("omitted, because the editor uses this name internally", lambda _: False)
_ID: Expected = ("the id of a region", lambda stored: stored is None or is_text(stored))

# Keys of a result: what the value must be, and a test.
COMMON: Mapping[str, Expected] = MappingProxyType(
    {
        "dynamic": _BOOLEAN,
        "filtered": _BOOLEAN,
        "id": ("a string", lambda stored: stored is None or is_text(stored)),
        "item_index": _INDEX,
        "object": _ABSENT,
        "origin": (f"one of {', '.join(map(repr, ORIGINS))}", lambda stored: stored in ORIGINS),
        "original_height": _SIDE,
        "original_width": _SIDE,
        "parentID": _ID,
        "pid": ("a string", is_text),
        "readonly": _BOOLEAN,
    }
)
# Keys of a value that its own control does not write.
IN_VALUE: Mapping[str, Expected] = MappingProxyType(
    {
        **dict.fromkeys(LABELINGS, _TEXTS),
        "choices": ("a list", lambda stored: isinstance(stored, list)),
        "datetime": ("a string", is_text),
        "filtered": _BOOLEAN,
        "id": ("a string", is_text),
        "item_index": _INDEX,
        "number": _NUMBER,
        "object": _ABSENT,
        "parentID": _ID,
        "pid": ("a string", is_text),
        "rating": _NUMBER,
        "readonly": _BOOLEAN,
        "results": _ABSENT,
        "score": ("a number", lambda stored: stored is None or is_number(stored)),
        "text": (
            "a string, or a list of strings",
            lambda stored: is_text(stored) or _are_texts(stored),
        ),
    }
)


RARE = frozenset({*COMMON, "score"}) - {"id", "original_height", "original_width"}


def check_keys(item: Item) -> Iterable[Issue]:
    """Check the keys of a result other than its value."""
    width, height = item.get("original_width", 1), item.get("original_height", 1)
    sized = type(width) is int is type(height) and width > 0 < height
    if sized and type(item.get("id")) is str and RARE.isdisjoint(item):
        return NO_ISSUES  # nearly always
    return _check_keys(item)


def _check_keys(item: Item) -> Iterator[Issue]:
    for key, (what, fits) in COMMON.items():
        if key in item and not fits(item[key]):
            yield issue(f".{key}", what, item[key])
    score = item.get("score")
    if score is not None and not (is_number(score) and 0 <= score <= 1):
        yield issue(".score", "between 0 and 1", score)
    parent = item.get("parentID")
    if parent and parent == item.get("id"):
        yield ".parentID", "must be the id of another region, not its own."


def check_value_keys(value: Item, parts: Iterable[str]) -> Iterator[Issue]:
    """Check the keys of a value that its own control does not write."""
    yield from check_parts(value, parts, IN_VALUE)


# -- checks that need the image size ---------------------------------------------------------------


def check_on_image(item: Item) -> Iterator[Issue]:
    """Check an otherwise valid region against the size of its image."""
    value = item["value"]
    if value.get("rle"):
        yield from _check_mask(item, value["rle"])
    elif value.get("rotation") and all(map(_is_side, _size_of(item))):
        yield from _check_rotated(item, value)


def _size_of(item: Item) -> tuple[Any, Any]:
    return item.get("original_width"), item.get("original_height")


def _check_mask(item: Item, rle: Any) -> Iterator[Issue]:
    missing = [side for side in SIZE_KEYS if item.get(side) is None]
    for side in missing:
        yield f".{side}", "is missing: a mask needs the image's size=(width, height)."
    width, height = _size_of(item)
    for side, stored in zip(SIZE_KEYS, (width, height), strict=True):
        if type(stored) is float and stored > 0:
            yield f".{side}", f"must be an integer for a mask: {stored:.0f}, not {stored}."
    if missing or not all(type(side) is int and side > 0 for side in (width, height)):
        return
    try:
        message = rle_problem(bytes(rle), width, height)
    except (TypeError, ValueError):
        return  # not bytes: reported elsewhere
    if message:
        yield ".value.rle", message


def _check_rotated(item: Item, value: Item) -> Iterator[Issue]:
    """Check that a rotated shape is not entirely outside the image."""
    width, height = size = _size_of(item)
    around = "radiusX" in value
    parts = ("x", "y", *(("radiusX", "radiusY") if around else ("width", "height")))
    if not value.keys() >= {*parts}:
        return
    x, y, across, down = (value[part] / 100 for part in parts)
    pixels = (x * width, y * height, across * width, down * height)
    cut = clipping.cut_ellipse if around else clipping.cut_box
    if cut(pixels, value["rotation"], size) is None:
        yield ".value.x", "lies outside the image after its rotation."


# -- which image of several ------------------------------------------------------------------------


def image_count(shown: Object, name: str, data: Mapping[str, Any] | None) -> int | None:
    """Return how many images an <Image> shows, or None if unknown."""
    found = None if data is None else shown_data(shown, name, data)
    if isinstance(found, list):
        return len(found)
    return None if found is None or "valuelist" in shown.options else 1
