"""Kinds of items of a result: a part of a region, an answer, or neither."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from ..controls import Control, Object, find_tag
from ..parsed import ParsedConfig
from ..tags import LABELINGS
from . import Item
from .answer_values import ANSWER_TYPES
from .brush import Brush
from .serialize import SHAPE_TYPES, SHAPE_TYPES_ON
from .shapes import Box, Ellipse, Polygon, Shape
from .tracks import Track

GEOMETRY = frozenset(
    {"start", "x", "points", "rle", "sequence", "ranges", "vertices", "imageDataURL"}
)
SHAPES: Mapping[str, type[Shape]] = MappingProxyType(
    {"points": Polygon, "radiusX": Ellipse, "height": Box, "rle": Brush, "sequence": Track}
)


def id_of(item: Any) -> str | None:
    """Return the id of an item, or None if it has none."""
    id = item.get("id") if isinstance(item, Mapping) else None
    return id if isinstance(id, str) and id else None


def has_geometry(item: Item) -> bool:
    """Tell whether an item has coordinates."""
    value = item.get("value")
    return isinstance(value, Mapping) and not GEOMETRY.isdisjoint(value)


def is_region(item: Item) -> bool:
    """Tell whether an item can be the first one of a region."""
    value, type = item.get("value"), item.get("type")
    if not isinstance(value, Mapping) or not isinstance(type, str) or type == "relation":
        return False
    return type in LABELINGS or type in SHAPE_TYPES or has_geometry(item)


def is_answer(item: Item, config: ParsedConfig) -> bool:
    """Tell whether an item is an answer, for a region or for the whole task."""
    kind = ANSWER_TYPES.get(str(item.get("type")))
    value = item.get("value")
    has_answer = kind is not None and isinstance(value, Mapping) and kind.key in value
    return has_answer and not is_taxonomy_region(item, config)


def is_taxonomy_region(item: Item, config: ParsedConfig) -> bool:
    """Tell whether an item is a region labeled by a Taxonomy."""
    if item.get("type") != "taxonomy" or not has_geometry(item):
        return False
    control: Control | None = find_tag(config.controls, str(item.get("from_name")))
    return control is not None and control.labels_regions


def plain_answer(item: Item, config: ParsedConfig) -> tuple[str, Any]:
    """Return the name and the plain value of an answer."""
    name, type = str(item.get("from_name")), str(item["type"])
    control = find_tag(config.controls, name)
    kind, stored = ANSWER_TYPES[type], item["value"][ANSWER_TYPES[type].key]
    return name, kind.load(control, stored) if control is not None else stored


def shape_type_of(item: Item, config: ParsedConfig) -> type[Shape] | None:
    """Return the type of a region's shape."""
    type = str(item.get("type"))
    if type in SHAPE_TYPES:
        return SHAPE_TYPES[type]
    shown: Object | None = find_tag(config.objects, str(item.get("to_name")))
    on_it = SHAPE_TYPES_ON.get(shown.type) if shown else None
    if type == "labels" or on_it is not None:
        return on_it
    value = item.get("value")
    parts = value if isinstance(value, Mapping) else ()
    by_parts = (kind for part, kind in SHAPES.items() if part in parts)
    return next(by_parts, None)  # the region of an answer whose drawing is missing


def region_groups(items: Iterable[Any]) -> list[list[int]]:
    """Return the indexes of the items of each region: those with its id, from its first item on."""
    groups: dict[Any, list[int]] = {}
    for index, item in enumerate(items):
        id = id_of(item)
        if id is not None and id in groups:
            groups[id].append(index)
        elif isinstance(item, Mapping) and is_region(item):
            groups[len(groups) if id is None else id] = [index]
    return list(groups.values())
