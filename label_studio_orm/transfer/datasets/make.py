"""Creation of datasets from exported JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ...errors import InvalidInput, MissingPackage
from ...labeling.config import LabelConfig
from ...labeling.image_size import image_size
from ..imports.readers import tasks_in_file
from ..left_out import LeftOut
from ..media.references import Reference
from .annotation_parts import Size
from .dataset import WRITERS, Dataset, images_of
from .output import IMAGES, Write
from .picture import unknown


def check_fits(format: str, config: LabelConfig, fitting: Callable[[], list[str]]) -> None:
    """Refuse an image dataset if the labeling config shows no images."""
    if format in WRITERS and not images_of(config):
        raise InvalidInput(
            f"{format} needs images, but the labeling config shows none. Formats that fit: "
            f"{', '.join(fitting())}."
        )


def make(
    format: str,
    config: LabelConfig,
    tasks: Path,
    write: Write,
    names: Mapping[Reference, str],
    size_of: Callable[[str], Size | None] = unknown,
) -> list[LeftOut]:
    """Write the labels of tasks, and return what the format cannot hold."""
    dataset = Dataset(WRITERS[format](write, config), config, names, size_of)
    for task in tasks_in_file(tasks):
        dataset.add(task)
    dataset.writer.finish()
    return dataset.left_out


def sizes_in(folder: Path) -> Callable[[str], Size | None]:
    """Return a function from an image name in a dataset folder to its size, if known."""

    def size_of(name: str) -> Size | None:
        path = folder / IMAGES / name
        try:
            return image_size(path) if path.exists() else None
        except (InvalidInput, MissingPackage):  # unknown to Pillow, or no Pillow
            return None

    return size_of
