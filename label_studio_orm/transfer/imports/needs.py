"""Checks that task data has what the labeling config shows, before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ...errors import InvalidInput, nearest
from ...http.encoding import as_json
from ...labeling.variables import rename_hint
from ...text import listed, shown

if TYPE_CHECKING:
    from ...labeling.config import LabelConfig

# What the server takes for each tag (_DATA_TYPES of its tasks/validation.py, 1.23.2).
TEXT, TEXT_OR_LIST, ANY_TABLE = (str,), (str, list), (dict, list, str)
TAKEN: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        "Text": (str, int, float, list),
        "Header": (str, int, float),
        **dict.fromkeys(("Paragraphs", "Chat", "List", "Ranker"), TEXT_OR_LIST),
        **dict.fromkeys(("Image", "Choices", "Labels", "HyperTextLabels"), TEXT_OR_LIST),
        **dict.fromkeys(("PolygonLabels", "BrushLabels", "EllipseLabels"), TEXT_OR_LIST),
        **dict.fromkeys(("KeyPointLabels", "RectangleLabels"), TEXT_OR_LIST),
        **dict.fromkeys(("ParagraphLabels", "TimeSeriesLabels"), TEXT_OR_LIST),
        **dict.fromkeys(("Table", "TimeSeries", "TimeSeriesChannel"), ANY_TABLE),
        "Taxonomy": (str, list, type(None)),
    }
)
NAMES = MappingProxyType(
    {str: "a text", int: "a number", float: "a number", list: "a list", dict: "an object"}
)
FIRST = "$undefined$"  # the server puts what is under it under the first variable


@frozen
class Need:
    """A data key that a tag shows."""

    path: tuple[str, ...]
    tag: str
    taken: tuple[type, ...]

    def problem(self, data: Mapping[str, Any]) -> str:
        """Return the problem of a task's data, or ""."""
        value: Any = data
        for step, key in enumerate(self.path):
            if not isinstance(value, Mapping) or key not in value:
                return self._missing(value, step)
            value = value[key]
        if isinstance(value, self.taken) or isinstance(_as_sent(value), self.taken):
            return ""
        takes = " or ".join(dict.fromkeys(NAMES[kind] for kind in self.taken if kind in NAMES))
        return f"has {shown(repr(value))} under {self._name!r}, but <{self.tag}> needs {takes}."

    def _missing(self, inside: Any, step: int) -> str:
        name = ".".join(self.path[: step + 1])
        reason = f"has no {name!r}, which <{self.tag}> shows"
        if not isinstance(inside, Mapping):
            return f"{reason}: {'.'.join(self.path[:step])!r} is not an object."
        known = [str(key) for key in inside]
        hint = rename_hint(self.path[step], known) or nearest(self.path[step], known)
        if hint:
            return f"{reason}.{hint}"
        return f"{reason}. Its keys are {listed(map(repr, known))}." if known else f"{reason}."

    @property
    def _name(self) -> str:
        return ".".join(self.path)


def needs_of(config: LabelConfig) -> tuple[Need, ...]:
    """Return the data keys that the server requires for a config."""
    tags: dict[str, str] = {}
    for element in config.root.walk():
        value = element.attrs.get("value", "")
        variable = variable_of(value) if element.attrs.get("name") else ""
        if variable and tags.get(variable) != "Video":
            tags[variable] = element.tag
    return tuple(_need(variable, tag) for variable, tag in tags.items())


def check_needs(
    needs: tuple[Need, ...], data: Mapping[str, Any], where: str, *, but: str = ""
) -> None:
    """Raise for the first problem of a task's data; ignore the key `but`."""
    if FIRST in data:
        return
    for need in needs:
        problem = "" if need.path[0] == but else need.problem(data)
        if problem:
            raise InvalidInput(f"{where} {problem}")


def _need(variable: str, tag: str) -> Need:
    plain, bracket, _ = variable.partition("[")
    taken = (list,) if bracket else TAKEN.get(tag, TEXT)
    return Need(tuple(plain.split(".")), tag, taken)


def variable_of(value: str) -> str:
    """Return the variable in an attribute: "text" of "$text", "a" of "See $a and $b"."""
    if value.startswith("$"):
        return value[1:]
    found = re.search(r"\$(\w+)", value)
    return found[1] if found else ""


def _as_sent(value: Any) -> Any:
    """Return a value as the server gets it: a date as text, an array as a list."""
    if value is None or isinstance(value, (str, dict, list, int, float)):
        return value
    try:
        return as_json(value)
    except InvalidInput:  # which is told when the task is encoded
        return ""
