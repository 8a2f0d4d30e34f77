"""Parsed labeling configs: the controls, objects, labels and variables of the XML."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from ..display import Displayed
from ..text import listed
from . import elements
from .controls import Collected, Control, Label, Object, Variable, collect
from .elements import Element

if TYPE_CHECKING:
    from typing_extensions import Self


@frozen(slots=False, repr=False)
class ParsedConfig(Displayed):
    """The parts of a labeling config by name; what all other modules work on.

    Configs are equal if they differ in whitespace and comments only.
    """

    root: Element = field(repr=False)
    xml: str = field(eq=False)

    @classmethod
    def parse(cls, xml: str) -> Self:
        """Parse the XML of a config: everything that the editor accepts, and more.

        Raises `InvalidConfig` for invalid XML and for a DOCTYPE; `check()` finds other problems.
        """
        if isinstance(xml, str) and xml.lstrip().startswith("<?xml"):
            xml = xml.lstrip()  # nothing may precede an XML declaration, not even a line break
        return cls(elements.parse(xml), xml)

    @functools.cached_property
    def _collected(self) -> Collected:
        return collect(self.root)

    @functools.cached_property
    def controls(self) -> Mapping[str, Control]:
        """The tags that annotators answer with, by name."""
        return MappingProxyType(self._collected.controls)

    @functools.cached_property
    def objects(self) -> Mapping[str, Object]:
        """The tags that show task data, by name."""
        return MappingProxyType(self._collected.objects)

    @functools.cached_property
    def labels(self) -> Mapping[str, tuple[Label, ...]]:
        """The labels, choices or classes of each control that has any."""
        found = {name: each.labels for name, each in self.controls.items() if each.labels}
        return MappingProxyType(found)

    @property
    def variables(self) -> Mapping[str, Variable]:
        """The keys of task data that the config uses, by name: "text" for $text."""
        return MappingProxyType(self._collected.variables)

    @functools.cached_property
    def relation_labels(self) -> tuple[str, ...]:
        """The labels for relations between regions."""
        return tuple(label.name for label in self._collected.relations)

    def __str__(self) -> str:
        return self.xml

    def __repr__(self) -> str:
        controls = listed(f"{each.name} ({each.tag})" for each in self.controls.values())
        return f"<{type(self).__name__}: {controls or 'no controls'}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).parse, (self.xml,)
