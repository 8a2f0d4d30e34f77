"""Checks of configs that the editor accepts and the server rejects or misreads."""

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

# The server is case-sensitive, the editor is not.
TAGS = MappingProxyType({**OBJECTS, **CONTROLS, **LABELS})
NAME = re.compile(r'name="([^"]*)"')  # the server searches all attributes and text
TEXT_NAMES = frozenset({"choices", "labels", "number", "textarea"})
TEXT_VALUES = frozenset({"hypertext", "image", "text"})
SPEEDS = MappingProxyType(
    {"defaultplaybackspeed": "defaultPlaybackSpeed", "minplaybackspeed": "minPlaybackSpeed"}
)
SLOWEST, FASTEST = 0.05, 10


@frozen
class ServerChecks:
    """Checks tags as the server's parser does; `names` counts what it reads as names."""

    names: Mapping[str, int]

    @classmethod
    def of(cls, root: Element) -> Self:
        """Count the names in a config as the server does."""
        return cls(Counter(name for each in root.walk() for _, name in _names(each)))

    def of_tag(self, element: Element, above: Sequence[str]) -> Iterator[str]:
        """Yield a message for each part of a tag that the server rejects."""
        yield from _check_spelling(element)
        yield from self._counted(element)
        if all(tag == "view" for tag in above):  # the server checks no deeper than Views
            yield from _check_numeric_name(element)
        yield from _check_text_as_value(element, above)
        if element.kind == "video":
            yield from _check_speeds(element.options())

    def _counted(self, element: Element) -> Iterator[str]:
        """Check that no other attribute or text duplicates a name for the server."""
        inside = element.walk() if element.kind == "hypertext" else [element]
        for each in inside:
            for where, name in _names(each):
                own = each is element and where.lower() in ATTRIBUTES
                if not own and self.names[name] > 1:
                    other = f": use {where[:-4]}Name=" if where.isidentifier() else ""
                    yield f"the server reads {where}={name!r} as a duplicate name{other}."


def _names(element: Element) -> Iterator[tuple[str, str]]:
    """Yield what the server reads as names, each with its attribute or text."""
    for attr, value in element.attrs.items():
        if attr.endswith("name"):
            yield attr, value
    if 'name="' in element.text:
        yield from (("a text with name", name) for name in NAME.findall(element.text))


def _check_spelling(element: Element) -> Iterator[str]:
    right = TAGS.get(element.kind, element.tag)
    if element.tag != right:
        yield f"must be <{right}>: the server does not know <{element.tag}>."
    for attr in element.attrs:
        spelled = ATTRIBUTES.get(attr.lower(), attr)
        of_labels = spelled != "value" or element.kind in TAGS
        if attr != spelled and of_labels:
            yield f"{attr}= must be {spelled}=: the server ignores any other spelling."


def _check_numeric_name(element: Element) -> Iterator[str]:
    if element.kind not in TEXT_NAMES:
        return
    for attr in ("name", "toName"):
        value = element.attrs.get(attr, "")
        if _is_read_as_number(value):
            yield f"{attr}= must not be a number, as {value!r} is: use 'n{value}'."


def _is_read_as_number(text: str) -> bool:
    try:
        return float("-inf") < float(text) < float("inf")
    except ValueError:
        return False


def _check_text_as_value(element: Element, above: Sequence[str]) -> Iterator[str]:
    """Check that there is a value= where the server ignores the content of the tag."""
    if any(attr.lower() in ("value", "valuelist") for attr in element.attrs):
        return
    in_view = element.kind in TEXT_VALUES and all(tag == "view" for tag in above)
    inside = element.text or (element.children and element.kind == "hypertext")
    if inside and (in_view or element.kind in ("label", "choice")):
        yield "must have a value=: the server ignores the content of the tag."


def _check_speeds(options: Mapping[str, str]) -> Iterator[str]:
    speeds = {}
    for attr, spelled in SPEEDS.items():
        given = options.get(attr, "")
        if given and not given.startswith("$"):
            speed = _speed(given)
            if SLOWEST <= speed <= FASTEST:
                speeds[attr] = speed
            else:
                yield f"{spelled}= must be a number from {SLOWEST} to {FASTEST}, not {given!r}."
    if speeds.get("minplaybackspeed", 0) > speeds.get("defaultplaybackspeed", FASTEST):
        yield "minPlaybackSpeed= must not be greater than defaultPlaybackSpeed=."


def _speed(given: str) -> float:
    try:
        return float(given)
    except ValueError:
        return -1
