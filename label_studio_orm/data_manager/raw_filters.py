"""Filters in the server's own words, and those of saved views."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from ..errors import InvalidInput, nearest
from ..orm.expressions import Condition, Expression, Group
from ..text import shown
from .columns import WIRE

Item = Mapping[str, Any]  # {"filter": …, "operator": …, "type": …, "value": …}


@frozen(eq=False)
class Raw(Expression):
    """An item of a filter in the server's own words."""

    item: Item

    def conditions(self) -> Iterator[Condition]:
        return iter(())

    def __invert__(self) -> Expression:
        raise InvalidInput("A filter in the server's own words cannot be turned round.")

    def __repr__(self) -> str:
        return shown(dict(self.item))


@frozen(eq=False)
class OfView(Expression):
    """The filter of a saved view, which is read when it is needed."""

    view: int

    def conditions(self) -> Iterator[Condition]:
        return iter(())

    def __invert__(self) -> Expression:
        raise InvalidInput("A view cannot be turned round.")

    def __repr__(self) -> str:
        return f"in view {self.view}"


def raw_filter(given: Mapping[str, Any]) -> Expression:
    """Take a filter in the server's own words: {"conjunction": …, "items": […]}."""
    conjunction, items = given.get("conjunction"), given.get("items")
    if conjunction not in ("and", "or") or not isinstance(items, list):
        raise InvalidInput(
            'A filter has a "conjunction", which is "and" or "or", and a list of "items".'
        )
    if conjunction == "or" and not items:
        raise InvalidInput("None of no items can be met, which the server takes for all tasks.")
    return Group(conjunction, tuple(_raw_item(item, n) for n, item in enumerate(items)))


def _raw_item(item: Any, index: int) -> Expression:
    needed = ("filter", "operator", "type", "value")
    missing = [name for name in needed if not isinstance(item, Mapping) or name not in item]
    if missing:
        raise InvalidInput(f"items[{index}] of the filter has no {missing[0]!r}.")
    if item["operator"] not in WIRE.values():
        hint = nearest(str(item["operator"]), WIRE.values())
        raise InvalidInput(f"items[{index}]: there is no operator {item['operator']!r}.{hint}")
    own = Raw({name: item[name] for name in needed})
    child = item.get("child_filter")
    return Group("and", (own, _raw_item(child, index))) if child else own
