"""A labeling config inferred from results and data, where a project's own is not loaded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from ...labeling.config import LabelConfig
from ...labeling.results import Item
from ...labeling.results.serialize import SHAPE_TYPES
from ...labeling.tags import CONTROLS

VARIABLE = re.compile(r"[\w.\-]+")
# The objects by types of results, and by keys of their values.
BY_TYPE: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(SHAPE_TYPES, "Image"),
        "bitmasklabels": "Image",
        "vectorlabels": "Image",
        "hypertextlabels": "HyperText",
        "paragraphlabels": "Paragraphs",
        "timelinelabels": "Video",
        "timeserieslabels": "TimeSeries",
        "videorectangle": "Video",
    }
)
BY_KEY: Mapping[str, str] = MappingProxyType(
    {"globalOffsets": "HyperText", "channel": "Audio", "instant": "TimeSeries", "points": "Image"}
)
BY_SUFFIX: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(["avif", "bmp", "gif", "jpeg", "jpg", "png", "svg", "webp"], "Image"),
        **dict.fromkeys(["flac", "m4a", "mp3", "ogg", "wav"], "Audio"),
        **dict.fromkeys(["m4v", "mov", "mp4", "webm"], "Video"),
    }
)
SUFFIX = re.compile(r"\.(\w+)(?:[?#].*)?$")


def inferred_config(data: Mapping[str, Any], items: Iterable[Item]) -> LabelConfig:
    """Return a config that could have made a result: its objects, and controls without labels.

    >>> str(inferred_config({"image": "cat.png"}, []))
    '<View><Image name="image" value="$image" /></View>'
    """
    root = Element("View")
    controls = {str(item.get("from_name")): item for item in items if item.get("to_name")}
    _add_objects(root, data, {str(item["to_name"]): item for item in controls.values()})
    for name, item in controls.items():
        tag = CONTROLS.get(str(item.get("type")))
        if tag is not None:
            SubElement(root, tag, name=name, toName=str(item["to_name"]))
    return LabelConfig.parse(tostring(root, "unicode"))


def _add_objects(root: Element, data: Mapping[str, Any], objects: Mapping[str, Item]) -> None:
    """Add the objects that results name, and one for each other value that a tag can show."""
    keys = {name: _key_of(name, item, data) for name, item in objects.items()}
    for name, item in objects.items():
        _add(root, _object_of(item, data.get(keys[name])), name, keys[name])
    for key, value in data.items():
        tag = _tag_of(value)
        if tag is not None and key not in keys.values() and key not in objects:
            _add(root, tag, key, key)


def _add(root: Element, tag: str, name: str, key: str) -> None:
    if VARIABLE.fullmatch(key):
        SubElement(root, tag, name=name, value=f"${key}")


def _object_of(item: Item, value: Any) -> str:
    """Return the tag of the object of an item."""
    kind, parts = str(item.get("type")), item.get("value")
    if kind in BY_TYPE:
        return BY_TYPE[kind]
    for part in parts if isinstance(parts, Mapping) else ():
        if part in BY_KEY:
            return BY_KEY[part]
    return _tag_of(value) or "Text"


def _key_of(name: str, item: Item, data: Mapping[str, Any]) -> str:
    """Return the key of the data that an object shows: its name, or the first that fits."""
    if name in data:
        return name
    tag = _object_of(item, None)
    return next(_fitting(tag, data), name)


def _fitting(tag: str, data: Mapping[str, Any]) -> Iterator[str]:
    yield from (key for key, value in data.items() if _tag_of(value) == tag)
    if tag == "HyperText":
        yield from _fitting("Text", data)


def _tag_of(value: Any) -> str | None:
    """Return the tag that can show a value of the data."""
    if isinstance(value, list):
        turns = value and all(isinstance(each, Mapping) and "text" in each for each in value)
        return "Paragraphs" if turns else None
    if not isinstance(value, str):
        return None
    suffix = SUFFIX.search(value)
    found = BY_SUFFIX.get(suffix[1].lower()) if suffix and " " not in value.strip() else None
    return found or ("Text" if " " in value else None)
