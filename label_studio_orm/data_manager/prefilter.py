"""Exact filtering of task data, where the server's comparisons are inexact.

On SQLite, numbers in the data are compared as floats, so 1770000000000000001 equals
1770000000000000002; the text "true" is True, and "null" is null; text and lists among numbers
are 0. Only ASCII letters are compared without case, and lists and objects are searched as JSON,
in which "á" is \\u00e1. Other databases have other exceptions.

So the server gets a looser filter, and each task is checked against the condition here: always
before tasks are changed or deleted, otherwise where the server is known to send too many.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from attrs import define, evolve

from ..errors import InvalidInput
from ..orm.context import Context
from ..orm.expressions import Condition, Expression, Group, in_utc, wire_of
from .casefold_pattern import in_any_case
from .columns import (
    FLOATS,
    LARGE,
    LIMIT,
    OTHER,
    SAMPLE,
    USUAL,
    is_large,
    kind_of_data,
    type_of,
    type_of_value,
)
from .dnf import DataColumn, as_sent, short_lists, turned
from .filter_items import column_of, item_of
from .matching import EVERY, condition_of
from .postgresql import CLIENT_REGEX, has_texts
from .raw_filters import Raw

COMPARED = frozenset({"==", "in", "<", "<=", ">", ">=", "between"})
RESULTS = frozenset({"annotations_results", "predictions_results"})  # JSON as a text
AMBIGUOUS = frozenset({"true", "false", "null"})  # texts that SQLite takes for something else
INCLUSIVE: Mapping[str, str] = MappingProxyType({"<": "<=", ">": ">="})
INCLUSIVE_WORDS: Mapping[str, str] = MappingProxyType(
    {"less": "less_or_equal", "greater": "greater_or_equal"}
)


@define
class Loosening:
    """Conditions that match at least what the given ones do; `exact` if they match no more."""

    context: Context
    project: int
    exact: bool = True

    def of(self, where: Expression) -> Expression:
        if isinstance(where, Group):
            return Group(where.conjunction, tuple(map(self.of, where.parts)))
        if isinstance(where, Raw):
            return self._raw(where)
        if not isinstance(where, Condition):
            return where
        wire = wire_of(where.column)
        if wire.startswith("data."):
            return self._data(where)
        if wire in RESULTS and where.operator == "contains":
            return _in_results(where)
        whole = USUAL.get(wire) == "Number" and wire not in FLOATS
        return _in_whole_numbers(where) if whole else where

    def _data(self, where: Condition) -> Expression:
        if where.operator == CLIENT_REGEX:
            return self._held(evolve(where, operator="regex"), where.column.is_null(False))
        if where.operator in COMPARED and self._is_mixed(where):
            return self._held(where, EVERY)
        if where.operator == "contains":
            return self._contains(where)
        if where.operator == "null":
            return self._held(where, EVERY) if OTHER in self._kinds(where, "") else where
        if where.operator == "in" and where.negated and len(short_lists(where.value)) > 1:
            return self._held(where, EVERY)  # too long for a URL, and a part alone finds too many
        values = as_sent(where).values
        if any(isinstance(value, datetime) for value in where.values):
            return self._held(where, _of_days(where))
        if any(map(is_large, values)):
            return self._held(where, _of_floats(where))
        if where.operator in ("==", "in") and any(_is_ambiguous(value) for value in values):
            return self._held(where, EVERY if where.negated else where | where.column.is_null())
        return where

    def _is_mixed(self, where: Condition) -> bool:
        """Tell whether numbers would be compared with texts, where databases fail or disagree."""
        kinds = {type_of_value(value) for value in as_sent(where).values}
        kind = kinds.pop() if len(kinds) == 1 else None
        is_exact = kind == "String" and where.operator in ("==", "in")
        if kind not in ("Number", "String") or is_exact:
            return False
        there = self._kinds(where, str(kind))
        wire = wire_of(where.column)
        failed = kind == "Number" and has_texts(self.context, self.project, wire)
        return failed or ("Number" in there and "String" in there)

    def _contains(self, where: Condition) -> Expression:
        part, kinds = where.value, self._kinds(where, "String")
        nested = OTHER in kinds or not kinds
        if not nested and (kinds in ("Number", LARGE, "Boolean") or not isinstance(part, str)):
            raise InvalidInput(
                f"{where!r}: contains() finds text in text, or a value in a list, but "
                f"{where.column.name} has values of type {kinds or 'nothing'} (in {SAMPLE} tasks)."
            )
        if not nested and part.isascii() and part.lower() not in "null":
            return where
        if where.negated:
            return self._held(where, EVERY if nested else where | where.column.is_null())
        found = [where.column.contains(text) for text in _spellings(part, nested=nested)]
        if isinstance(part, str) and _has_case(part):
            found.append(where.column.regex(in_any_case(part)))
        if isinstance(part, str) and part.lower() in "null":
            found.append(where.column.is_null())  # "null" is there, too
        return self._held(where, Group("or", tuple(found)))

    def _kinds(self, where: Condition, expected: str) -> str:
        wire = wire_of(where.column)
        type_of(self.context, self.project, wire)  # is there such a key?
        return kind_of_data(
            self.context, self.project, wire.removeprefix("data."), expected=expected
        )

    def _raw(self, where: Raw) -> Expression:
        condition = condition_of(where)
        if where.item["type"] == "Number" and self._has_texts(where):
            self.exact = False
            return EVERY
        if condition is None or not any(map(is_large, condition.values)):
            return where
        word = where.item["operator"]
        self.exact = False
        return Raw({**where.item, "operator": INCLUSIVE_WORDS.get(word, word)})

    def _has_texts(self, where: Raw) -> bool:
        wire = column_of(where.item)
        if not has_texts(self.context, self.project, wire):
            return False
        if condition_of(where) is None:
            raise InvalidInput(
                f"{where!r}: there are texts among the numbers of {wire!r}, and PostgreSQL fails "
                f"on those. Filter by Task.data[{wire.removeprefix('data.')!r}] instead."
            )
        return True

    def _held(self, where: Condition, loose: Expression) -> Expression:
        item_of(as_sent(turned(where)), self.context, self.project)  # what is wrong is said now
        self.exact = False
        return loose


def _of_floats(where: Condition) -> Expression:
    """Return what is met by all numbers that meet a condition, compared as floats."""
    column, operator = where.column, where.operator
    if operator in ("==", "in"):
        return EVERY if where.negated else where
    if operator == "between" and where.negated:
        low, high = where.value
        return Group("or", (column <= low, column >= high, column.is_null()))
    plain = turned(where)
    loose = evolve(plain, operator=INCLUSIVE.get(plain.operator, plain.operator))
    return loose | column.is_null() if where.negated else loose


def _of_days(where: Condition) -> Expression:
    """Return what is met by all texts of moments that meet a condition, in whichever time zone."""
    column, moments = DataColumn(wire_of(where.column), where.column.name), where.values
    if where.negated and where.operator in ("==", "in", "between"):
        return EVERY
    low, high = _day(min(map(in_utc, moments)), -1), _day(max(map(in_utc, moments)), 2)
    plain = turned(where)
    ends = {"<": column < high, "<=": column < high, ">": column >= low, ">=": column >= low}
    loose = ends.get(plain.operator, column.between(low, high))
    return loose | column.is_null() if where.negated else loose


def _day(moment: datetime, days: int) -> str:
    try:
        return (moment + timedelta(days=days)).date().isoformat()
    except OverflowError:
        return "" if days < 0 else "9999-12-32"


def _in_results(where: Condition) -> Expression:
    """Look for a text in JSON, where "á" may be written as it is or escaped."""
    if not isinstance(where.value, str) or where.value.isascii():
        return where
    escaped = json.dumps(where.value)[1:-1]
    found = where.column.contains(where.value) | where.column.contains(escaped)
    return ~found if where.negated else found


def _in_whole_numbers(where: Condition) -> Condition:
    """Compare whole numbers with whole ones: the server cuts off what is behind the point."""
    operator, values = where.operator, where.values
    numbers = all(type_of_value(value) == "Number" and abs(value) < math.inf for value in values)
    if operator == "null" or not numbers or all(_is_id(value) for value in values):
        return where
    if operator in ("==", "in"):
        return evolve(where, operator="in", value=tuple(filter(_is_id, values)))
    up = {"<": (math.ceil,), ">=": (math.ceil,), "between": (math.ceil, math.floor)}
    rounded = up.get(operator, (math.floor,))
    found = tuple(_rounded(value, way) for value, way in zip(values, rounded, strict=True))
    return evolve(where, value=found if operator == "between" else found[0])


def _rounded(value: Any, way: Callable[[Any], int]) -> int:
    return max(-LIMIT, min(way(value), LIMIT))


def _is_id(value: Any) -> bool:
    return bool(abs(value) < LIMIT and value == int(value))


def _is_ambiguous(value: Any) -> bool:
    return isinstance(value, str) and value in AMBIGUOUS


def _spellings(part: Any, *, nested: bool) -> list[str]:
    """Return how something is written, as a text or within JSON."""
    if not nested:
        return [part]
    ways = [json.dumps(part, ensure_ascii=ascii) for ascii in (True, False)]
    if isinstance(part, str):
        ways = [part, *(way[1:-1] for way in ways)]
    return list(dict.fromkeys(ways))


def _has_case(part: str) -> bool:
    """Tell whether there are letters of which SQLite does not know upper and lower case."""
    return any(not each.isascii() and each.lower() != each.upper() for each in part)
