"""Prefilters: looser filters for the server where its comparisons of task data are inexact.

SQLite compares numbers in the data as floats, so 1770000000000000001 equals 1770000000000000002;
the text "true" is True, and "null" is null; text and lists among numbers are 0. It ignores case for
ASCII letters only, and searches lists and objects as JSON, in which "á" is \\u00e1. Other databases
have other exceptions.

So the server gets a prefilter, and each task it sends is checked against the condition here: always
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
from .casefold_pattern import case_insensitive_pattern
from .columns import (
    COLUMN_TYPES,
    FLOAT_COLUMNS,
    FLOAT_LIMIT,
    LARGE,
    OTHER,
    SAMPLE_SIZE,
    is_large,
    sampled_type,
    type_of,
    type_of_value,
)
from .dnf import DataColumn, positive, serialized, split_list
from .filter_items import column_of, item_of
from .matching import MATCH_ALL, condition_of
from .postgresql import CLIENT_REGEX, has_texts
from .raw_filters import RawItem

COMPARISONS = frozenset({"==", "in", "<", "<=", ">", ">=", "between"})
RESULT_COLUMNS = frozenset({"annotations_results", "predictions_results"})  # JSON as a text
AMBIGUOUS = frozenset({"true", "false", "null"})  # texts that SQLite treats as other types
INCLUSIVE: Mapping[str, str] = MappingProxyType({"<": "<=", ">": ">="})
INCLUSIVE_WIRE: Mapping[str, str] = MappingProxyType(
    {"less": "less_or_equal", "greater": "greater_or_equal"}
)


@define
class Prefilter:
    """Builds conditions that match at least the same tasks; `exact` if they match no others."""

    context: Context
    project: int
    exact: bool = True

    def of(self, where: Expression) -> Expression:
        if isinstance(where, Group):
            return Group(where.conjunction, tuple(map(self.of, where.parts)))
        if isinstance(where, RawItem):
            return self._raw(where)
        if not isinstance(where, Condition):
            return where
        wire = wire_of(where.column)
        if wire.startswith("data."):
            return self._data(where)
        if wire in RESULT_COLUMNS and where.operator == "contains":
            return _search_results(where)
        whole = COLUMN_TYPES.get(wire) == "Number" and wire not in FLOAT_COLUMNS
        return _with_whole_numbers(where) if whole else where

    def _data(self, where: Condition) -> Expression:
        if where.operator == CLIENT_REGEX:
            return self._loose(evolve(where, operator="regex"), where.column.is_null(False))
        if where.operator in COMPARISONS and self._is_mixed(where):
            return self._loose(where, MATCH_ALL)
        if where.operator == "contains":
            return self._contains(where)
        if where.operator == "null":
            return self._loose(where, MATCH_ALL) if OTHER in self._kinds(where, "") else where
        if where.operator == "in" and where.negated and len(split_list(where.value)) > 1:
            return self._loose(where, MATCH_ALL)  # too long for a URL; a part would match too much
        values = serialized(where).values
        if any(isinstance(value, datetime) for value in where.values):
            return self._loose(where, _day_prefilter(where))
        if any(map(is_large, values)):
            return self._loose(where, _float_prefilter(where))
        if where.operator in ("==", "in") and any(_is_ambiguous(value) for value in values):
            loose = MATCH_ALL if where.negated else where | where.column.is_null()
            return self._loose(where, loose)
        return where

    def _is_mixed(self, where: Condition) -> bool:
        """Tell whether numbers would be compared with texts: databases fail or disagree then."""
        kinds = {type_of_value(value) for value in serialized(where).values}
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
                f"{where!r}: contains() must be used for text in text, or a value in a list; "
                f"{where.column.name} is of type {kinds or 'nothing'} (in {SAMPLE_SIZE} tasks)."
            )
        if not nested and part.isascii() and part.lower() not in "null":
            return where
        if where.negated:
            return self._loose(where, MATCH_ALL if nested else where | where.column.is_null())
        ways = [where.column.contains(text) for text in _json_spellings(part, nested=nested)]
        if isinstance(part, str) and _has_case(part):
            ways.append(where.column.regex(case_insensitive_pattern(part)))
        if isinstance(part, str) and part.lower() in "null":
            ways.append(where.column.is_null())  # SQLite stores the text "null" as null
        return self._loose(where, Group("or", tuple(ways)))

    def _kinds(self, where: Condition, expected: str) -> str:
        wire = wire_of(where.column)
        type_of(self.context, self.project, wire)  # raises for an unknown key
        return sampled_type(
            self.context, self.project, wire.removeprefix("data."), expected=expected
        )

    def _raw(self, where: RawItem) -> Expression:
        condition = condition_of(where)
        if where.item["type"] == "Number" and self._has_texts(where):
            self.exact = False
            return MATCH_ALL
        if condition is None or not any(map(is_large, condition.values)):
            return where
        word = where.item["operator"]
        self.exact = False
        return RawItem({**where.item, "operator": INCLUSIVE_WIRE.get(word, word)})

    def _has_texts(self, where: RawItem) -> bool:
        wire = column_of(where.item)
        if not has_texts(self.context, self.project, wire):
            return False
        if condition_of(where) is None:
            raise InvalidInput(
                f"{where!r}: {wire!r} must have numbers only, as PostgreSQL fails on texts among "
                f"them. Filter by Task.data[{wire.removeprefix('data.')!r}] instead."
            )
        return True

    def _loose(self, where: Condition, loose: Expression) -> Expression:
        item_of(serialized(positive(where)), self.context, self.project)  # raises if invalid
        self.exact = False
        return loose


def _float_prefilter(where: Condition) -> Expression:
    """Return a condition that matches all numbers of a condition when compared as floats."""
    column, operator = where.column, where.operator
    if operator in ("==", "in"):
        return MATCH_ALL if where.negated else where
    if operator == "between" and where.negated:
        low, high = where.value
        return Group("or", (column <= low, column >= high, column.is_null()))
    plain = positive(where)
    loose = evolve(plain, operator=INCLUSIVE.get(plain.operator, plain.operator))
    return loose | column.is_null() if where.negated else loose


def _day_prefilter(where: Condition) -> Expression:
    """Return a condition that matches all dates of a condition, as texts in any time zone."""
    column, moments = DataColumn(wire_of(where.column), where.column.name), where.values
    if where.negated and where.operator in ("==", "in", "between"):
        return MATCH_ALL
    low, high = _day(min(map(in_utc, moments)), -1), _day(max(map(in_utc, moments)), 2)
    plain = positive(where)
    ends = {"<": column < high, "<=": column < high, ">": column >= low, ">=": column >= low}
    loose = ends.get(plain.operator, column.between(low, high))
    return loose | column.is_null() if where.negated else loose


def _day(moment: datetime, days: int) -> str:
    try:
        return (moment + timedelta(days=days)).date().isoformat()
    except OverflowError:
        return "" if days < 0 else "9999-12-32"


def _search_results(where: Condition) -> Expression:
    """Search for a text in JSON, where "á" may be escaped or not."""
    if not isinstance(where.value, str) or where.value.isascii():
        return where
    escaped = json.dumps(where.value)[1:-1]
    either = where.column.contains(where.value) | where.column.contains(escaped)
    return ~either if where.negated else either


def _with_whole_numbers(where: Condition) -> Condition:
    """Compare integers with integers, as the server truncates other numbers."""
    operator, values = where.operator, where.values
    numbers = all(type_of_value(value) == "Number" and abs(value) < math.inf for value in values)
    if operator == "null" or not numbers or all(_is_exact_int(value) for value in values):
        return where
    if operator in ("==", "in"):
        return evolve(where, operator="in", value=tuple(filter(_is_exact_int, values)))
    up = {"<": (math.ceil,), ">=": (math.ceil,), "between": (math.ceil, math.floor)}
    rounded = up.get(operator, (math.floor,))
    whole = tuple(_rounded(value, way) for value, way in zip(values, rounded, strict=True))
    return evolve(where, value=whole if operator == "between" else whole[0])


def _rounded(value: Any, way: Callable[[Any], int]) -> int:
    return max(-FLOAT_LIMIT, min(way(value), FLOAT_LIMIT))


def _is_exact_int(value: Any) -> bool:
    return bool(abs(value) < FLOAT_LIMIT and value == int(value))


def _is_ambiguous(value: Any) -> bool:
    return isinstance(value, str) and value in AMBIGUOUS


def _json_spellings(part: Any, *, nested: bool) -> list[str]:
    """Return the forms of a value as a text or within JSON."""
    if not nested:
        return [part]
    ways = [json.dumps(part, ensure_ascii=ascii) for ascii in (True, False)]
    if isinstance(part, str):
        ways = [part, *(way[1:-1] for way in ways)]
    return list(dict.fromkeys(ways))


def _has_case(part: str) -> bool:
    """Tell whether a text has letters whose case SQLite does not ignore."""
    return any(not each.isascii() and each.lower() != each.upper() for each in part)
