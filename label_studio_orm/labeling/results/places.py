"""The places of items in a result: groups of them are replaced, all others stay where they are."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from attrs import field, frozen

from . import Item
from .item_kinds import id_of


def as_place(indexes: Iterable[int]) -> tuple[int, ...]:
    """Convert the indexes of items that belong together."""
    return tuple(indexes)


@frozen
class NewGroup:
    """Items that belong together: a region, a relation. `place` is that of the group before."""

    items: Sequence[Item]
    place: tuple[int, ...] = field(default=(), converter=as_place)  # indexes in the old result


def replace_groups(
    result: Sequence[Any], old: Iterable[Sequence[int]], new: Sequence[NewGroup]
) -> list[Any]:
    """Return a result with groups of items replaced, in order; without what would dangle.

    A group stays where the one before it was; others follow the last.
    """
    slots: dict[int, list[Item]] = {index: [] for place in old for index in place}
    for group in new:
        slots |= _aligned(result, group)
    fresh = [copy.deepcopy(item) for group in new if not group.place for item in group.items]
    if _is_reordered(new):
        in_order = [item for group in new for item in _all_of(group, result)]
        slots = {**{index: [] for index in slots}, min(slots): in_order}
        fresh = []
    end = max(slots, default=len(result) - 1) + 1
    places = [slots.get(index, [item]) for index, item in enumerate(result)]
    made = [item for place in [*places[:end], fresh, *places[end:]] for item in place]
    return without_dangling(result, made)


def _all_of(group: NewGroup, result: Sequence[Any]) -> list[Item]:
    if not group.place:
        return [copy.deepcopy(item) for item in group.items]
    return [item for place in _aligned(result, group).values() for item in place]


def _is_reordered(new: Sequence[NewGroup]) -> bool:
    """Tell whether old groups come in another order, or after new ones."""
    starts = [group.place[0] if group.place else -1 for group in new]
    return [*sorted(s for s in starts if s >= 0), *(s for s in starts if s < 0)] != starts


def _aligned(result: Sequence[Any], group: NewGroup) -> dict[int, list[Item]]:
    """Return the items of a group by index: each in the place of that of the same control."""
    left, found = list(group.items), {}
    for index in group.place:
        same = (i for i, item in enumerate(left) if _names(item) == _names(result[index]))
        at = next(same, None)
        found[index] = [] if at is None else [_kept(left.pop(at), result[index])]
    if group.place:
        found[group.place[-1]] += [copy.deepcopy(item) for item in left]
    return found


def _names(item: Item) -> tuple[Any, Any]:
    return item.get("from_name"), item.get("type")


def _kept(item: Item, stored: Item) -> Item:
    """Return the stored item itself if it is the same: other results must not share it."""
    return stored if item == stored else copy.deepcopy(item)


# -- what refers to regions ------------------------------------------------------------------------


def without_dangling(old: Sequence[Any], new: Sequence[Any]) -> list[Any]:
    """Drop relations to regions that are gone; their children get the parents of these."""
    gone = {id_of(item) for item in old} - {id_of(item) for item in new}
    if not gone:
        return list(new)
    parents = {id_of(item): item["parentID"] for item in old if _parent(item)}
    return [_relinked(item, gone, parents) for item in new if not _is_between(item, gone)]


def _is_between(item: Any, ids: Set[str | None]) -> bool:
    if not isinstance(item, Mapping) or item.get("type") != "relation":
        return False
    ends = (item.get(end) for end in ("from_id", "to_id"))
    return any(end in ids for end in ends if end and isinstance(end, str))


def _parent(item: Any) -> str | None:
    found = item.get("parentID") if isinstance(item, Mapping) else None
    return found if isinstance(found, str) and found else None


def _relinked(item: Any, gone: Set[str | None], parents: Mapping[Any, str]) -> Any:
    parent = _parent(item)
    if parent is None or parent not in gone:
        return item
    seen: set[str | None] = set()  # as they may be in a circle
    while parent in gone and parent not in seen:
        seen.add(parent)
        parent = parents.get(parent)
    others = {key: stored for key, stored in item.items() if key != "parentID"}
    return {**others, "parentID": parent} if parent and parent not in gone else others
