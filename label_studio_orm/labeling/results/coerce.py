"""What users give, checked, and in types of Python's own: numpy has others, which are no JSON."""

from __future__ import annotations

import math
import os
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from ...errors import InvalidInput
from ..image_size import image_size

Size = tuple[int, int]  # width, height
PATH_SEPARATOR = " / "  # between the steps of a path, where it is one text
GivenSize = Size | str | os.PathLike[str]  # or the image file that has it


def new_id() -> str:
    """Return a new id for a region, as the editor makes them: ten letters."""
    return secrets.token_urlsafe(8)[:10]


def as_labels(given: Any) -> tuple[str, ...]:
    """Accept a label, several, or none; a path of a taxonomy is one label."""
    if given is None or isinstance(given, str):
        return (given,) if given else ()
    found = tuple(given) if isinstance(given, Iterable) else (given,)
    found = tuple(PATH_SEPARATOR.join(each) if _is_path(each) else each for each in found)
    if not all(isinstance(label, str) for label in found):
        raise InvalidInput(f"Labels of a region are texts, not {given!r}.")
    return tuple(map(str, found))  # numpy has texts of its own


def _is_path(given: Any) -> bool:
    return isinstance(given, (list, tuple)) and all(isinstance(step, str) for step in given)


def as_dict(given: Any) -> dict[str, Any]:
    """Take what is said by name."""
    if not isinstance(given, Mapping):
        raise InvalidInput(f"This is a dict by names, not {given!r}.")
    return dict(given)


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
        raise InvalidInput(f"The value must be a whole number, not {value!r}.")
    return found


def as_index(value: Any) -> int:
    """Convert to an index from 0; text is accepted, since JSON dict keys are."""
    found = int(value) if isinstance(value, str) and value.isdecimal() else as_int(value)
    if found < 0:
        raise InvalidInput(f"Item numbers must be whole numbers from 0, not {value!r}.")
    return found


def unchanged(value: Any) -> Any:
    """Take anything, to be checked later."""
    return value


def as_score(value: Any) -> float:
    """Return how sure a model is."""
    return as_number(value, "A score")


def as_bytes(given: Any) -> tuple[int, ...]:
    """Take run lengths as numbers of Python's own."""
    return tuple(map(as_int, given))


def as_number(value: Any, what: str = "This") -> float:
    """Return a finite number, also of numpy's types."""
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput(f"{what} is a number, not {value!r}.") from None
    if isinstance(value, (str, bool)) or not math.isfinite(found):
        raise InvalidInput(f"{what} is a finite number, not {value!r}.")
    return found


def rescale(value: float, old: float, new: float) -> float:
    """Return a part of `old` as the same part of `new`, so that it is no less when turned back.

    Exports cut pixels off to whole numbers: 38.99… would be the pixel before the 39th.
    """
    found = value / old * new
    while found / new * old < value:
        found = math.nextafter(found, math.inf)
    return found


def as_size(size: Any) -> Size:
    """Return (width, height) as positive whole numbers, read from a file if one is given."""
    if isinstance(size, (str, os.PathLike)):
        return image_size(size)
    try:
        width, height = (as_number(side) for side in size)
    except (TypeError, ValueError):
        width = height = 0
    if width <= 0 or height <= 0 or width % 1 or height % 1:
        raise InvalidInput(f"The size of an image is (width, height) in pixels, not {size!r}.")
    return int(width), int(height)
