"""A picture of a dataset, with the regions that somebody drew on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import define, field

from ..exports.left_out import LeftOut
from .regions import Region, Size

UNKNOWN_SIZE = (
    "the size of the image is unknown: give size=(width, height) with regions, or export with "
    "media=True, which reads it from the file (pip install 'label-studio-orm[images]')"
)


@define
class Picture:
    """A picture with the regions of one annotation.

    `of_the_file` is its size as its file has it, if that was fetched.
    """

    task: int
    name: str
    regions: Sequence[Region]
    of_the_file: Size | None = None
    annotated: bool = True
    annotator: Any = None
    left_out: list[LeftOut] = field(factory=list)

    @property
    def size(self) -> Size | None:
        """The size of the file, else what its regions have."""
        known = (region.size for region in self.regions)
        return self.of_the_file or next(filter(None, known), None)

    def leave_out(self, what: str, why: str) -> None:
        self.left_out.append(LeftOut(self.task, what, why))
