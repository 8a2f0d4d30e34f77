"""Client-side matching of task data against a condition.

Servers compare data inexactly (see prefilter.py), but their own columns exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType
from typing import Any

from ..errors import InvalidInput
from ..orm.expressions import Condition, Expression, Group, wire_of
from .columns import type_of_value
from .dnf import DataColumn, serialized, unchanged_clauses
from .filter_items import column_of
from .raw_filters import RawItem

MATCH_ALL = Group("and", ())
# The server's operators that are also evaluated here.
OPERATOR_OF_WIRE: Mapping[str, str] = MappingProxyType(
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
TEXT_SEARCHES = frozenset({"contains", "regex"})
TRUE_TEXTS = frozenset({"true", "yes", "on", "1"})  # as the server parses them


def is_matchable(where: Expression | None) -> bool:
    """Tell whether a condition has a part about task data, which servers compare inexactly."""
    return where is not None and any(_matchable(leaf) is not None for leaf in _leaves(where))


def matchable_parts(where: Expression | None) -> list[Expression]:
    """Split a condition into alternatives that can be matched here.

    `a | b` cannot be matched here if only the server can evaluate b.
    """
    if where is None or not _mixes(where):
        return [] if where is None else [where]
    return [Group("and", choice) for choice in unchanged_clauses(where)]


def client_condition(where: Expression) -> Expression:
    """Return the part of a condition that is matched here; the server evaluates the rest."""
    if isinstance(where, Group):
        return Group(where.conjunction, tuple(map(client_condition, where.parts)))
    condition = _matchable(where)
    if condition is None:
        return MATCH_ALL
    moments = any(isinstance(value, datetime) for value in condition.values)
    return condition if moments else serialized(condition)


def matches(where: Expression, record: Any) -> bool:
    """Tell whether a record with `data` matches a prepared condition."""
    if isinstance(where, Group):
        met = (matches(part, record) for part in where.parts)
        return all(met) if where.conjunction == "and" else any(met)
    try:
        return where.holds(record)
    except InvalidInput:  # a value of another type matches no comparison
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
    if where.conjunction == "or":
        known = [_matchable(x) is not None for x in _leaves(where)]
        if len({*known}) > 1 or any(map(_is_partly_matchable, _leaves(where))):
            return True
    return any(map(_mixes, where.parts))


def _is_partly_matchable(leaf: Expression) -> bool:
    """Tell whether a leaf has a part that only the server can evaluate."""
    return isinstance(leaf, RawItem) and leaf.item["operator"] in TEXT_SEARCHES


def _matchable(leaf: Expression) -> Condition | None:
    """Return the condition to check tasks against, None if only the server can evaluate it."""
    if isinstance(leaf, RawItem):
        return condition_of(leaf)
    if not isinstance(leaf, Condition) or leaf.operator == "regex":
        return None
    return leaf if wire_of(leaf.column).startswith("data.") else None


def condition_of(raw: RawItem) -> Condition | None:
    """Convert a raw filter item to a condition that all its tasks match.

    None for negated operators, as null and values of other types match these.
    """
    item, column = raw.item, DataColumn(column_of(raw.item))
    word, given = item["operator"], item["value"]
    if not column.wire.startswith("data.") or not isinstance(word, str):
        return None
    if word in TEXT_SEARCHES:  # exclude null, which the server searches as "null"
        return Condition(column, "null", True, negated=True)
    if word == "empty":
        return Condition(column, "null", True, negated=str(given).lower() not in TRUE_TEXTS)
    operator, read = OPERATOR_OF_WIRE.get(word), PARSERS.get(item["type"])
    if operator is None or read is None:
        return None
    if operator == "between":
        given = (given.get("min"), given.get("max")) if isinstance(given, Mapping) else None
    many = operator in ("in", "between")
    values = [read(each) for each in (given if isinstance(given, (list, tuple)) else (given,))]
    if None in values or not (many or len(values) == 1):
        return None
    return Condition(column, operator, tuple(values) if many else values[0])


def _number(value: Any) -> Any:
    """Return a number, or the number in a text as the server parses it; else None."""
    if not isinstance(value, str):
        return value if type_of_value(value) == "Number" else None
    for kind in (int, float):
        with suppress(ValueError):
            return kind(value)
    return None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _truth(value: Any) -> bool | None:
    return str(value).lower() in TRUE_TEXTS if isinstance(value, (bool, str)) else None


PARSERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {"Boolean": _truth, "Number": _number, "String": _text, "Unknown": _text}
)
