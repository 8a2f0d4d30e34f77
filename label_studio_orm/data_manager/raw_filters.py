"""Filters in the server's own format, and those of saved views."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from ..errors import InvalidInput, nearest
from ..orm.expressions import Condition, Expression, Group
from ..text import shown
from .columns import WIRE_OPERATORS

Item = Mapping[str, Any]  # {"filter": …, "operator": …, "type": …, "value": …}


class ServerFilter(Expression):
    """A filter that only the server can negate or take apart."""

    def conditions(self) -> Iterator[Condition]:
        return iter(())

    def __invert__(self) -> Expression:
        raise InvalidInput(f"A filter of the server must not be negated with ~: {self!r}.")


@frozen(eq=False)
class RawItem(ServerFilter):
    """An item of a filter in the server's own format."""

    item: Item

    def __repr__(self) -> str:
        return shown(dict(self.item))


@frozen(eq=False)
class ViewFilter(ServerFilter):
    """The filter of a saved view, loaded when it is needed."""

    view: int

    def __repr__(self) -> str:
        return f"in view {self.view}"


def raw_filter(given: Mapping[str, Any]) -> Expression:
    """Parse a filter in the server's own format: {"conjunction": …, "items": […]}."""
    conjunction, items = given.get("conjunction"), given.get("items")
    if conjunction not in ("and", "or") or not isinstance(items, list):
        raise InvalidInput(
            'A filter must have a "conjunction" of "and" or "or", and a list of "items".'
        )
    if conjunction == "or" and not items:
        raise InvalidInput('A filter with "or" must have at least one item.')
    return Group(conjunction, tuple(_raw_item(item, n) for n, item in enumerate(items)))


def _raw_item(item: Any, index: int) -> Expression:
    needed = ("filter", "operator", "type", "value")
    missing = [name for name in needed if not isinstance(item, Mapping) or name not in item]
    if missing:
        raise InvalidInput(f"items[{index}] of a filter must have {missing[0]!r}.")
    if item["operator"] not in WIRE_OPERATORS.values():
        hint = nearest(str(item["operator"]), WIRE_OPERATORS.values())
        raise InvalidInput(
            f"The operator of items[{index}] must be one of the server's, not "
            f"{item['operator']!r}.{hint}"
        )
    own = RawItem({name: item[name] for name in needed})
    child = item.get("child_filter")
    return Group("and", (own, _raw_item(child, index))) if child else own
