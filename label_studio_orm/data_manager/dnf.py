"""Disjunctive normal form of conditions, which the server's filters can express.

A condition becomes a list of clauses. It matches if one clause does; a clause matches if all of its
conditions do.
"""

from __future__ import annotations

import itertools
import json
import math
from typing import Any
from urllib.parse import quote

from attrs import evolve

from ..errors import InvalidInput
from ..orm.expressions import Column, Condition, Expression, Group, wire_of
from .columns import (
    COLUMN_OPERATORS,
    COLUMN_TYPES,
    NULLABLE_COLUMNS,
    OPERATORS,
    type_of_value,
)

OPPOSITES = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
MAX_CLAUSES = 500
MAX_LIST_VALUES = 200  # in one list; a longer list is split
MAX_LIST_CHARS = 2_400  # of all values of a list, in a URL
NUMBER_PATTERN = "^-?[0-9]"  # matches numbers, but neither null nor words
NOT_NUMBER_PATTERN = "^[^-0-9]|^-[^0-9]"
HINT_SPLIT = (
    "The server's filters join any number of conditions with &, or pairs of conditions with |. "
    "Use a simpler filter, and select among its tasks in Python: [task for task in query if …]."
)

Clauses = list[tuple[Expression, ...]]


def to_dnf(where: Expression) -> Clauses:
    """Return the clauses by which the server finds the tasks that Python would."""
    if not isinstance(where, Group):
        return _clauses(where)
    as_list = _as_list(where)
    if as_list is not None:
        return _clauses(as_list)
    return _combine(where, [to_dnf(part) for part in where.parts])


def unchanged_clauses(where: Expression) -> Clauses:
    """Return the clauses of a condition, with its comparisons unchanged."""
    if not isinstance(where, Group):
        return [(where,)]
    return _combine(where, [unchanged_clauses(part) for part in where.parts])


def _combine(where: Group, parts: list[Clauses]) -> Clauses:
    if where.conjunction == "or":
        clauses = list(itertools.chain.from_iterable(parts))
        return [()] if () in clauses else clauses  # the empty clause matches all tasks
    if math.prod(map(len, parts)) > MAX_CLAUSES:
        raise InvalidInput(
            f"A filter must not have more than {MAX_CLAUSES} alternatives: {where!r}.\n{HINT_SPLIT}"
        )
    return [tuple(itertools.chain(*choice)) for choice in itertools.product(*parts)]


def _clauses(where: Expression) -> Clauses:
    """Return the clauses of a single condition."""
    if not isinstance(where, Condition):
        return [(where,)]
    if where.operator == "in" and not where.negated:
        lists = split_list(where.value)
        if len(lists) > 1:
            return [clause for each in lists for clause in _clauses(where.column.in_(each))]
    wire = wire_of(where.column)
    if wire.startswith("data."):
        return _data_clauses(serialized(where))
    flipped = where.negated and where.operator != "null" and wire in NULLABLE_COLUMNS
    return [(positive(where),), (where.column.is_null(),)] if flipped else [(positive(where),)]


def split_list(values: tuple[Any, ...]) -> list[list[Any]]:
    """Split a list into parts that fit in a URL."""
    parts: list[list[Any]] = [[]]
    left = MAX_LIST_CHARS
    for value in values:
        length = len(quote(json.dumps([value], default=str), safe=""))
        if len(parts[-1]) == MAX_LIST_VALUES or (parts[-1] and length > left):
            parts.append([])
            left = MAX_LIST_CHARS
        parts[-1].append(value)
        left -= length
    return parts


def positive(where: Condition) -> Condition:
    """Return "not less" as "greater or equal", as the server has no operator for the former."""
    if not where.negated or where.operator not in OPPOSITES:
        return where
    return Condition(where.column, OPPOSITES[where.operator], where.value)


class DataColumn(Column):
    """A key of the data, with its values as stored."""

    def __init__(self, wire: str, name: str = "") -> None:
        self.wire, self.name = wire, name or wire

    def value_of(self, record: Any) -> Any:
        return record.data.get(self.wire.removeprefix("data."))

    def is_nothing(self, value: Any) -> bool:
        return value is None or value == ""


def serialized(where: Condition) -> Condition:
    """Return a condition on the data with its values as they are stored."""
    dump, value = where.column.dump, where.value
    if where.operator not in ("null", "contains", "regex", "search"):
        value = tuple(map(dump, value)) if isinstance(value, tuple) else dump(value)
    column = DataColumn(wire_of(where.column), where.column.name)
    return evolve(where, column=column, value=value)


def _data_clauses(where: Condition) -> Clauses:
    """Return the clauses of a condition on the data, with guards that exclude null, missing and "".

    The server's databases disagree on these: in one, null is 0 and "null", texts among numbers are
    0, "" is empty or not depending on the first task, and a missing value is neither equal nor
    unequal to anything.
    """
    column, plain = where.column, positive(where)
    null = Condition(column, "null", True)
    blank = Condition(column, "==", "")
    if where.operator == "null":
        return [(~null, ~blank)] if where.negated else [(null,), (blank,)]
    if where.negated and _matches_blank(where):
        raise InvalidInput(
            f"{where!r} must be {column.name}.is_null(False), as an empty text is null."
        )
    # Databases order numbers before texts.
    texts = column > "" if plain.operator in ("<", "<=") else ~blank
    guards = [column.regex(NUMBER_PATTERN)] * _would_match(plain, 0)
    guards += [~null] * _would_match(plain, "null") + [texts] * _would_match(plain, "")
    clauses: Clauses = [(plain, *guards)]
    if not where.negated:
        return clauses
    if plain is where:
        return [*clauses, (null,)]
    numbers = type_of_value(where.value) == "Number"
    return [*clauses, (null,), (blank,), *[(column.regex(NOT_NUMBER_PATTERN),)] * numbers]


def _matches_blank(where: Condition) -> bool:
    return where.operator in ("==", "in") and "" in where.values


def _would_match(condition: Condition, *values: Any) -> bool:
    """Tell whether a condition matches one of the values that a database may take null for."""
    if condition.negated or (condition.operator in ("==", "in") and "" in values):
        return False
    kinds = {type_of_value(value) for value in condition.values}
    same = [value for value in values if kinds == {type_of_value(value)}]
    return any(evolve(condition, column=Constant(value)).holds(None) for value in same)


class Constant(Column):
    """A column with one value."""

    def __init__(self, value: Any) -> None:
        self.name, self.value = repr(value), value

    def value_of(self, record: Any) -> Any:
        return self.value

    def is_nothing(self, value: Any) -> bool:
        return False


def _as_list(group: Group) -> Condition | None:
    """Return "a == 1 or a == 2" as "a in (1, 2)", which combines with any other condition."""
    equal = [part for part in group.parts if isinstance(part, Condition) and _is_equal(part)]
    if group.conjunction == "and" or len(equal) < len(group.parts):
        return None
    first, values = equal[0].column, [part.value for part in equal]
    if any(part.column is not first and wire_of(part.column) != wire_of(first) for part in equal):
        return None
    return first.in_(values) if _supports_list(wire_of(first), values) else None


def _is_equal(part: Condition) -> bool:
    return part.operator == "==" and not part.negated


def _supports_list(wire: str, values: list[Any]) -> bool:
    if wire.startswith("data."):
        return {type_of_value(value) for value in values} in ({"Number"}, {"String"})
    return wire in COLUMN_TYPES and "in" in COLUMN_OPERATORS.get(
        wire, OPERATORS[COLUMN_TYPES[wire]]
    )
