"""Filters of the server's Data Manager, compiled from conditions.

The server joins all items of a filter by one "and" or one "or". From 1.21 on, each item can have
one child that must match as well; older servers ignore it. The server's response to unknown columns
and operators is an empty list or a 500, so they are checked here.
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
from .columns import REPEATING_COLUMNS, STORED_COLUMNS
from .dnf import to_dnf
from .filter_items import column_of, item_of, unchecked_item
from .postgresql import regex_for
from .prefilter import Prefilter
from .raw_filters import Item, ViewFilter, raw_filter

# Characters of a filter in a URL. gunicorn allows lines of 4,094, of which the columns take up to
# 900: longer filters with "or" are split. The second limit is for the rest, as many servers allow
# 8,000.
MAX_OR_CHARS, MAX_CHARS = 3_000, 6_000
LONGEST_KEY_ITEM: Item = {
    "filter": "filter:tasks:id",
    "operator": "greater",
    "type": "Number",
    "value": 1_000_000_000,
}


@frozen
class Filter:
    """A filter of a project's tasks, ready to be sent.

    `clauses` are joined by "or", the items within each by "and". `repeating` means that the server
    may send a task more than once. `where` is the condition; unless the filter is `exact`, the
    server matches other tasks too. `supports_children` means that the server has child filters.
    """

    clauses: tuple[tuple[Item, ...], ...] = ()
    repeating: bool = False
    where: Expression | None = None
    exact: bool = True
    supports_children: bool = True

    @property
    def fits(self) -> bool:
        """Whether the server accepts it in one piece; else it is sent in pieces."""
        if len(self.clauses) <= 1:
            return True
        return all(map(self._is_item, self.clauses)) and _length(self) <= MAX_OR_CHARS

    @property
    def accepts_key(self) -> bool:
        """Whether one more item can be added that all tasks must match."""
        if len(self.clauses) <= 1:
            return True
        return self.supports_children and all(len(items) == 1 for items in self.clauses)

    def with_items(self, *items: Item) -> Filter:
        """Return a filter with more items that all tasks must match."""
        return evolve(self, clauses=tuple((*each, *items) for each in self.clauses or ((),)))

    def pieces(self) -> list[Filter]:
        """Return filters that accept a key, and together match the same tasks."""
        if self.accepts_key and self.fits:
            return [self]
        return [evolve(self, clauses=(items,)) for items in self.clauses]

    def wire(self, *more: Item) -> Mapping[str, Any]:
        """Return the filter for the server, with more items that all tasks must match."""
        clauses = [(*items, *more) for items in self.clauses or ((),)]
        if len(clauses) == 1:
            return {"conjunction": "and", "items": list(clauses[0])}
        return {"conjunction": "or", "items": [_with_child(items) for items in clauses]}

    def _is_item(self, items: tuple[Item, ...]) -> bool:
        """Tell whether one item of an "or" can express these, maybe with a child filter."""
        return len(items) == 1 or (self.supports_children and _is_pair(items))


def compile_filter(
    where: Expression | None, context: Context, project: int, *, supports_children: bool = True
) -> Filter:
    """Check conditions against a project's columns and compile them to the server's filter.

    With `supports_children=False`, or on a server without child filters, no item gets a child.
    """
    known = _resolve(where, context, project)
    if known is None:
        return Filter()
    prefilter = Prefilter(context, project)
    loose = prefilter.of(known)
    compiled = _filter_of(loose, lambda leaf: item_of(leaf, context, project))
    joined = len(compiled.clauses) > 1
    children = supports_children and joined and can(context, CHILD_FILTERS, project)
    compiled = evolve(compiled, where=known, exact=prefilter.exact, supports_children=children)
    longest = max(map(_length, compiled.pieces()))
    if longest > MAX_CHARS:
        raise InvalidInput(
            f"A filter must not exceed {MAX_CHARS:,} characters in a URL, but has {longest:,}: "
            f"{repr(where)[:200]} …"
        )
    return compiled


def uncompiled_filter(where: Expression | None) -> Filter:
    """Return a filter of the same structure and columns, without requests to check it."""
    return Filter() if where is None else _filter_of(where, unchecked_item)


def _filter_of(where: Expression, item: Callable[[Expression], Item]) -> Filter:
    clauses = tuple(tuple(map(item, clause)) for clause in to_dnf(where))
    repeating = any(column_of(each) in REPEATING_COLUMNS for items in clauses for each in items)
    return Filter(clauses, repeating)


def _resolve(where: Expression | None, context: Context, project: int) -> Expression | None:
    """Insert the filters of views, and mark patterns that PostgreSQL may match differently."""
    if isinstance(where, Group):
        parts = (_resolve(part, context, project) for part in where.parts)
        left = tuple(part for part in parts if part is not None)
        return Group(where.conjunction, left) if left else None
    if isinstance(where, Condition):
        return regex_for(where, context, project)
    if not isinstance(where, ViewFilter):
        return where
    answer = context.json("GET", f"/api/dm/views/{where.view}/")
    if answer["project"] != project:
        raise InvalidInput(
            f"View {where.view} must be of project {project}, not {answer['project']}."
        )
    filters = (answer.get("data") or {}).get("filters")
    return raw_filter(filters) if filters and filters.get("items") else None


def _is_pair(items: tuple[Item, ...]) -> bool:
    """Tell whether an item with a child can express these; a computed column can be no child."""
    return len(items) <= 2 and sum(_is_computed(item) for item in items) <= 1


def _is_computed(item: Item) -> bool:
    column = column_of(item)
    return not column.startswith("data.") and column not in STORED_COLUMNS


def _with_child(items: tuple[Item, ...]) -> Item:
    if len(items) == 1:
        return items[0]
    parent, child = sorted(items, key=_is_computed, reverse=True)
    return {**parent, "child_filter": child}


def _length(chosen: Filter) -> int:
    """Return its length in a URL, with the key of a page."""
    wire = chosen.wire(LONGEST_KEY_ITEM) if chosen.accepts_key else chosen.wire()
    return len(quote_plus(json.dumps(wire, separators=(",", ":"))))
