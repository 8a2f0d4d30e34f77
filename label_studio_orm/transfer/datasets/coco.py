"""COCO: one JSON file with images, boxes, polygons and key points."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from attrs import define, field

from ...labeling.results.clipping import Point, area
from .annotation_parts import BOX, KEY_POINT, POLYGON, Region, Size, around
from .classes import KEY_POINTS, Classes, key_points, labelings
from .output import IMAGES, encoded, info
from .picture import UNKNOWN_SIZE, Picture
from .writer import Writer

FILE = "result.json"
ALL_POINTS = "default"  # the category of key points
VISIBLE = 2  # the COCO flag of a key point that is set


@define
class Coco(Writer):
    """Writes a COCO dataset."""

    classes: Classes = field(init=False)
    points: Sequence[str] = field(init=False)  # the labels of key points, in their order
    images: list[dict[str, Any]] = field(factory=list)
    annotations: list[dict[str, Any]] = field(factory=list)

    name = "COCO"
    holds = "boxes, polygons and key points"
    files = (FILE,)
    every_annotation = True  # each with its own image

    def __attrs_post_init__(self) -> None:
        self.points = key_points(self.config)
        self.classes = Classes.of(self.config)
        own = {label.name for each in labelings(self.config, KEY_POINTS) for label in each.labels}
        for label in own:
            self.classes.numbers.pop(label, None)
        if own:
            self.classes.number(ALL_POINTS)

    def add(self, picture: Picture) -> None:
        """Add an image with its regions."""
        size = picture.size
        width, height = size or (None, None)
        if size is None:
            picture.leave_out("width and height", UNKNOWN_SIZE)
        image = {"width": width, "height": height, "id": len(self.images)}
        self.images.append({**image, "file_name": f"{IMAGES}/{picture.name}"})
        groups: defaultdict[str, list[Region]] = defaultdict(list)
        for region in picture.regions:
            if not self._is_supported(region, picture, size):
                continue
            if region.kind == KEY_POINT:
                groups[region.parent].append(region)
            elif size is not None:
                self._add_region(region, picture, size)
        for group in groups.values():
            if size is not None:
                self._add_points(group, picture, size)

    def finish(self) -> None:
        """Write the file."""
        points = {"supercategory": ALL_POINTS, "keypoints": [*self.points], "skeleton": []}
        categories = [
            {**each, **(points if self.points and each["name"] == ALL_POINTS else {})}
            for each in self.classes
        ]
        metadata = {**info(), "description": "", "url": "", "date_created": str(datetime.now())}
        parts = {
            "images": self.images,
            "categories": categories,
            "annotations": self.annotations,
        }
        lines = [f'"{name}": {_rows(rows)}' for name, rows in parts.items()]
        lines.append(f'"info": {json.dumps(metadata)}')
        self.write(FILE, encoded("{\n" + ",\n".join(lines) + "\n}\n"))

    def _is_supported(self, region: Region, picture: Picture, size: Size | None) -> bool:
        supported = region.kind in (BOX, POLYGON, KEY_POINT)
        if not supported:
            picture.leave_out(region.kind, "COCO supports boxes, polygons and key points")
        elif size is None:
            picture.leave_out(region.kind, f"COCO needs pixels, and {UNKNOWN_SIZE}")
        return supported and size is not None

    def _add_region(self, region: Region, picture: Picture, size: Size) -> None:
        outline: list[Point] = region.points(size) if region.kind == POLYGON else []
        if region.turned and region.kind == BOX:
            why = "COCO boxes are not rotated: the upright bounding box was written"
            picture.leave_out("the rotation of a box", why)
        box = around(outline) if outline else region.upright(size)
        for label in region.labels:
            self._append(
                category_id=self.classes.number(label),
                segmentation=[[number for point in outline for number in point]] if outline else [],
                bbox=[*box],
                ignore=0,
                iscrowd=0,
                area=area(outline) if outline else box[2] * box[3],
            )

    def _add_points(self, group: list[Region], picture: Picture, size: Size) -> None:
        """Add the key points of a box, or those without one."""
        places: dict[str, Point] = {}
        for region in group:
            label = region.labels[0]
            if label in places or label not in self.points:
                picture.leave_out("a second key point", "a group has one key point per label")
                continue
            x, y = region.value["x"], region.value["y"]
            places[label] = (round(x / 100 * size[0]), round(y / 100 * size[1]))
        if not places:
            return
        numbers = [
            number
            for label in self.points
            for number in ((*places[label], VISIBLE) if label in places else (0, 0, 0))
        ]
        box = around([*places.values()])
        self._append(
            category_id=self.classes.number(ALL_POINTS),
            segmentation=[],
            keypoints=numbers,
            num_keypoints=len(places),
            bbox=[*box],
            iscrowd=0,
            area=box[2] * box[3],
        )

    def _append(self, **more: Any) -> None:
        own = {"id": len(self.annotations), "image_id": len(self.images) - 1}
        self.annotations.append({**own, **more})


def _rows(rows: list[dict[str, Any]]) -> str:
    """Return a list as JSON with one row per line, readable and fast to write."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]"
