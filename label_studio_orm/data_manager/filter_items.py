"""Items of the server's filters, from single conditions that are checked here."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from numbers import Integral, Real
from types import MappingProxyType
from typing import Any

from ..errors import InvalidInput
from ..orm.context import Context
from ..orm.expressions import Condition, Expression, in_utc, wire_of
from .columns import (
    COLUMN_OPERATORS,
    HINT_INSTEAD,
    OPERATORS,
    SAMPLE_SIZE,
    WIRE_OPERATORS,
    sampled_type,
    type_of,
    type_of_value,
)
from .raw_filters import Item, RawItem


def column_of(item: Item) -> str:
    """Return the server's name of the column of an item."""
    return str(item["filter"]).removeprefix("filter:tasks:")


def unchecked_item(leaf: Expression) -> Item:
    """Return an item with its column only; of a view, not even with the right one."""
    if isinstance(leaf, RawItem):
        return leaf.item
    wire = wire_of(leaf.column) if isinstance(leaf, Condition) else "id"
    return {"filter": f"filter:tasks:{wire}"}


def item_of(leaf: Expression, context: Context, project: int) -> Item:
    """Check a condition against a project's columns and return the server's item for it."""
    if isinstance(leaf, RawItem):
        _check_text(leaf, leaf.item["value"])
        type_of(context, project, column_of(leaf.item))
        return leaf.item
    if not isinstance(leaf, Condition):
        raise InvalidInput(f"A filter must be made of conditions, not {leaf!r}.")
    wire = wire_of(leaf.column)
    kind = type_of(context, project, wire)
    _check_operator(leaf, wire, kind)
    _check_text(leaf, leaf.value)
    item = built_item(leaf, kind)
    if kind == "Data":
        _check_data(leaf, item["type"], context, project)
    return item


def built_item(leaf: Condition, kind: str) -> Item:
    """Return the server's item for a condition on a column of a known type."""
    wire = wire_of(leaf.column)
    kind, value = _value(leaf, wire, kind)
    operator = WIRE_OPERATORS[leaf.operator, leaf.negated]
    return {"filter": f"filter:tasks:{wire}", "operator": operator, "type": kind, "value": value}


def _check_text(leaf: Expression, value: Any) -> None:
    """Refuse NUL characters, on which PostgreSQL fails."""
    if isinstance(value, (list, tuple)):
        for each in value:
            _check_text(leaf, each)
    elif isinstance(value, str) and "\x00" in value:
        raise InvalidInput(f"{leaf!r} must not contain NUL (\\x00): PostgreSQL cannot store it.")


def _check_operator(leaf: Condition, wire: str, kind: str) -> None:
    known = COLUMN_OPERATORS.get(wire, OPERATORS.get(kind, OPERATORS["String"]))
    if leaf.operator not in known:
        raise InvalidInput(
            f"{leaf.column.name} is of type {kind}: it must be filtered by one of "
            f"{', '.join(sorted(known))}, not {leaf.operator!r}.{HINT_INSTEAD.get(wire, '')}"
        )
    if (leaf.operator, leaf.negated) not in WIRE_OPERATORS:
        raise InvalidInput(f"{leaf!r} must not be negated: the server has no operator for that.")


def _value(leaf: Condition, wire: str, kind: str) -> tuple[str, Any]:
    """Return the type and the value to send; data has the type of the value."""
    if leaf.operator == "null":
        return ("String" if kind == "Data" else kind), not leaf.negated
    values = leaf.value if leaf.operator in ("in", "between") else (leaf.value,)
    if kind == "Data":
        kind = _common_type(leaf, values)
    if wire == "annotations_ids" and _as_tuple(leaf.value):
        return kind, ",".join(str(_number(leaf, each)) for each in _as_tuple(leaf.value))
    if kind == "List":
        return kind, _in_list(leaf, wire)
    encode: Callable[[Condition, Any], Any] = ENCODERS.get(kind, _text)
    sent = [encode(leaf, value) for value in values]
    if leaf.operator == "between":
        return kind, {"min": sent[0], "max": sent[1]}
    return kind, sent if leaf.operator == "in" else sent[0]


def _common_type(leaf: Condition, values: tuple[Any, ...]) -> str:
    kinds = {type_of_value(value) for value in values} or {"String"}
    if len(kinds) != 1:
        raise InvalidInput(
            f"{leaf.column.name} must be compared with values of one type: {leaf!r}."
        )
    kind = kinds.pop()
    if kind is None:
        raise InvalidInput(
            f"{leaf!r}: data must be compared with texts, numbers or booleans; dates with texts as "
            "they were imported."
        )
    return kind


def _check_data(leaf: Condition, kind: str, context: Context, project: int) -> None:
    """Refuse to compare numbers with texts: the server would match nothing."""
    key = wire_of(leaf.column).removeprefix("data.")
    if leaf.operator in ("contains", "regex", "null") or leaf.value in ((), ""):
        return
    there = sampled_type(context, project, key, expected=kind)
    if there and kind not in there:
        raise InvalidInput(
            f"{leaf!r} would find nothing: {key!r} is of type {there} in the data (of the first "
            f"{SAMPLE_SIZE} tasks), and {leaf.value!r} of type {kind}. If that is intended, pass "
            "the filter in the server's own format."
        )


def _as_tuple(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (list, tuple, set)) else (value,)


def _in_list(leaf: Condition, wire: str) -> Any:
    if not _as_tuple(leaf.value):
        raise InvalidInput(
            f"{leaf!r} must not have an empty list: the server would match every task."
        )
    if wire == "predictions_model_versions":
        return [_text(leaf, value) for value in _as_tuple(leaf.value)]
    return _number(leaf, getattr(leaf.value, "id", leaf.value))  # a user


def _number(leaf: Condition, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, Real) or not _is_finite(value):
        raise InvalidInput(f"{leaf.column.name} must be compared with numbers, not {value!r}.")
    try:
        float(value)
    except OverflowError:
        raise InvalidInput(
            f"{leaf.column.name} must be compared with a number up to 1.8e308, not one of "
            f"{len(str(value))} digits."
        ) from None
    return int(value) if isinstance(value, Integral) else float(value)


def _is_finite(value: Any) -> bool:
    return isinstance(value, Integral) or math.isfinite(value)


def _text(leaf: Condition, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidInput(f"{leaf.column.name} must be compared with texts, not {value!r}.")
    return value


def _moment(leaf: Condition, value: Any) -> str:
    if not isinstance(value, date):
        raise InvalidInput(
            f"{leaf.column.name} must be compared with dates, not {value!r}: use "
            "datetime(2026, 1, 31), which is in your own time zone unless it has another."
        )
    return in_utc(value).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _truth(leaf: Condition, value: Any) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput(f"{leaf.column.name} must be True or False, not {value!r}.")
    return value


ENCODERS: Mapping[str, Callable[[Condition, Any], Any]] = MappingProxyType(
    {"Number": _number, "Datetime": _moment, "Boolean": _truth, "String": _text}
)
