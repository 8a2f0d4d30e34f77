"""Answers that are written into a result: those that it has are changed, unless they are equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...errors import InvalidInput, nearest
from ..controls import Control
from . import Item
from .answer_values import ANSWER_TYPES
from .edit_regions import StoredRegion
from .places import NewGroup, replace_groups
from .values import short_repr

# -- of the whole task -----------------------------------------------------------------------------


def replace_answers(
    result: Sequence[Any], old: Sequence[int], new: Iterable[Item], control: Control
) -> list[Any]:
    """Replace the answers of a control, at some places of a result, each by that of its image."""
    own = [place for place in old if _fits(result[place], control)]
    read = {_image_of(result[place], control): place for place in own}  # of several, the last
    pairs = [(item, read.get(_image_of(item, control))) for item in new]
    groups = [
        NewGroup([item]) if at is None else NewGroup([_merged(result[at], item, control)], [at])
        for item, at in pairs
    ]
    left = {place for group in groups for place in group.place}
    gone = {*old}.difference(own, left) | (set(read.values()) - left)
    if gone or any(not _is_unchanged(group, result) for group in groups):
        gone = {*old} - left
    return replace_groups(result, [[place] for place in gone], groups)


def _fits(item: Item, control: Control) -> bool:
    """Tell whether an item is of the control as it is now: its type may have been another."""
    return item.get("type") == control.type and item.get("to_name") in (
        *control.to_name,
        control.name,  # of a Pairwise
    )


def _is_unchanged(group: NewGroup, result: Sequence[Any]) -> bool:
    return bool(group.place) and group.items[0] is result[group.place[0]]


def _image_of(item: Item, control: Control) -> Any:
    return item.get("item_index") if control.per_item else None


def _merged(stored: Item, new: Item, control: Control) -> Item:
    """Return a stored item with a new value; its score was that of the old one."""
    scored = "score" not in new or new["score"] == stored.get("score")
    if scored and _is_same(stored, new, control):
        return stored
    kept = {key: each for key, each in stored.items() if key != "score"}
    score = {"score": new["score"]} if "score" in new else {}
    return {**kept, "value": {**stored["value"], **new["value"]}, **score}


def _is_same(stored: Item, new: Item, control: Control) -> bool:
    """Tell whether two answers are read as the same: a text, or a list of this text."""
    kind = ANSWER_TYPES[control.type]
    old, value = stored["value"][kind.key], new["value"][kind.key]
    return bool(old == value or kind.load(control, old) == kind.load(control, value))


# -- of regions ------------------------------------------------------------------------------------


def region_answer_groups(name: str, value: Any, regions: Sequence[StoredRegion]) -> list[NewGroup]:
    """Return regions with other answers of a per-region control."""
    pairs = _by_region(name, value, regions)
    return [NewGroup(_with_answer(each, name, answer), each.place) for each, answer in pairs]


def _with_answer(stored: StoredRegion, name: str, answer: Any) -> Sequence[Item]:
    return stored.region.replace(answers={**stored.region.answers, name: answer}).items


def _by_region(
    name: str, value: Any, regions: Sequence[StoredRegion]
) -> list[tuple[StoredRegion, Any]]:
    """Return an answer for each region that has one or gets one."""
    answered = [each for each in regions if name in each.region.answers]
    if value is None:
        return [(each, None) for each in answered]
    if isinstance(value, Mapping):
        _check_ids(value, regions)
        return [(each, value.get(each.region.id)) for each in regions]
    if not isinstance(value, (list, tuple)) or len(value) not in (0, len(answered)):
        raise InvalidInput(
            "its answers are of regions: pass a dict of their ids, as {region.id: answer}, or set "
            f"region.replace(answers=…) and assign the regions, not {short_repr(value)}."
        )
    return list(zip(answered, value or [None] * len(answered), strict=True))


def _check_ids(ids: Iterable[Any], regions: Iterable[StoredRegion]) -> None:
    known = {each.region.id for each in regions}
    for id in ids:
        if id not in known:
            raise InvalidInput(f"{short_repr(id)} is not the id of a region.{nearest(id, known)}")
