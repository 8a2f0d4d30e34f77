"""Base class of dataset writers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from attrs import define

from ...labeling.config import LabelConfig
from .output import Write
from .picture import Picture


@define
class Writer(ABC):
    """Writes a dataset in one format."""

    write: Write
    config: LabelConfig

    name: ClassVar[str]
    holds: ClassVar[str]  # the kinds of regions that it has
    unlabeled: ClassVar[str] = "its image counts as one without objects"
    room: ClassVar[str] = ""  # the folder of the labels of single pictures, if there is one
    files: ClassVar[tuple[str, ...]] = ()  # what stands for all pictures
    every_annotation: ClassVar[bool] = False  # whether it has several annotations of a task

    @abstractmethod
    def add(self, picture: Picture) -> None:
        """Add an image with its regions."""

    @abstractmethod
    def finish(self) -> None:
        """Write the files that cover all images."""
