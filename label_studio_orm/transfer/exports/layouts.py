"""Folder layouts of exports with media."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...labeling.config import LabelConfig
from ..datasets.dataset import WRITERS, images_of, pictures_of
from ..datasets.output import IMAGES
from ..media.media_names import named
from ..media.references import Reference, hashed, references
from ..media.shown import sources

Tasks = Iterable[Mapping[str, Any]]

MEDIA = "media"


def names_of_pictures(tasks: Tasks, config: LabelConfig, format: str) -> dict[Reference, str]:
    """Return a file name for each image of each task; its label file has the same stem."""
    shown = images_of(config)
    found = dict.fromkeys(each.alone for task in tasks for each in pictures_of(task, shown))
    # COCO has one file for all labels; other formats name label files after images.
    return named(found, Reference.names, by_stem=not format.startswith("COCO"))


def places_of(tasks: Tasks, config: LabelConfig, format: str) -> dict[Reference, str]:
    """Return the path within the export folder for each file that tasks refer to."""
    if format in WRITERS:
        names = names_of_pictures(tasks, config, format)
        return {each: f"{IMAGES}/{name}" for each, name in names.items()}
    shown = sources(config)
    referred = (each.alone for task in tasks for each in references(task, shown))
    found = dict.fromkeys(each for each in referred if not each.inline)
    shared = named(dict.fromkeys(each.url for each in found), _names)
    return {each: f"{MEDIA}/{shared[each.url]}" for each in found}


def _names(url: str) -> Iterator[str]:
    """Yield candidate names for a file, independent of the task."""
    yield hashed(url)
    yield hashed(url, digits=16)
