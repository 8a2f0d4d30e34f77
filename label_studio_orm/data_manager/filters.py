"""Conditions as the server's Data Manager takes them.

The server joins all items of a filter by one "and" or one "or". From 1.21 on, each item can have
one child that must hold as well; older servers ignore it. The server answers unknown columns and
operators with an empty list or a 500, so they are checked here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus

from attrs import evolve, frozen

from ..errors import InvalidInput
from ..features import CHILD_FILTERS, can
from ..orm.context import Context
from ..orm.expressions import Condition, Expression, Group
from .columns import REPEATING, STORED
from .dnf import alternatives
from .filter_items import column_of, item_of, unchecked_item
from .postgresql import regex_for
from .prefilter import Loosening
from .raw_filters import Item, OfView, raw_filter

# Characters of a filter in a URL. gunicorn allows lines of 4,094, of which the columns take up to
# 900: longer filters are split. What cannot be split is sent up to the second limit, as many
# servers allow 8,000.
MOST_LETTERS, LONGEST = 3_000, 6_000
LONGEST_KEY: Item = {
    "filter": "filter:tasks:id",
    "operator": "greater",
    "type": "Number",
    "value": 1_000_000_000,
}


@frozen
class Filter:
    """What a project's tasks are filtered by, ready to be sent.

    `alternatives` are joined by "or", the items within each by "and". `repeating` means that the
    server may send a task more than once. `where` is the condition; unless the filter is `exact`,
    the server matches other tasks too. `nests` means that the server knows child filters.
    """

    alternatives: tuple[tuple[Item, ...], ...] = ()
    repeating: bool = False
    where: Expression | None = None
    exact: bool = True
    nests: bool = True

    @property
    def fits(self) -> bool:
        """Whether the server takes it in one piece; else it is asked for piece by piece."""
        if len(self.alternatives) <= 1:
            return True
        return all(map(self._is_item, self.alternatives)) and _length(self) <= MOST_LETTERS

    @property
    def takes_a_key(self) -> bool:
        """Whether one more item fits in that all tasks must meet."""
        if len(self.alternatives) <= 1:
            return True
        return self.nests and all(len(items) == 1 for items in self.alternatives)

    def also(self, *items: Item) -> Filter:
        """Return a filter that asks for more."""
        return evolve(
            self, alternatives=tuple((*each, *items) for each in self.alternatives or ((),))
        )

    def pieces(self) -> list[Filter]:
        """Return filters that take a key, which together find the same tasks."""
        if self.takes_a_key and self.fits:
            return [self]
        return [evolve(self, alternatives=(items,)) for items in self.alternatives]

    def wire(self, *also: Item) -> Mapping[str, Any]:
        """Return the filter for the server, with more items that all tasks must meet."""
        found = [(*items, *also) for items in self.alternatives or ((),)]
        if len(found) == 1:
            return {"conjunction": "and", "items": list(found[0])}
        return {"conjunction": "or", "items": [_with_child(items) for items in found]}

    def _is_item(self, items: tuple[Item, ...]) -> bool:
        """Tell whether one item of an "or" can hold these, if need be with a child filter."""
        return len(items) == 1 or (self.nests and _is_pair(items))


def compiled(
    where: Expression | None, context: Context, project: int, *, nests: bool = True
) -> Filter:
    """Check conditions against a project's columns and turn them into the server's filter.

    With `nests=False`, or on a server without child filters, no item gets a child.
    """
    known = _resolved(where, context, project)
    if known is None:
        return Filter()
    loose = Loosening(context, project)
    asked = loose.of(known)
    chosen = _filter_of(asked, lambda leaf: item_of(leaf, context, project))
    joined = len(chosen.alternatives) > 1
    nests = nests and joined and can(context, CHILD_FILTERS, project)
    chosen = evolve(chosen, where=known, exact=loose.exact, nests=nests)
    longest = max(map(_length, chosen.pieces()))
    if longest > LONGEST:
        raise InvalidInput(
            f"A filter goes into a URL, and this one has {longest:,} characters there; {LONGEST:,} "
            f"are allowed: {repr(where)[:200]} …"
        )
    return chosen


def shape_of(where: Expression | None) -> Filter:
    """Return a filter of the same shape and columns, for which the server need not be asked."""
    return Filter() if where is None else _filter_of(where, unchecked_item)


def _filter_of(where: Expression, item: Callable[[Expression], Item]) -> Filter:
    found = tuple(tuple(map(item, leaves)) for leaves in alternatives(where))
    repeating = any(column_of(each) in REPEATING for items in found for each in items)
    return Filter(found, repeating)


def _resolved(where: Expression | None, context: Context, project: int) -> Expression | None:
    """Put in the filters of views, and mark patterns that the database reads differently."""
    if isinstance(where, Group):
        parts = (_resolved(part, context, project) for part in where.parts)
        left = tuple(part for part in parts if part is not None)
        return Group(where.conjunction, left) if left else None
    if isinstance(where, Condition):
        return regex_for(where, context, project)
    if not isinstance(where, OfView):
        return where
    answer = context.json("GET", f"/api/dm/views/{where.view}/")
    if answer["project"] != project:
        raise InvalidInput(f"View {where.view} is of project {answer['project']}, not {project}.")
    filters = (answer.get("data") or {}).get("filters")
    return raw_filter(filters) if filters and filters.get("items") else None


def _is_pair(items: tuple[Item, ...]) -> bool:
    """Tell whether an item and a child say it; what the server works out can be no child."""
    return len(items) <= 2 and sum(_is_worked_out(item) for item in items) <= 1


def _is_worked_out(item: Item) -> bool:
    column = column_of(item)
    return not column.startswith("data.") and column not in STORED


def _with_child(items: tuple[Item, ...]) -> Item:
    if len(items) == 1:
        return items[0]
    parent, child = sorted(items, key=_is_worked_out, reverse=True)
    return {**parent, "child_filter": child}


def _length(chosen: Filter) -> int:
    """Return its length in a URL, with the key of a page."""
    wire = chosen.wire(LONGEST_KEY) if chosen.takes_a_key else chosen.wire()
    return len(quote_plus(json.dumps(wire, separators=(",", ":"))))
