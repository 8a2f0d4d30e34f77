"""Filters of saved views, read back as conditions.

An item is read as a condition only if that condition makes the same item again. All others stay as
they are, in an expression that can be combined and saved like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from ..errors import InvalidInput
from ..orm.expressions import Column, Condition, Expression, Group
from ..orm.fields import DATETIME
from ..orm.tracked import same
from .columns import COLUMN_TYPES, WIRE_OPERATORS
from .dnf import to_dnf
from .filter_items import built_item, column_of
from .raw_filters import Item, RawItem, raw_filter

ColumnOf = Callable[[str], Column | None]  # the column of a server's name
MEANINGS: Mapping[str, tuple[str, bool]] = MappingProxyType(
    {word: meaning for meaning, word in WIRE_OPERATORS.items() if word != "empty"}
)


def stored_filter(filters: Mapping[str, Any], column_of_wire: ColumnOf) -> Expression | None:
    """Return the filter of a view as conditions; None for a filter that matches all tasks.

    Raises `InvalidInput` for a filter in a format that is not known.
    """
    if not filters.get("items"):
        return None
    raw_filter(filters)  # checks the format
    parts = [_clause(item, column_of_wire) for item in filters["items"]]
    if filters["conjunction"] == "or":
        return _joined("or", [_joined("and", [*_read(part, column_of_wire)]) for part in parts])
    return _joined("and", [*_read([item for part in parts for item in part], column_of_wire)])


def _clause(item: Item, column_of_wire: ColumnOf) -> list[Item]:
    """Return an item, and its child that must match as well."""
    own = {name: item[name] for name in ("filter", "operator", "type", "value")}
    child = item.get("child_filter")
    return [own, *_clause(child, column_of_wire)] if child else [own]


def _joined(conjunction: Any, parts: Sequence[Expression]) -> Expression:
    return parts[0] if len(parts) == 1 else Group(conjunction, tuple(parts))


def _read(items: Sequence[Item], column_of_wire: ColumnOf) -> Iterator[Expression]:
    """Yield the conditions that all must be met; one may have been saved as several items."""
    position = 0
    while position < len(items):
        condition = _condition(items[position], column_of_wire)
        made = _items_of(condition) if condition is not None else None
        if condition is not None and made and _starts_with(items[position:], made):
            yield condition
            position += len(made)
        else:
            yield RawItem(items[position])
            position += 1


def _starts_with(items: Sequence[Item], made: Sequence[Item]) -> bool:
    return len(items) >= len(made) and all(map(same, items, made))


def _items_of(condition: Condition) -> list[Item] | None:
    """Return the items that a condition is saved as; None if it cannot be saved in one clause."""
    try:
        clauses = to_dnf(condition)
        return [_item(leaf) for leaf in clauses[0]] if len(clauses) == 1 else None
    except InvalidInput:
        return None


def _item(leaf: Expression) -> Item:
    if not isinstance(leaf, Condition):
        raise InvalidInput(f"A filter must be made of conditions, not {leaf!r}.")
    return built_item(leaf, COLUMN_TYPES.get(getattr(leaf.column, "wire", ""), "Data"))


def _condition(item: Item, column_of_wire: ColumnOf) -> Condition | None:
    """Return the condition that an item may have been made of, or None."""
    wire, word, value = column_of(item), item["operator"], item["value"]
    column = column_of_wire(wire)
    if column is None or (wire not in COLUMN_TYPES and not wire.startswith("data.")):
        return None
    if word == "empty":
        return Condition(column, "null", True, negated=value is False)
    operator, negated = MEANINGS[word]
    if operator == "between":
        value = [value.get("min"), value.get("max")] if isinstance(value, Mapping) else None
    if operator not in ("between", "in"):
        return Condition(column, operator, _value(item, value), negated)
    if not isinstance(value, list):
        return None
    return Condition(column, operator, tuple(_value(item, each) for each in value), negated)


def _value(item: Item, value: Any) -> Any:
    """Return a value as it is compared: moments are sent as texts."""
    moment = DATETIME.load(value) if item["type"] == "Datetime" else value
    return moment if isinstance(moment, datetime) else value
