"""Renaming of labels in results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..controls import Control
from ..tags import LABELINGS
from . import Item


def rename_label(
    result: Any, control: Control, path: tuple[str, ...], new: str
) -> list[Any] | None:
    """Return a result with a label renamed, or None if it does not have the label.

    The value of a label with an alias, which regions may have instead, is renamed, too.
    """
    if not isinstance(result, list):
        return None
    made = [_rename_in(item, control, path, new) for item in result]
    return made if made != result else None


def _rename_in(item: Any, control: Control, path: tuple[str, ...], new: str) -> Any:
    value = item.get("value") if isinstance(item, Mapping) else None
    key = _label_key(item, control) if isinstance(value, Mapping) else None
    stored = value.get(key) if key and isinstance(value, Mapping) else None
    if not isinstance(stored, list) or not isinstance(value, Mapping):
        return item
    olds = _value_names(control, path)
    names = [new if each in olds else _renamed(each, path, new) for each in stored]
    if names == stored:
        return item
    return {**item, "value": {**value, key: [n for i, n in enumerate(names) if n not in names[:i]]}}


def _label_key(item: Item, control: Control) -> str | None:
    """Return the key of the labels in an item of a control."""
    if item.get("type") == "videorectangle" and control.type == "labels":
        return "labels" if item.get("to_name") in control.to_name else None
    name = str(item.get("from_name"))
    own = name == control.name or bool(control.pattern and control.pattern.fullmatch(name))
    labelled = control.type in LABELINGS or control.type in ("choices", "taxonomy")
    return control.type if own and labelled else None


def _value_names(control: Control, path: tuple[str, ...]) -> list[Any]:
    """Return the value of a label with an alias, unless another label has that name."""
    if control.type not in LABELINGS:
        return []
    values = [label.options.get("value") for label in control.labels if label.path == path]
    return [value for value in values if value not in control.names]


def _renamed(stored: Any, path: tuple[str, ...], new: str) -> Any:
    """Return the new name, or the path with it: those of nested labels contain it."""
    if isinstance(stored, list):
        own = tuple(stored[: len(path)]) == path
        return [*path[:-1], new, *stored[len(path) :]] if own else stored
    return new if stored == path[-1] else stored
