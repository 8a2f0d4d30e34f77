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
    holds: ClassVar[str]  # the supported kinds of regions
    unlabeled: ClassVar[str] = "its image counts as one without objects"
    label_folder: ClassVar[str] = ""  # of label files, one per image, if there are any
    files: ClassVar[tuple[str, ...]] = ()  # those that cover all images
    every_annotation: ClassVar[bool] = False  # whether it supports several annotations per task

    @abstractmethod
    def add(self, picture: Picture) -> None:
        """Add an image with its regions."""

    @abstractmethod
    def finish(self) -> None:
        """Write the files that cover all images."""
