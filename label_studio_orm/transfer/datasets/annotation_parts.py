"""Image regions of annotations, for dataset formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from attrs import frozen

from ...labeling.config import LabelConfig
from ...labeling.controls import find_tag
from ...labeling.results.clipping import Point, Quad, corners
from ...labeling.results.values import is_number
from ...labeling.tags import ANSWERS

Size = tuple[float, float]

BOX, KEY_POINT, MASK, POLYGON = "a box", "a key point", "a mask", "a polygon"
# Kinds of regions, as named in reports, by a key that only their values have.
KINDS: Sequence[tuple[str, str]] = (
    (POLYGON, "points"),
    (MASK, "rle"),
    ("an ellipse", "radiusX"),
    ("a vector", "vertices"),
    ("a track", "sequence"),
    (MASK, "imageDataURL"),
)


MAX_NUMBER = 1e12  # percent, degrees or pixels


@frozen
class Region:
    """A labeled region of an image; coordinates are in percent."""

    kind: str
    labels: tuple[str, ...]
    value: Mapping[str, Any]
    shown: str  # the name of the tag that shows the image
    item: int  # the index in a list of images
    size: Size | None  # of the image, from the result
    id: str = ""
    parent: str = ""

    @property
    def rotation(self) -> float:
        """The degrees around the first corner, clockwise."""
        found = self.value.get("rotation")
        return float(found) if _is_coordinate(found) else 0.0

    @property
    def turned(self) -> bool:
        return bool(self.rotation)

    def corners(self, size: Size) -> list[Point]:
        """Return the corners of a box in pixels, clockwise from the one it rotates around."""
        return corners(self._scaled(size), self.rotation)

    def upright(self, size: Size) -> Quad:
        """Return the upright bounding box in pixels: x, y, width, height."""
        if not self.turned:
            return self._scaled(size)
        return around(self.corners(size))

    def points(self, size: Size) -> list[Point]:
        """Return the points of a polygon in pixels."""
        return [(x / 100 * size[0], y / 100 * size[1]) for x, y in self.value["points"]]

    @property
    def percent(self) -> Quad:
        """The box before rotation, in percent: x, y, width, height."""
        value = self.value
        return value["x"], value["y"], value["width"], value["height"]

    def _scaled(self, size: Size) -> Quad:
        x, y, width, height = self.percent
        return (
            x * size[0] / 100,
            y * size[1] / 100,
            width * size[0] / 100,
            height * size[1] / 100,
        )


def around(points: Sequence[Point]) -> Quad:
    """Return the bounding box of points: x, y, width, height."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


@frozen
class Other:
    """A part of a result other than a labeled region: an answer, a relation, an unlabeled shape."""

    what: str
    known: bool = True  # whether its control is in the labeling config


def annotations_of(task: Mapping[str, Any]) -> list[Mapping[str, Any]] | None:
    """Return the submitted annotations, oldest first; None if the task was skipped."""
    found = task.get("annotations") or []
    submitted = [each for each in found if not each.get("was_cancelled")]
    if found and not submitted:
        return None
    return sorted(submitted, key=_age)


def _age(annotation: Mapping[str, Any]) -> tuple[str, int]:
    id = annotation.get("id")
    return str(annotation.get("created_at") or ""), id if isinstance(id, int) else 0


def results_of(annotation: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the well-formed results of an annotation."""
    found = annotation.get("result")
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def value_of(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the value of a result; an empty one if it is malformed."""
    value = item.get("value")
    return value if isinstance(value, Mapping) else {}


def parts_of(annotation: Mapping[str, Any], config: LabelConfig) -> Iterator[Region | Other]:
    """Yield the regions and other parts of an annotation."""
    result = results_of(annotation)
    shapes = {_id(each): value_of(each) for each in result if _kind(value_of(each))}
    labeled = {_id(each) for each in result if _labels(each)}
    for item in result:
        value = value_of(item)
        labels = _labels(item)
        if item.get("type") == "relation":
            yield Other("a relation")
        elif find_tag(config.controls, str(item.get("from_name"))) is None:
            yield Other(f"a result of {item.get('from_name')!r}", known=False)
        elif labels:
            shape = value if _kind(value) else shapes.get(_id(item), value)
            yield _region(item, shape, labels)
        elif str(item.get("type", "")).lower() in ANSWERS:
            yield Other(f"an answer of {item.get('from_name')!r}")
        elif _id(item) not in labeled or not _id(item):
            yield Other(f"{_kind(value) or 'a region'} without a label")


def _region(item: Mapping[str, Any], value: Mapping[str, Any], labels: tuple[str, ...]) -> Region:
    index = item.get("item_index")
    return Region(
        kind=_kind(value) or "a region without coordinates",
        labels=labels,
        value=value,
        shown=str(item.get("to_name") or ""),
        item=index if isinstance(index, int) else 0,
        size=_size_in(item),
        id=_id(item),
        parent=str(item.get("parentID") or item.get("parent_id") or ""),
    )


def _id(item: Mapping[str, Any]) -> str:
    return str(item.get("id") or "")


def _is_coordinate(number: Any) -> TypeGuard[float]:
    """Tell whether a value is a number that coordinates can have."""
    return is_number(number) and abs(number) <= MAX_NUMBER


def _size_in(item: Mapping[str, Any]) -> Size | None:
    """Return the image size in a result, or None."""
    width: Any = item.get("original_width")
    height: Any = item.get("original_height")
    if not (_is_coordinate(width) and _is_coordinate(height) and width > 0 and height > 0):
        return None
    return width, height


def _labels(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the labels of a region: the value under the type of a labeling control."""
    type = str(item.get("type") or "").lower()
    found = value_of(item).get(type) if type.endswith("labels") else None
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()


def _kind(value: Mapping[str, Any]) -> str:
    """Return what kind of shape a value holds; empty if it has no coordinates."""
    for kind, part in KINDS:
        if part in value:
            return kind if part != "points" or _is_outline(value["points"]) else ""
    if all(_is_coordinate(value.get(part)) for part in ("x", "y", "width", "height")):
        return BOX
    return KEY_POINT if _is_coordinate(value.get("x")) and _is_coordinate(value.get("y")) else ""


def _is_outline(points: Any) -> bool:
    return (
        isinstance(points, list)
        and bool(points)
        and all(isinstance(p, list) and len(p) == 2 and all(map(_is_coordinate, p)) for p in points)
    )
