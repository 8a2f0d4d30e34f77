"""Conversion of users' values to checked JSON types; numpy's are accepted."""

from __future__ import annotations

import math
import os
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from ...errors import InvalidInput
from ..image_size import image_size

Size = tuple[int, int]  # width, height
PATH_SEPARATOR = " / "  # joins a path to one string
GivenSize = Size | str | os.PathLike[str]  # or an image file


def new_id() -> str:
    """Return a new id for a region, ten characters like the editor's."""
    return secrets.token_urlsafe(8)[:10]


def as_labels(value: Any) -> tuple[str, ...]:
    """Accept a label, several, or none; a path of a taxonomy is one label."""
    if value is None or isinstance(value, str):
        return (value,) if value else ()
    found = tuple(value) if isinstance(value, Iterable) else (value,)
    found = tuple(PATH_SEPARATOR.join(each) if _is_path(each) else each for each in found)
    if not all(isinstance(label, str) for label in found):
        raise InvalidInput(f"The labels of a region must be strings, not {value!r}.")
    return tuple(map(str, found))  # numpy has its own str


def _is_path(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(step, str) for step in value)


def as_dict(value: Any, must: str = "meta must be a dict") -> dict[str, Any]:
    """Convert to a dict."""
    if not isinstance(value, Mapping):
        raise InvalidInput(f"{must}, not {value!r}.")
    return dict(value)


def as_answers(value: Any) -> dict[str, Any]:
    """Convert answers by control to a dict."""
    return as_dict(value, "answers must be a dict of control names to values")


def region_id(value: Any, what: str = "Each end of a relation") -> str:
    """Return the id of a region, or of a shape that becomes one."""
    found = getattr(value, "id", value)
    if not isinstance(found, str) or not found:
        raise InvalidInput(f"{what} must be a region or its id, not {value!r}.")
    return found


def as_int(value: Any) -> int:
    """Convert to int; numpy integers and whole floats (3.0) are accepted."""
    if type(value) is int:
        return value
    try:
        found = int(value)
        fits = found == value and not isinstance(value, (str, bytes, bool))
    except (TypeError, ValueError, OverflowError):
        fits = False
    if not fits:
        raise InvalidInput(f"The value must be an integer, not {value!r}.")
    return found


def as_index(value: Any) -> int:
    """Convert to an index from 0; text is accepted, since JSON dict keys are."""
    found = int(value) if isinstance(value, str) and value.isdecimal() else as_int(value)
    if found < 0:
        raise InvalidInput(f"Item numbers must be integers from 0, not {value!r}.")
    return found


def unchanged(value: Any) -> Any:
    """Accept any value, to be checked later."""
    return value


def as_score(value: Any) -> float:
    """Convert the confidence of a model."""
    return as_number(value, "A score")


def as_bytes(value: Any) -> tuple[int, ...]:
    """Convert run lengths to a tuple of int."""
    return tuple(map(as_int, value))


def as_number(value: Any, what: str = "The value") -> float:
    """Convert to a finite float; numpy numbers are accepted."""
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput(f"{what} must be a number, not {value!r}.") from None
    if isinstance(value, (str, bool)) or not math.isfinite(found):
        raise InvalidInput(f"{what} must be a finite number, not {value!r}.")
    return found


def rescale(value: float, old: float, new: float) -> float:
    """Scale a value from the range `old` to `new`, rounded up so that scaling back is no less.

    Exports truncate pixels to integers: 38.99… would be the pixel before the 39th.
    """
    found = value / old * new
    while found / new * old < value:
        found = math.nextafter(found, math.inf)
    return found


def as_size(size: Any) -> Size:
    """Convert to (width, height), positive integers; an image file is read."""
    if isinstance(size, (str, os.PathLike)):
        return image_size(size)
    try:
        width, height = (as_number(side) for side in size)
    except (TypeError, ValueError):
        width = height = 0
    if width <= 0 or height <= 0 or width % 1 or height % 1:
        raise InvalidInput(f"The size of an image must be (width, height) in pixels, not {size!r}.")
    return int(width), int(height)
