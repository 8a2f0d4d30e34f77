"""Corrections of raw results from other programs.

Offsets may be 3.0 or numpy integers, with which exports fail. Parts may be null that should be
missing: with `"text": null` the editor opens no task, with others it loses the region. A key point
may have no width, without which the editor does not show it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ...errors import InvalidInput
from ..controls import any_of
from ..parsed import ParsedConfig
from ..tags import LABELINGS
from . import Item
from .coerce import whole

IDS = ("id", "from_id", "to_id")
DROPPED = frozenset({"id", "readonly"})  # where they are null
WIDTH = 0.5  # of a key point, in percent of the image
COUNTED = ("item_index", "original_width", "original_height")  # beside a value
PLAIN = frozenset({int, str, bool, type(None), list, dict})  # nothing to do for these
KEPT = frozenset({int, float, str, bool, list, dict})  # parts of a value as JSON has them


def mended(item: Item, config: ParsedConfig) -> Item:
    """Return a result that the editor can open; the same object if nothing is wrong."""
    if not isinstance(item, Mapping):
        return item
    value, item = item.get("value"), _with_texts_as_ids(item)
    if type(value) is not dict:
        return item
    known = WHOLE.get(str(item.get("type"))) or _on_object(item.get("to_name"), config)
    made: Item = value
    if any(type(kept) not in KEPT for kept in value.values()):
        made = {name: _as_json(kept) for name, kept in value.items() if kept is not None}
    made = known(made) if known else made
    beside = {name: _whole(item[name]) for name in COUNTED if type(item.get(name)) not in PLAIN}
    return item if made is value and not beside else {**item, "value": made, **beside}


def _as_json(kept: Any) -> Any:
    """Return arrays and numbers of numpy as lists and numbers of Python, and tuples as lists."""
    if hasattr(kept, "tolist"):
        return kept.tolist()
    return list(kept) if isinstance(kept, tuple) else kept


def _with_texts_as_ids(item: Item) -> Item:
    """Ids are texts, and are made up where they are not given; nothing is half read-only."""
    wrong = [name for name in IDS if name in item and type(item[name]) is not str]
    if not wrong and item.get("readonly", False) is not None:
        return item
    made = {name: kept for name, kept in item.items() if kept is not None or name not in DROPPED}
    return {**made, **{name: str(item[name]) for name in wrong if type(item[name]) is int}}


def _on_object(name: Any, config: ParsedConfig) -> Callable[[Item], Item] | None:
    if not isinstance(name, str):
        return None
    shown = config.objects.get(name) or any_of(config.objects, name)
    return WHOLE_ON.get(shown.type) if shown else None


def _whole(kept: Any) -> Any:
    if type(kept) in PLAIN:
        return kept
    try:
        return whole(kept)
    except InvalidInput:
        return kept  # the check has more to say


def _parts(*names: str) -> Callable[[Item], Item]:
    """Make a function for some parts of a value."""

    def make(value: Item) -> Item:
        made = {name: _whole(value[name]) for name in names if type(value.get(name)) not in PLAIN}
        return {**value, **made} if made else value

    return make


_ENDS = _parts("start", "end")
_OFFSETS = _parts("startOffset", "endOffset")


def _mask(value: Item) -> Item:
    """The bytes of a mask are whole numbers; whoever has one that is none has no bytes."""
    rle = value.get("rle")
    if not isinstance(rle, list) or not rle or type(rle[0]) is int:
        return value
    return {**value, "rle": [_whole(each) for each in rle]}


def _point(value: Item) -> Item:
    """A key point has a width, as KeyPoint has it."""
    return value if "width" in value else {**value, "width": WIDTH}


def _with_words(value: Item) -> Item:
    """The words of a region are one text; a list of a TextArea has no place beside labels."""
    if not isinstance(value.get("text"), list) or LABELINGS.keys().isdisjoint(value):
        return value
    return {name: kept for name, kept in value.items() if name != "text"}


def _in_text(value: Item) -> Item:
    value = _with_words(value)
    digits = [end for end in ("start", "end") if str(value.get(end)).isdecimal()]
    texts = {end: int(value[end]) for end in digits if isinstance(value[end], str)}
    return _ENDS({**value, **texts} if texts else value)


def _in_html(value: Item) -> Item:
    """Paths are texts; the numbers are those of a place that has none."""
    made, offsets = _ENDS(_OFFSETS(_with_words(value))), value.get("globalOffsets")
    if not isinstance(offsets, Mapping) or _ENDS(offsets) is offsets:
        return made
    return {**made, "globalOffsets": _ENDS(offsets)}


def _in_paragraphs(value: Item) -> Item:
    """The numbers of paragraphs are texts."""
    made = {end: _as_text(value[end]) for end in ("start", "end") if end in value}
    value = _OFFSETS(value)
    return {**value, **made} if any(made[end] is not value[end] for end in made) else value


def _as_text(kept: Any) -> Any:
    found = _whole(kept)
    return str(found) if type(found) is int else kept


def _list_of(part: str, make: Callable[[Item], Item]) -> Callable[[Item], Item]:
    """Make a function for the dicts in a list."""

    def made(value: Item) -> Item:
        old = value.get(part)
        if not isinstance(old, list):
            return value
        new = [make(each) if isinstance(each, Mapping) else each for each in old]
        same = all(one is other for one, other in zip(new, old, strict=True))
        return value if same else {**value, part: new}

    return made


def _all(*makes: Callable[[Item], Item]) -> Callable[[Item], Item]:
    def made(value: Item) -> Item:
        for make in makes:
            value = make(value)
        return value

    return made


# By the type of a result, and by what it is about.
WHOLE: Mapping[str, Callable[[Item], Item]] = MappingProxyType(
    {
        "brush": _mask,
        "brushlabels": _mask,
        "keypoint": _point,
        "keypointlabels": _point,
        "magicwand": _mask,
        "rating": _parts("rating"),
        "timelinelabels": _list_of("ranges", _ENDS),
        "videorectangle": _all(_parts("framesCount"), _list_of("sequence", _parts("frame"))),
    }
)
WHOLE_ON: Mapping[str, Callable[[Item], Item]] = MappingProxyType(
    {
        "audio": _parts("channel"),
        "audioplus": _parts("channel"),
        "hypertext": _in_html,
        "paragraphs": _in_paragraphs,
        "text": _in_text,
    }
)
