"""Matching of task data against a condition, on the client.

Servers compare data inexactly (see exact.py), but their own columns exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from ..errors import InvalidInput
from ..orm.expressions import Condition, Expression, Group, wire_of
from .alternatives import DataColumn, as_sent, choices
from .columns import type_of_value
from .items import column_of
from .raw import Raw

EVERY = Group("and", ())  # met by every task
# The operators of filters in the server's own words that are held here as well.
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "equal": "==",
        "in_list": "in",
        "less": "<",
        "less_or_equal": "<=",
        "greater": ">",
        "greater_or_equal": ">=",
        "in": "between",
    }
)


def needs_matching(where: Expression | None) -> bool:
    """Tell whether a condition is about task data, which servers compare inexactly."""
    return where is not None and any(_matchable(leaf) is not None for leaf in _leaves(where))


def parts(where: Expression | None) -> list[Expression]:
    """Split a condition into alternatives that can be matched here.

    `a | b` cannot be matched here if only the server can evaluate b.
    """
    if where is None or not _mixes(where):
        return [] if where is None else [where]
    return [Group("and", choice) for choice in choices(where)]


def prepared(where: Expression) -> Expression:
    """Return the part of a condition that is matched here; the server evaluates the rest."""
    if isinstance(where, Group):
        return Group(where.conjunction, tuple(map(prepared, where.parts)))
    condition = _matchable(where)
    if condition is None:
        return EVERY
    moments = any(isinstance(value, datetime) for value in values_of(condition))
    return condition if moments else as_sent(condition)


def matches(where: Expression, record: Any) -> bool:
    """Tell whether a record with `data` matches a prepared condition."""
    if isinstance(where, Group):
        met = (matches(part, record) for part in where.parts)
        return all(met) if where.conjunction == "and" else any(met)
    try:
        return where.holds(record)
    except InvalidInput:  # of another type: it meets no comparison
        return isinstance(where, Condition) and where.negated


def _leaves(where: Expression) -> Iterator[Expression]:
    if not isinstance(where, Group):
        yield where
        return
    for part in where.parts:
        yield from _leaves(part)


def _mixes(where: Expression) -> bool:
    if not isinstance(where, Group):
        return False
    if where.conjunction == "or" and len({_matchable(x) is None for x in _leaves(where)}) > 1:
        return True
    return any(map(_mixes, where.parts))


def _matchable(leaf: Expression) -> Condition | None:
    """Return the condition to hold a task against, None where only the server can tell."""
    if isinstance(leaf, Raw):
        return condition_of(leaf)
    if not isinstance(leaf, Condition) or leaf.operator == "regex":
        return None
    return leaf if wire_of(leaf.column).startswith("data.") else None


def condition_of(raw: Raw) -> Condition | None:
    """Convert a raw filter item that compares numbers to a condition."""
    item, wire = raw.item, column_of(raw.item)
    operator, value = WORDS.get(item["operator"]), item["value"]
    if operator is None or item["type"] != "Number" or not wire.startswith("data."):
        return None
    if operator == "between" and isinstance(value, Mapping):
        value = value.get("min"), value.get("max")
    values = tuple(value) if isinstance(value, (list, tuple)) else (value,)
    if any(type_of_value(each) != "Number" for each in values):
        return None
    many = operator in ("in", "between")
    return Condition(DataColumn(wire), operator, values if many else value)


def values_of(where: Condition) -> tuple[Any, ...]:
    """Return the values of a condition."""
    return where.value if isinstance(where.value, tuple) else (where.value,)
