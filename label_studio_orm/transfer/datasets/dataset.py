"""Conversion of tasks to a dataset, with a report of what the format cannot hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from attrs import define, field

from ...labeling.config import LabelConfig
from ..left_out import LeftOut
from ..media.references import Reference, references
from ..media.shown import Source, sources
from .annotation_parts import Other, Region, Size, annotations_of, parts_of
from .coco import Coco
from .output import Write, label_path
from .picture import Picture, unknown
from .voc import Voc
from .writer import Writer
from .yolo import Yolo

WRITERS: Mapping[str, Callable[[Write, LabelConfig], Writer]] = MappingProxyType(
    {
        "COCO": Coco,
        "COCO_WITH_IMAGES": Coco,
        "VOC": Voc,
        "YOLO": Yolo,
        "YOLO_OBB": partial(Yolo, oriented=True),
        "YOLO_OBB_WITH_IMAGES": partial(Yolo, oriented=True),
        "YOLO_WITH_IMAGES": Yolo,
    }
)
NO_ANNOTATION: Mapping[str, Any] = MappingProxyType({})  # stands for a missing annotation


def images_of(config: LabelConfig) -> tuple[Source, ...]:
    """Return the sources of images in a labeling config."""
    return tuple(each for each in sources(config) if each.shown.type == "image")


def pictures_of(task: Mapping[str, Any], shown: Iterable[Source]) -> Iterator[Reference]:
    """Yield the images of a task that go into a dataset; none if it was skipped."""
    if annotations_of(task) is not None:
        yield from references(task, shown)


def paths_of(writer: Writer, names: Iterable[str]) -> Iterator[str]:
    """Yield all paths that a writer may write for these images."""
    yield from writer.files
    if writer.label_folder:
        yield from (label_path(name, writer.label_folder) for name in names)


@define
class Dataset:
    """Passes tasks to a writer, image by image."""

    writer: Writer
    config: LabelConfig
    names: Mapping[Reference, str]  # of the pictures, by reference.alone
    size_of: Callable[[str], Size | None] = unknown
    left_out: list[LeftOut] = field(factory=list)
    shown: tuple[Source, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.shown = images_of(self.config)

    def add(self, task: Mapping[str, Any]) -> None:
        """Add the images of a task."""
        annotations = annotations_of(task)
        if annotations is None:
            self._report(task["id"], "a skipped task", "its images are left out")
            return
        places = {(each.shown, each.item): each.alone for each in references(task, self.shown)}
        if places and not annotations:
            self._report(task["id"], "no annotation", self.writer.unlabeled)
        for annotation in self._chosen(task["id"], annotations):
            self._add(task["id"], annotation, places)

    def _chosen(
        self, task: int, annotations: list[Mapping[str, Any]]
    ) -> Iterable[Mapping[str, Any]]:
        """Return the annotations to write: all, or the first that is not empty."""
        if self.writer.every_annotation or len(annotations) < 2:
            return annotations or [NO_ANNOTATION]
        chosen = next((each for each in annotations if each.get("result")), annotations[0])
        for other in annotations:
            if other is not chosen:
                one = f"{self.writer.name} has one per task: {chosen.get('id')} was written"
                self._report(task, "another annotation", f"{one}, not {other.get('id')}")
        return [chosen]

    def _add(
        self,
        task: int,
        annotation: Mapping[str, Any],
        places: Mapping[tuple[str, int], Reference],
    ) -> None:
        regions: dict[Reference, list[Region]] = {image: [] for image in places.values()}
        for part in parts_of(annotation, self.config):
            if isinstance(part, Other):
                self._leave_out(task, part)
            elif (image := places.get((part.shown, part.item))) is not None:
                regions[image].append(part)
            else:
                self._report(task, part.kind, "it is not on an image of the task")
        for image, found in regions.items():
            name = self.names[image]
            by = annotation.get("completed_by")
            by = by.get("email") if isinstance(by, Mapping) else by
            annotated = bool(annotation)
            picture = Picture(task, name, found, self.size_of, annotated=annotated, annotator=by)
            self.writer.add(picture)
            self.left_out += picture.left_out

    def _leave_out(self, task: int, part: Other) -> None:
        why = f"{self.writer.name} supports {self.writer.holds}"
        self._report(task, part.what, why if part.known else "the labeling config has no such tag")

    def _report(self, task: int, what: str, why: str) -> None:
        self.left_out.append(LeftOut(task, what, why))
