"""What the server refuses in a config, or does not understand, though the editor does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import frozen

from .elements import Element
from .tags import ATTRIBUTES, CONTROLS, LABELS, OBJECTS

if TYPE_CHECKING:
    from typing_extensions import Self

# As the server takes them; the editor takes tags in any case.
TAGS = MappingProxyType({**OBJECTS, **CONTROLS, **LABELS})
NAME = re.compile(r'name="([^"]*)"')  # in whatever attribute or text, for the server
TEXT_NAMES = frozenset({"choices", "labels", "number", "textarea"})
TEXT_VALUES = frozenset({"hypertext", "image", "text"})
SPEEDS = MappingProxyType(
    {"defaultplaybackspeed": "defaultPlaybackSpeed", "minplaybackspeed": "minPlaybackSpeed"}
)
SLOWEST, FASTEST = 0.05, 10


@frozen
class Refusals:
    """Knows what counts as a name for the server, and how often it is there."""

    names: Mapping[str, int]

    @classmethod
    def of(cls, root: Element) -> Self:
        """Count the names of a config as the server does."""
        return cls(Counter(name for each in root.walk() for _, name in _names(each)))

    def of_tag(self, element: Element, above: Sequence[str]) -> Iterator[str]:
        """Yield what the server does not take in a tag."""
        yield from _spelling(element)
        yield from self._counted(element)
        if all(tag == "view" for tag in above):  # it looks no deeper into other tags
            yield from _number_as_name(element)
        yield from _text_as_value(element, above)
        if element.kind == "video":
            yield from _speeds(element.options())

    def _counted(self, element: Element) -> Iterator[str]:
        """Check that nothing but name= counts as a name that is there already."""
        inside = element.walk() if element.kind == "hypertext" else [element]
        for each in inside:
            for place, name in _names(each):
                own = each is element and place.lower() in ATTRIBUTES
                if not own and self.names[name] > 1:
                    other = f": write {place[:-4]}Name=" if place.isidentifier() else ""
                    yield f"{place}={name!r} is a name for the server, and there twice{other}."


def _names(element: Element) -> Iterator[tuple[str, str]]:
    """Yield what the server takes for names, each with the attribute or text that it is in."""
    for attr, value in element.attrs.items():
        if attr.endswith("name"):
            yield attr, value
    if 'name="' in element.text:
        yield from (("a text with name", name) for name in NAME.findall(element.text))


def _spelling(element: Element) -> Iterator[str]:
    right = TAGS.get(element.kind, element.tag)
    if element.tag != right:
        yield f"must be <{right}>: the server does not know <{element.tag}>."
    for attr in element.attrs:
        spelled = ATTRIBUTES.get(attr.lower(), attr)
        of_labels = spelled != "value" or element.kind in TAGS
        if attr != spelled and of_labels:
            yield f"{attr}= must be {spelled}=: the server does not see it otherwise."


def _number_as_name(element: Element) -> Iterator[str]:
    if element.kind not in TEXT_NAMES:
        return
    for attr in ("name", "toName"):
        value = element.attrs.get(attr, "")
        if _is_read_as_number(value):
            yield f"{attr}={value!r} is a number for the server, which wants a text: 'n{value}'."


def _is_read_as_number(text: str) -> bool:
    try:
        return float("-inf") < float(text) < float("inf")
    except ValueError:
        return False


def _text_as_value(element: Element, above: Sequence[str]) -> Iterator[str]:
    """Check that there is a value= where the server does not look into the tag."""
    if any(attr.lower() in ("value", "valuelist") for attr in element.attrs):
        return
    in_view = element.kind in TEXT_VALUES and all(tag == "view" for tag in above)
    inside = element.text or (element.children and element.kind == "hypertext")
    if inside and (in_view or element.kind in ("label", "choice")):
        yield "has no value=, and the server does not look into the tag."


def _speeds(options: Mapping[str, str]) -> Iterator[str]:
    speeds = {}
    for attr, spelled in SPEEDS.items():
        given = options.get(attr, "")
        if given and not given.startswith("$"):
            speed = _speed(given)
            if SLOWEST <= speed <= FASTEST:
                speeds[attr] = speed
            else:
                yield f"{spelled}={given!r} is a number from {SLOWEST} to {FASTEST}."
    if speeds.get("minplaybackspeed", 0) > speeds.get("defaultplaybackspeed", FASTEST):
        yield "minPlaybackSpeed= is greater than defaultPlaybackSpeed=."


def _speed(given: str) -> float:
    try:
        return float(given)
    except ValueError:
        return -1
