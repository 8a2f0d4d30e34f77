"""Edits of one region: its items with other labels, answers or coordinates.

What was not changed stays as it is stored, keys that we do not know included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import fields, frozen

from ...errors import InvalidInput
from ..controls import Control, Object, find_tag
from ..parsed import ParsedConfig
from ..problems import suggestion
from ..tags import LABELINGS
from . import Item
from .answer_values import ANSWER_TYPES, AnswerType, label_path
from .coerce import as_score
from .dicts import answer_from
from .item_kinds import has_geometry, is_answer, is_taxonomy_region
from .serialize import keys_of, value_of
from .shapes import Shape

COMMON = frozenset(each.name for each in fields(Shape))
DERIVED = frozenset({"globalOffsets", "text"})  # found in the task's data at the coordinates
LABEL_KEYS = frozenset({*LABELINGS, "labels", "taxonomy"})
# Keys of a region that its items share.
SHARED = (
    *("original_width", "original_height", "image_rotation", "original_length"),
    *("item_index", "parentID", "meta", "origin"),
)


@frozen
class RegionEdit:
    """A change of a region from one shape to another."""

    old: Shape
    new: Shape
    config: ParsedConfig
    data: Mapping[str, Any]

    def apply(self, items: Iterable[Item]) -> tuple[Item, ...]:
        """Return the items of the region after the change."""
        moved = self._moved(list(items))
        labeled = self._labeled([self._with_keys(item) for item in moved])
        return tuple(self._answered(labeled))

    # -- coordinates ------------------------------------------------------------------------------

    def _moved(self, items: list[Item]) -> list[Item]:
        if _coordinates(self.old) == _coordinates(self.new):
            return items
        name, shown = shown_by(self.config, self.new.to)
        where = value_of(self.new, shown, name, self.data)
        return [self._at(item, where) if has_geometry(item) else item for item in items]

    def _at(self, item: Item, where: Item) -> Item:
        """Return an item at other coordinates; its own answer stays, a text included."""
        old = item["value"]
        own = self._own_key(item)
        kept = {key: stored for key, stored in old.items() if key not in DERIVED}
        answer = {own: old[own]} if own else {}
        return {**item, "value": {**kept, **where, **answer}}

    def _with_keys(self, item: Item) -> Item:
        """Change the keys beside the value where they are as those of the region were."""
        old, new = _keys(self.old), _keys(self.new)
        changed = {
            key
            for key in {**old, **new}
            if old.get(key) != new.get(key) and item.get(key) == old.get(key)
        }
        if not changed:
            return item
        kept = {key: stored for key, stored in item.items() if key not in changed or key in new}
        return {**kept, **{key: new[key] for key in changed if key in new}}

    # -- labels -----------------------------------------------------------------------------------

    def _labeled(self, items: list[Item]) -> list[Item]:
        labels = list(self.new.labels)
        if labels == list(self.old.labels):
            return items
        index = next((i for i, item in enumerate(items) if self._is_labeled(item)), None)
        if index is None:
            return [*items, self._labels_item(items[0], labels)] if labels else items
        made = [self._with_copy(item, labels) for item in items]
        made[index] = self._with_labels(items[index], labels)
        apart = items[index].get("type") == "labels" and len(items) > 1
        return made if labels or not apart else [*made[:index], *made[index + 1 :]]

    def _is_labeled(self, item: Item) -> bool:
        """Tell whether an item is the place for the labels of its region."""
        own = item.get("type") in LABELINGS or item.get("type") == "videorectangle"
        return own or is_taxonomy_region(item, self.config) or _has_labels(item)

    def _with_labels(self, item: Item, labels: list[str]) -> Item:
        type, old = str(item["type"]), item["value"]
        if is_taxonomy_region(item, self.config):
            control: Control = find_tag(self.config.controls, str(item["from_name"]))
            return {**item, "value": {**old, type: [[*label_path(control, e)] for e in labels]}}
        if type in LABELINGS:
            return self._with_copy({**item, "value": {**old, type: labels}}, labels)
        kept = {key: stored for key, stored in old.items() if key != "labels"}
        return {**item, "value": {**kept, "labels": labels} if labels else kept}

    def _with_copy(self, item: Item, labels: list[str]) -> Item:
        """Change labels that an item repeats, as those of the editor's smart tools do."""
        if item.get("type") == "labels" or not _has_labels(item):
            return item
        same = item["value"]["labels"] == list(self.old.labels)
        return {**item, "value": {**item["value"], "labels": labels}} if same else item

    def _labels_item(self, first: Item, labels: list[str]) -> Item:
        _, shown = shown_by(self.config, str(first["to_name"]))
        control = labels_control(self.config, shown, labels[0], str(first["type"]))
        return self._beside(first, control, {"labels": labels})

    # -- answers ----------------------------------------------------------------------------------

    def _answered(self, items: list[Item]) -> list[Item]:
        old, new = self.old.answers, self.new.answers
        changed = [name for name in {**old, **new} if not _same(old.get(name), new.get(name))]
        for name in changed:
            items = self._with_answer(items, name, new.get(name))
        return items

    def _with_answer(self, items: list[Item], name: str, answer: Any) -> list[Item]:
        others = [item for item in items if not self._answers(item, name)]
        if answer is None:
            return others
        control, value, score = region_answer(self.config, name, answer)
        own = (each for each in items if self._answers(each, name))
        stored = next((each for each in own if each.get("type") == control.type), None)
        if stored is None:
            return [*others, {**self._beside(items[0], control, value), **score}]
        kept = {key: each for key, each in stored.items() if key != "score"}
        made = {**kept, "value": {**stored["value"], **value}, **score}
        return [made if self._answers(item, name) else item for item in items]

    def _answers(self, item: Item, name: str) -> bool:
        return item.get("from_name") == name and is_answer(item, self.config)

    def _own_key(self, item: Item) -> str:
        """Return the key of the answer in an item's value, or "" if it is none."""
        return ANSWER_TYPES[item["type"]].key if is_answer(item, self.config) else ""

    def _beside(self, first: Item, control: Control, value: Item) -> Item:
        """Return a new item of a region, at the coordinates of its first one."""
        others = {*LABEL_KEYS, self._own_key(first)}
        where = {key: stored for key, stored in first["value"].items() if key not in others}
        names = {"from_name": control.name, "to_name": first["to_name"], "type": control.type}
        shared = {key: first[key] for key in SHARED if key in first}
        id = {"id": first["id"]} if "id" in first else {}
        return {**id, **names, "value": {**where, **value}, **shared}


def _coordinates(shape: Shape) -> dict[str, Any]:
    """Return the fields of a shape that other shapes do not have."""
    mine = (each.name for each in fields(type(shape)) if each.name not in COMMON)
    return {name: getattr(shape, name) for name in mine}


def _keys(shape: Shape) -> dict[str, Any]:
    """Return the keys of a region beside its value, names included."""
    return {**keys_of(shape), "id": shape.id or None, "to_name": shape.to}


def _has_labels(item: Item) -> bool:
    value = item.get("value")
    return isinstance(value, Mapping) and isinstance(value.get("labels"), list)


def _same(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except ValueError:  # an array
        return False


# -- what the config has -----------------------------------------------------------------------


def shown_by(config: ParsedConfig, name: str) -> tuple[str, Object]:
    """Return the name and the object of a region."""
    shown: Object | None = find_tag(config.objects, name)
    if shown is None:
        hint = suggestion(name, config.objects)
        raise InvalidInput(f"to must be an object of the labeling config, not {name!r}.{hint}")
    return name, shown


def control_of(config: ParsedConfig, name: str) -> Control:
    """Return a control by its name in results."""
    control: Control | None = find_tag(config.controls, str(name))
    if control is None:
        hint = suggestion(name, config.controls)
        raise InvalidInput(f"The labeling config has no control {str(name)!r}.{hint}")
    return control.repeated_as(name)


def labels_control(config: ParsedConfig, shown: Object, label: str, tag: str) -> Control:
    """Return the <Labels> for a drawing, preferably one that has the label."""
    all_labels = (each for each in config.controls.values() if each.type == "labels")
    found = [each for each in all_labels if shown.name in each.to_name]
    if not found:
        raise InvalidInput(f"labels of a {tag} need a <Labels> for {shown.name!r} in the config.")
    return next((each for each in found if label in each.accepted_names), found[0])


def region_answer(config: ParsedConfig, name: str, answer: Any) -> tuple[Control, Item, Item]:
    """Return the control, value and score of a per-region answer."""
    control = control_of(config, name)
    kind = ANSWER_TYPES.get(control.type)
    if kind is None:
        raise InvalidInput(f"{name!r} is a {control.tag}, which cannot be answered per region.")
    return control, *answer_value(answer, control, kind)


def answer_value(answer: Any, control: Control, kind: AnswerType) -> tuple[Item, Item]:
    """Return the value of an answer, and its score if any."""
    plain, score = answer_from(answer, control, kind)
    keys = {} if score is None else {"score": as_score(score)}
    return {kind.key: kind.dump(control, plain)}, keys
