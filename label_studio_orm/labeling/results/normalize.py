"""Normalization of raw results from other programs.

Offsets may be 3.0 or numpy integers, with which exports fail. Parts may be null that should be
missing: with `"text": null` the editor opens no task, with others it loses the region. A key point
may have no width, without which the editor does not show it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ...errors import InvalidInput
from ..controls import find_tag
from ..parsed import ParsedConfig
from ..tags import LABELINGS
from . import Item
from .coerce import as_int

ID_KEYS = ("id", "from_id", "to_id")
DROPPED_IF_NULL = frozenset({"id", "readonly"})  # if null
WIDTH = 0.5  # of a key point, in percent of the image
INTEGER_KEYS = ("item_index", "original_width", "original_height")  # next to the value
EXACT_TYPES = frozenset({int, str, bool, type(None), list, dict})  # left as they are
JSON_TYPES = frozenset({int, float, str, bool, list, dict})  # types of JSON values


def normalize_item(item: Item, config: ParsedConfig) -> Item:
    """Return an item that the editor can open; the same object if nothing changes."""
    if not isinstance(item, Mapping):
        return item
    value, item = item.get("value"), _with_text_ids(item)
    if type(value) is not dict:
        return item
    known = NORMALIZERS.get(str(item.get("type"))) or _normalizer_on(item.get("to_name"), config)
    made: Item = value
    if any(type(stored) not in JSON_TYPES for stored in value.values()):
        made = {name: _as_json(stored) for name, stored in value.items() if stored is not None}
    made = known(made) if known else made
    keys = {
        name: _as_int(item[name])
        for name in INTEGER_KEYS
        if type(item.get(name)) not in EXACT_TYPES
    }
    return item if made is value and not keys else {**item, "value": made, **keys}


def _as_json(stored: Any) -> Any:
    """Convert numpy values and tuples to JSON types."""
    if hasattr(stored, "tolist"):
        return stored.tolist()
    return list(stored) if isinstance(stored, tuple) else stored


def _with_text_ids(item: Item) -> Item:
    """Convert ids to strings, and drop a null id or readonly."""
    wrong = [name for name in ID_KEYS if name in item and type(item[name]) is not str]
    if not wrong and item.get("readonly", False) is not None:
        return item
    made = {
        name: stored
        for name, stored in item.items()
        if stored is not None or name not in DROPPED_IF_NULL
    }
    return {**made, **{name: str(item[name]) for name in wrong if type(item[name]) is int}}


def _normalizer_on(name: Any, config: ParsedConfig) -> Callable[[Item], Item] | None:
    if not isinstance(name, str):
        return None
    shown = config.objects.get(name) or find_tag(config.objects, name)
    return NORMALIZERS_ON.get(shown.type) if shown else None


def _as_int(stored: Any) -> Any:
    if type(stored) in EXACT_TYPES:
        return stored
    try:
        return as_int(stored)
    except InvalidInput:
        return stored  # validation reports it


def _integers(*names: str) -> Callable[[Item], Item]:
    """Make a normalizer that converts parts of a value to int."""

    def make(value: Item) -> Item:
        made = {
            name: _as_int(value[name]) for name in names if type(value.get(name)) not in EXACT_TYPES
        }
        return {**value, **made} if made else value

    return make


_start_end = _integers("start", "end")
_offsets = _integers("startOffset", "endOffset")


def _in_mask(value: Item) -> Item:
    """Convert the bytes of a mask to int."""
    rle = value.get("rle")
    if not isinstance(rle, list) or not rle or type(rle[0]) is int:
        return value
    return {**value, "rle": [_as_int(each) for each in rle]}


def _in_keypoint(value: Item) -> Item:
    """Add the default width of a key point."""
    return value if "width" in value else {**value, "width": WIDTH}


def _without_text_list(value: Item) -> Item:
    """Drop a list of strings, which is a TextArea's, from a value with labels."""
    if not isinstance(value.get("text"), list) or LABELINGS.keys().isdisjoint(value):
        return value
    return {name: stored for name, stored in value.items() if name != "text"}


def _in_text(value: Item) -> Item:
    value = _without_text_list(value)
    digits = [end for end in ("start", "end") if str(value.get(end)).isdecimal()]
    texts = {end: int(value[end]) for end in digits if isinstance(value[end], str)}
    return _start_end({**value, **texts} if texts else value)


def _in_html(value: Item) -> Item:
    """Convert the offsets of a span in HTML, which has either paths or positions."""
    made, offsets = _start_end(_offsets(_without_text_list(value))), value.get("globalOffsets")
    if not isinstance(offsets, Mapping) or _start_end(offsets) is offsets:
        return made
    return {**made, "globalOffsets": _start_end(offsets)}


def _in_paragraphs(value: Item) -> Item:
    """Convert paragraph numbers to strings and offsets to int."""
    made = {end: _as_text(value[end]) for end in ("start", "end") if end in value}
    value = _offsets(value)
    return {**value, **made} if any(made[end] is not value[end] for end in made) else value


def _as_text(stored: Any) -> Any:
    found = _as_int(stored)
    return str(found) if type(found) is int else stored


def _in_each(part: str, make: Callable[[Item], Item]) -> Callable[[Item], Item]:
    """Make a normalizer for each dict in a list."""

    def made(value: Item) -> Item:
        old = value.get(part)
        if not isinstance(old, list):
            return value
        new = [make(each) if isinstance(each, Mapping) else each for each in old]
        same = all(one is other for one, other in zip(new, old, strict=True))
        return value if same else {**value, part: new}

    return made


def _chain(*makes: Callable[[Item], Item]) -> Callable[[Item], Item]:
    def made(value: Item) -> Item:
        for make in makes:
            value = make(value)
        return value

    return made


# By the type of a result, and by the type of its object.
NORMALIZERS: Mapping[str, Callable[[Item], Item]] = MappingProxyType(
    {
        "brush": _in_mask,
        "brushlabels": _in_mask,
        "keypoint": _in_keypoint,
        "keypointlabels": _in_keypoint,
        "magicwand": _in_mask,
        "rating": _integers("rating"),
        "timelinelabels": _in_each("ranges", _start_end),
        "videorectangle": _chain(
            _integers("framesCount"), _in_each("sequence", _integers("frame"))
        ),
    }
)
NORMALIZERS_ON: Mapping[str, Callable[[Item], Item]] = MappingProxyType(
    {
        "audio": _integers("channel"),
        "audioplus": _integers("channel"),
        "hypertext": _in_html,
        "paragraphs": _in_paragraphs,
        "text": _in_text,
    }
)
