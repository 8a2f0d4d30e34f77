"""Conditions as a list of alternatives, each a list of leaves: what the server can say."""

from __future__ import annotations

import itertools
import json
import math
from typing import Any
from urllib.parse import quote

from attrs import evolve

from ..errors import InvalidInput
from ..orm.expressions import Column, Condition, Expression, Group, wire_of
from .columns import FEWER, NULLABLE, OPERATORS, USUAL, type_of_value

OPPOSITES = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
MOST_ALTERNATIVES = 500
MOST_VALUES = 200  # in one list; more are asked for list by list
MOST_LETTERS = 2_400  # of all values of a list, in a URL
A_NUMBER = "^-?[0-9]"  # how numbers begin, and neither null nor words
NO_NUMBER = "^[^-0-9]|^-[^0-9]"
HINT_SPLIT = (
    "The server's filters join any number of conditions with &, or pairs of conditions with |. "
    "Take a simpler filter, and pick the rest in Python: [task for task in query if …]."
)

Alternatives = list[tuple[Expression, ...]]


def alternatives(where: Expression) -> Alternatives:
    """Return the alternatives of which one must be met, each a list of leaves that all must."""
    if not isinstance(where, Group):
        return _leaves(where)
    same = _one_of(where)
    if same is not None:
        return _leaves(same)
    return _joined(where, [alternatives(part) for part in where.parts])


def choices(where: Expression) -> Alternatives:
    """Return the alternatives of a condition, with its values unchanged."""
    if not isinstance(where, Group):
        return [(where,)]
    return _joined(where, [choices(part) for part in where.parts])


def _joined(where: Group, parts: list[Alternatives]) -> Alternatives:
    if where.conjunction == "or":
        found = list(itertools.chain.from_iterable(parts))
        return [()] if () in found else found  # what all tasks meet
    if math.prod(map(len, parts)) > MOST_ALTERNATIVES:
        raise InvalidInput(
            f"This is more than the server's filters can say: {where!r}.\n{HINT_SPLIT}"
        )
    return [tuple(itertools.chain(*choice)) for choice in itertools.product(*parts)]


def _leaves(where: Expression) -> Alternatives:
    """Return a single condition, with all that makes the server find what Python would."""
    if not isinstance(where, Condition):
        return [(where,)]
    if where.operator == "in" and not where.negated:
        lists = short_lists(where.value)
        if len(lists) > 1:
            return [leaves for each in lists for leaves in _leaves(where.column.in_(each))]
    wire = wire_of(where.column)
    if wire.startswith("data."):
        return _leaves_of_data(as_sent(where))
    flipped = where.negated and where.operator != "null" and wire in NULLABLE
    return [(turned(where),), (where.column.is_null(),)] if flipped else [(turned(where),)]


def short_lists(values: tuple[Any, ...]) -> list[list[Any]]:
    """Cut a list so that each part fits in a URL."""
    parts: list[list[Any]] = [[]]
    left = MOST_LETTERS
    for value in values:
        letters = len(quote(json.dumps([value], default=str), safe=""))
        if len(parts[-1]) == MOST_VALUES or (parts[-1] and letters > left):
            parts.append([])
            left = MOST_LETTERS
        parts[-1].append(value)
        left -= letters
    return parts


def turned(where: Condition) -> Condition:
    """Return "not less" as "greater or equal"; the server has no other way to say it."""
    if not where.negated or where.operator not in OPPOSITES:
        return where
    return Condition(where.column, OPPOSITES[where.operator], where.value)


class DataColumn(Column):
    """A key of the data, whose values are those of the wire."""

    def __init__(self, wire: str, name: str = "") -> None:
        self.wire, self.name = wire, name or wire

    def value_of(self, record: Any) -> Any:
        return record.data.get(self.wire.removeprefix("data."))

    def is_nothing(self, value: Any) -> bool:
        return value is None or value == ""


def as_sent(where: Condition) -> Condition:
    """Return a condition on the data with the values as they are in the data."""
    dump, value = where.column.dump, where.value
    if where.operator not in ("null", "contains", "regex", "search"):
        value = tuple(map(dump, value)) if isinstance(value, tuple) else dump(value)
    column = DataColumn(wire_of(where.column), where.column.name)
    return evolve(where, column=column, value=value)


def _leaves_of_data(where: Condition) -> Alternatives:
    """Return a condition on the data so that nothing, null, missing or "", meets none but its own.

    The server's databases do not agree on that: to one of them null is 0 and "null", as are texts
    among numbers, "" is empty or not by what the first task has, and what is missing is neither
    equal nor unequal to anything.
    """
    column, plain = where.column, turned(where)
    null = Condition(column, "null", True)
    blank = Condition(column, "==", "")
    if where.operator == "null":
        return [(~null, ~blank)] if where.negated else [(null,), (blank,)]
    if where.negated and _equals_blank(where):
        raise InvalidInput(f"{where!r}: say {column.name}.is_null(False), as empty text is null.")
    # Databases order numbers before texts.
    texts = column > "" if plain.operator in ("<", "<=") else ~blank
    guards = [column.regex(A_NUMBER)] * _stands_for(plain, 0)
    guards += [~null] * _stands_for(plain, "null") + [texts] * _stands_for(plain, "")
    found: Alternatives = [(plain, *guards)]
    if not where.negated:
        return found
    if plain is where:
        return [*found, (null,)]
    numbers = type_of_value(where.value) == "Number"
    return [*found, (null,), (blank,), *[(column.regex(NO_NUMBER),)] * numbers]


def _equals_blank(where: Condition) -> bool:
    return where.operator in ("==", "in") and "" in where.values


def _stands_for(condition: Condition, *values: Any) -> bool:
    """Tell whether nothing would meet a condition if it were one of these values."""
    if condition.negated or (condition.operator in ("==", "in") and "" in values):
        return False
    kinds = {type_of_value(value) for value in condition.values}
    same = [value for value in values if kinds == {type_of_value(value)}]
    return any(evolve(condition, column=Constant(value)).holds(None) for value in same)


class Constant(Column):
    """A column in which there is one value only."""

    def __init__(self, value: Any) -> None:
        self.name, self.value = repr(value), value

    def value_of(self, record: Any) -> Any:
        return self.value

    def is_nothing(self, value: Any) -> bool:
        return False


def _one_of(group: Group) -> Condition | None:
    """Return "a == 1 or a == 2" as "a in (1, 2)", which combines with anything."""
    equal = [part for part in group.parts if isinstance(part, Condition) and _is_equal(part)]
    if group.conjunction == "and" or len(equal) < len(group.parts):
        return None
    first, values = equal[0].column, [part.value for part in equal]
    if any(part.column is not first and wire_of(part.column) != wire_of(first) for part in equal):
        return None
    return first.in_(values) if _takes_a_list(wire_of(first), values) else None


def _is_equal(part: Condition) -> bool:
    return part.operator == "==" and not part.negated


def _takes_a_list(wire: str, values: list[Any]) -> bool:
    if wire.startswith("data."):
        return {type_of_value(value) for value in values} in ({"Number"}, {"String"})
    return wire in USUAL and "in" in FEWER.get(wire, OPERATORS[USUAL[wire]])
