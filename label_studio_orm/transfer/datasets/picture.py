"""An image of a dataset, with its regions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from attrs import define, field

from ..left_out import LeftOut
from .annotation_parts import Region, Size

UNKNOWN_SIZE = (
    "the image size is unknown: give size=(width, height) with regions, or export with "
    "media=True, which reads it from the file (pip install 'label-studio-orm[images]')"
)


def unknown(name: str) -> Size | None:
    """Return None: image sizes are unknown."""
    return None


@define(slots=False)
class Picture:
    """An image with the regions of one annotation.

    `size_of` returns the size of an image file by its name, if it was fetched.
    """

    task: int
    name: str
    regions: Sequence[Region]
    size_of: Callable[[str], Size | None] = unknown
    annotated: bool = True
    annotator: Any = None
    left_out: list[LeftOut] = field(factory=list)

    @functools.cached_property
    def size(self) -> Size | None:
        """The size of the file, otherwise that in its regions."""
        known = (region.size for region in self.regions)
        return self.size_of(self.name) or next(filter(None, known), None)

    def leave_out(self, what: str, why: str) -> None:
        self.left_out.append(LeftOut(self.task, what, why))
