"""Checks of the shape of responses."""

from __future__ import annotations

from types import NoneType
from typing import Any, TypeAlias

from ..errors import ConnectionFailed
from ..text import shown

# A type or several; a range of whole numbers; [shape] for a list; {"key": shape} for an object,
# "key?" where it may lack.
Shape: TypeAlias = Any

ROWS: Shape = [{"id": int}]
COUNT: Shape = (int, NoneType)
LARGEST = 2**63 - 1  # whole number of a database: no id is larger
NUMBER: Shape = range(100_000_001)  # of rows; list() makes room for as many at once


def expect(answer: Any, key: str) -> Any:
    """Return what an answer has under a key that every such answer of Label Studio has."""
    if isinstance(answer, dict) and key in answer:
        return answer[key]
    raise ConnectionFailed(
        f"An answer has no {key!r} in it, which Label Studio always sends. "
        "Is this the address of a Label Studio server?",
        status=200,
    )


def shaped(answer: Any, shape: Shape) -> Any:
    """Return an answer of a shape that such answers of Label Studio always have.

    >>> shaped([{"id": 1, "title": "x"}], [{"id": int}])
    [{'id': 1, 'title': 'x'}]
    """
    problem = _misfit(answer, shape)
    if problem:
        raise ConnectionFailed(
            f"An answer{problem}, which Label Studio never sends. "
            "Is this the address of a Label Studio server?",
            status=200,
        )
    return answer


def count_of(answer: Any, key: str) -> int:
    """Return how many rows an answer counts under a key."""
    return int(shaped(answer, {key: NUMBER})[key])


def _misfit(value: Any, shape: Shape) -> str:
    """Return where a value differs from its shape, as " at [3].id has 'x'"; or ""."""
    if isinstance(shape, list):
        return _in_list(value, shape[0]) if isinstance(value, list) else _other(value)
    if isinstance(shape, dict):
        return _in_object(value if isinstance(value, dict) else {}, shape) or _no_object(value)
    if isinstance(shape, range):
        return "" if type(value) is int and value in shape else _other(value)
    fits = isinstance(value, shape) and not isinstance(value, bool)
    large = isinstance(value, int) and not -LARGEST <= value <= LARGEST
    return "" if fits and not large else _other(value)


def _in_list(values: list[Any], shape: Shape) -> str:
    for number, value in enumerate(values):
        problem = _misfit(value, shape)
        if problem:
            return f" at [{number}]{problem}"
    return ""


def _in_object(value: dict[str, Any], shape: dict[str, Shape]) -> str:
    for key, inner in shape.items():
        name = key.removesuffix("?")
        if name not in value:
            if name == key:
                return f" has no {name!r} in it"
            continue
        problem = _misfit(value[name], inner)
        if problem:
            return f" at {name}{problem}"
    return ""


def _no_object(value: Any) -> str:
    return "" if isinstance(value, dict) else _other(value)


def _other(value: Any) -> str:
    return f" has {shown(repr(value), 40)}"
