"""Filters and orders of tasks, as the Data Manager applies them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from .errors import unknown

T = TypeVar("T")
Value = Callable[[str], Any]  # gives the value of a column of a task

COUNTERS = ("total_annotations", "cancelled_annotations", "total_predictions")  # 0 is empty


def _contains(found: Any, wanted: Any) -> bool:
    if isinstance(found, list):
        some = wanted if isinstance(wanted, list) else re.split("[,; ]", str(wanted))
        return any(str(each) in map(str, found) for each in some)
    return str(wanted).lower() in str(found).lower()


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "equal": lambda found, wanted: found == wanted,
        "not_equal": lambda found, wanted: found != wanted,
        "less": lambda found, wanted: found < wanted,
        "less_or_equal": lambda found, wanted: found <= wanted,
        "greater": lambda found, wanted: found > wanted,
        "greater_or_equal": lambda found, wanted: found >= wanted,
        "in": lambda found, wanted: wanted["min"] <= found <= wanted["max"],
        "not_in": lambda found, wanted: not wanted["min"] <= found <= wanted["max"],
        "in_list": lambda found, wanted: found in wanted,
        "not_in_list": lambda found, wanted: found not in wanted,
        "contains": _contains,
        "not_contains": lambda found, wanted: not _contains(found, wanted),
        "regex": lambda found, wanted: re.search(wanted, str(found)) is not None,
    }
)
NEGATED = ("not_equal", "not_in_list", "not_contains")  # null meets these


def matches(value: Value, filters: Mapping[str, Any]) -> bool:
    """Tell whether a task meets the items of a filter."""
    which = any if filters.get("conjunction") == "or" else all
    items = filters.get("items") or ()
    return not items or which(_meets(value, item) for item in items)


def _meets(value: Value, item: Mapping[str, Any]) -> bool:
    column = column_of(item["filter"])
    met = _compare(item, column, value(column))
    return met and (not item.get("child_filter") or _meets(value, item["child_filter"]))


def _compare(item: Mapping[str, Any], column: str, found: Any) -> bool:
    operator, kind, wanted = item["operator"], item["type"], item["value"]
    if operator == "empty":
        is_empty = found in (None, "", []) or (column in COUNTERS and not found)
        return is_empty is (wanted in (True, "true"))
    if operator not in OPERATORS:
        raise unknown(f"filter operator {operator!r}")
    if kind == "Number" and operator not in ("contains", "not_contains", "regex"):
        found, wanted = _number(found), _numbers(wanted)
    elif operator in ("less", "less_or_equal", "greater", "greater_or_equal", "in", "not_in"):
        found = found if isinstance(found, str) else None
    if found is None:
        return operator in NEGATED
    if isinstance(found, bool) is not isinstance(wanted, bool) and operator == "equal":
        return False  # true is not 1
    return OPERATORS[operator](found, wanted)


def _number(found: Any) -> float | None:
    """Return a number as the server's database compares it; None for a text."""
    return float(found) if isinstance(found, (int, float)) else None


def _numbers(wanted: Any) -> Any:
    if isinstance(wanted, dict):
        return {name: float(value) for name, value in wanted.items()}
    return [float(each) for each in wanted] if isinstance(wanted, list) else float(wanted)


def in_order(
    tasks: Iterable[T], value: Callable[[T, str], Any], query: Mapping[str, Any]
) -> list[T]:
    """Order tasks by the first column that is named; what is null comes last."""
    order = (query.get("ordering") or ["tasks:id"])[0]
    column, descending = column_of(order.lstrip("-")), order.startswith("-")
    numeric = (query.get("columnsDisplayType") or {}).get(order.lstrip("-")) == "Number"
    as_text = column.startswith("data.") and not numeric
    found = [(value(task, column), task) for task in tasks]
    there = [(str(each) if as_text else each, task) for each, task in found if each is not None]
    there.sort(key=lambda pair: pair[0], reverse=descending)
    return [task for _, task in there] + [task for each, task in found if each is None]


def column_of(name: str) -> str:
    return name.removeprefix("filter:").removeprefix("tasks:")
