"""The context of all drawings of a task: its config, data, files and colours."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from ...labeling.config import LabelConfig
from ...labeling.controls import Object
from ...labeling.results.region import Region
from ...labeling.results.texts import shown_data
from ...transfer.media.shown import sources
from .media import Media
from .palette import Palette


@frozen(slots=False)
class Scene:
    """The task that results are drawn on."""

    config: LabelConfig
    data: Mapping[str, Any]
    media: Media

    @functools.cached_property
    def palette(self) -> Palette:
        """The colours of its labels."""
        return Palette(self.config, self.data)

    @functools.cached_property
    def shown(self) -> Mapping[str, Shown]:
        """The object tags with their data, by the names in results."""
        found: dict[str, Shown] = {}
        for source in sources(self.config):
            for name, _, value in source.found_in(self.data):
                if name not in found:
                    whole = shown_data(source.shown, name, self.data)
                    found[name] = Shown(name, source.shown, whole)
                found[name].items.append(value)
        return found


@frozen
class Shown:
    """An object tag with the data that it shows: a value, or the items of a list."""

    name: str
    object: Object
    value: Any
    items: list[Any] = field(factory=list)

    @property
    def type(self) -> str:
        """The tag in lower case."""
        return self.object.type

    def option(self, name: str, default: str = "") -> str:
        """Return an attribute of the tag."""
        return self.object.options.get(name) or default


def regions_on(shown: Shown, regions: Sequence[Region]) -> list[Region]:
    """Return the regions that lie on an object."""
    return [region for region in regions if region.object == shown.name]
