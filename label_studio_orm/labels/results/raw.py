"""Results that are given as the server keeps them: numbers in them that must be whole are made so.

Other programs have 3.0 or numpy's 3 for an offset. The editor does not mind, exports do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput
from ..controls import any_of
from .given import whole

if TYPE_CHECKING:
    from ..config import LabelConfig

Item = Mapping[str, Any]
PLAIN = frozenset({int, str, bool, type(None), list, dict})  # nothing to do for these


def with_whole_numbers(item: Item, config: LabelConfig) -> Item:
    """Return an item of a result with whole numbers as such; itself if there is nothing to do."""
    value = item.get("value") if isinstance(item, Mapping) else None
    if type(value) is not dict:
        return item
    known = WHOLE.get(str(item.get("type"))) or _on_object(item.get("to_name"), config)
    made = known(value) if known else value
    index = item.get("item_index")
    if made is value and type(index) in PLAIN:
        return item
    beside = {} if index is None else {"item_index": _whole(index)}
    return {**item, "value": made, **beside}


def _on_object(name: Any, config: LabelConfig) -> Callable[[Item], Item] | None:
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


def _in_html(value: Item) -> Item:
    """Paths are texts; the numbers are those of a place that has none."""
    made, offsets = _ENDS(_OFFSETS(value)), value.get("globalOffsets")
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
        "text": _ENDS,
    }
)
