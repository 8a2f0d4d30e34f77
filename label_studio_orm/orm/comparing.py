"""Comparison of values as JSON, where 1 is not True."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from ..errors import InvalidInput


class Among:
    """A set of values to match, with constant-time lookup."""

    def __init__(self, values: Iterable[Any]) -> None:
        values = tuple(values)
        try:
            self._known: Container[Any] = frozenset((isinstance(v, bool), v) for v in values)
        except TypeError:  # lists and objects
            self._known = [(isinstance(v, bool), v) for v in values]

    def __contains__(self, value: object) -> bool:
        try:
            return (isinstance(value, bool), value) in self._known
        except TypeError:
            return False  # a list or object, and none is wanted


def _contains(found: Any, part: Any) -> bool:
    if isinstance(found, str):
        return str(part).casefold() in found.casefold()
    if not isinstance(found, (list, dict)):
        raise TypeError(found)
    return _lies_in(found, part)


def _text(found: Any) -> str:
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)


def _lies_in(found: Any, part: Any) -> bool:
    """Tell whether a list or object has this as a value or key, at any depth."""
    inner = [*found, *found.values()] if isinstance(found, dict) else found
    return any(
        _equal(each, part) or (isinstance(each, (list, dict)) and _lies_in(each, part))
        for each in inner
    )


def _equal(one: Any, other: Any) -> bool:
    """Compare as JSON does, where True is not 1."""
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


MEETS: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "<": lambda found, wanted: found < wanted,
        "<=": lambda found, wanted: found <= wanted,
        ">": lambda found, wanted: found > wanted,
        ">=": lambda found, wanted: found >= wanted,
        "between": lambda found, wanted: wanted[0] <= found <= wanted[1],
        "contains": _contains,
        "regex": lambda found, wanted: re.search(wanted, str(found)),
        "search": lambda found, wanted: re.search(wanted, _text(found)),
    }
)


ORDERED = ("<", "<=", ">", ">=", "between")


def meets(found: Any, operator: str, wanted: Any) -> bool:
    """Compare two values; raise `InvalidInput` if their types cannot be compared."""
    if operator == "null":
        return False  # as it is there
    if operator == "==":
        return _equal(found, wanted)
    if operator == "in":
        return found in wanted
    try:
        if isinstance(found, bool) and operator in ORDERED:
            raise TypeError(found)  # Python would take it for 0 or 1
        return bool(MEETS[operator](found, wanted))
    except TypeError:
        raise InvalidInput(f"{found!r} cannot be compared with {wanted!r} by {operator}.") from None
