"""YOLO and YOLO_OBB: a text file per image, with a line for each box or polygon."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from attrs import define, field

from .annotation_parts import BOX, KEY_POINT, POLYGON, Region
from .classes import KEY_POINTS, Classes, key_points, labelings
from .output import LABELS, encoded, info, label_path
from .picture import UNKNOWN_SIZE, Picture
from .writer import Writer

SQUARE = (100.0, 100.0)  # percent: a size that suits unrotated boxes


@define
class Yolo(Writer):
    """Writes a YOLO dataset; `oriented` keeps the rotation of boxes (YOLO_OBB)."""

    oriented: bool = False
    classes: Classes = field(init=False)
    points: Sequence[str] = field(init=False)  # the labels of key points, in their order

    name = "YOLO"
    holds = "boxes and polygons"
    label_folder = LABELS
    files = ("classes.txt", "notes.json")

    def __attrs_post_init__(self) -> None:
        has_points = any(True for _ in labelings(self.config, KEY_POINTS))
        self.points = key_points(self.config) if has_points else ()
        self.classes = (Classes.of_boxes if self.points else Classes.of)(self.config)

    def add(self, picture: Picture) -> None:
        """Write the label file of an image; it is empty if there are no objects."""
        lines = self._poses(picture) if self.points else self._lines(picture)
        text = "".join(" ".join(map(str, numbers)) + "\n" for numbers in lines)
        self.write(label_path(picture.name, LABELS), text.encode())

    def finish(self) -> None:
        """Write the class names."""
        lines = "".join(f"{name}\n" for name in self.classes.lines())
        self.write("classes.txt", encoded(lines))
        points = {"keypoints": [*self.points]} if self.points else {}
        categories = [{**each, **points} for each in self.classes]
        notes = {"categories": categories, "info": info()}
        self.write("notes.json", json.dumps(notes, indent=2).encode())

    def _lines(self, picture: Picture) -> Iterator[list[float]]:
        for region in picture.regions:
            numbers = self._numbers(region, picture)
            for label in region.labels if numbers else ():
                yield [self.classes.number(label), *(numbers or ())]

    def _numbers(self, region: Region, picture: Picture) -> list[float] | None:
        """Return the numbers of a region; None if YOLO does not support it."""
        if region.kind == POLYGON:
            return [number / 100 for point in region.value["points"] for number in point]
        if region.kind != BOX:
            picture.leave_out(region.kind, "YOLO supports boxes and polygons")
            return None
        size = picture.size if region.turned else SQUARE
        if size is None:
            picture.leave_out("a rotated box", UNKNOWN_SIZE)
            return None
        if self.oriented:
            corners = region.corners(size)
            return [number / size[at] for corner in corners for at, number in enumerate(corner)]
        return self._upright(region, picture, size)

    def _upright(self, region: Region, picture: Picture, size: tuple[float, float]) -> list[float]:
        if region.turned:
            why = "YOLO boxes are not rotated: the upright bounding box was written; use YOLO_OBB"
            picture.leave_out("the rotation of a box", why)
        x, y, width, height = region.upright(size) if region.turned else region.percent
        return [
            (x + width / 2) / size[0],
            (y + height / 2) / size[1],
            width / size[0],
            height / size[1],
        ]

    # -- key points ------------------------------------------------------------------------------

    def _poses(self, picture: Picture) -> Iterator[list[float]]:
        """Yield boxes with their key points: x, y and 2, or three zeros if it is not set."""
        boxes = {region.id: region for region in picture.regions if region.kind == BOX}
        placed = {id: self._points_of(id, picture) for id in boxes}
        for region in picture.regions:
            if region.kind not in (BOX, KEY_POINT):
                picture.leave_out(
                    region.kind, "YOLO with key points supports only boxes and their points"
                )
            elif region.kind == KEY_POINT and region.parent not in boxes:
                picture.leave_out(
                    "a key point without a box",
                    "YOLO supports only key points whose parent is a box",
                )
        for id, region in boxes.items():
            numbers = self._numbers(region, picture)
            for label in region.labels if numbers else ():
                yield [self.classes.number(label), *(numbers or ()), *placed[id]]

    def _points_of(self, box: str, picture: Picture) -> list[float]:
        set_: dict[str, list[float]] = {}
        for region in picture.regions:
            if region.kind == KEY_POINT and region.parent == box:
                point = [region.value["x"] / 100, region.value["y"] / 100, 2]
                if region.labels[0] in set_:
                    picture.leave_out("a second key point", "a box has one key point per label")
                set_.setdefault(region.labels[0], point)
        return [number for label in self.points for number in set_.get(label, [0.0, 0.0, 0])]
