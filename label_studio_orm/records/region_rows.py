"""Rows of tables of annotations and predictions: regions, in percent and in pixels."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from ..labeling.results.answer_values import ANSWER_TYPES
from ..labeling.results.coerce import rescale
from ..labeling.results.serialize import size_of
from ..labeling.results.values import is_number
from ..labeling.tags import LABELINGS
from ..orm.response_shape import shaped

LABELS = ("choices", "labels")  # suffixes of the types whose values are labels
ALONG_X, ALONG_Y = ("x", "width", "radiusX"), ("y", "height", "radiusY")  # percent of a side
POINTS = "points"  # of a polygon, each in percent
PIXELS = "_px"  # the suffix of the same in pixels

ALWAYS = ("region", "control", "object", "type", "label")
FILE = ("item_index", "file_name")
IMAGE = ("image_width", "image_height", "region_score")
TEXT = ("start", "end", "text", "startOffset", "endOffset", "globalOffsets", "channel", "instant")
DRAWN = ("x", "y", "width", "height", "radiusX", "radiusY", "rotation", POINTS, "closed")
SCALED = tuple(f"{part}{PIXELS}" for part in DRAWN if part in (*ALONG_X, *ALONG_Y, POINTS))
OTHERS = ("ranges", "sequence", "framesCount", "duration", "format", "rle")
RELATION = ("from_id", "to_id", "direction")
ANSWERS = tuple(answer.key for answer in ANSWER_TYPES.values())
# The columns of a region, in the order of a table. No key of a task's data gets such a name.
REGION_COLUMNS = tuple(
    dict.fromkeys((*ALWAYS, *FILE, *TEXT, *DRAWN, *SCALED, *IMAGE, *ANSWERS, *OTHERS, *LABELINGS))
)


def region_row(
    region: Mapping[str, Any], *, taken: Container[str], file_name: str | None = None
) -> dict[str, Any]:
    """Return a region as a row; a part whose name is taken becomes value.<name>.

    >>> region_row({"id": "a", "from_name": "s", "to_name": "t", "type": "choices",
    ...             "value": {"choices": ["Good"]}}, taken=())["label"]
    'Good'
    """
    shaped(region, {})
    row = {
        "region": region.get("id"),
        "control": region.get("from_name"),
        "object": region.get("to_name"),
        "type": region.get("type"),
        "label": _label(region),
    }
    size = _size(region)
    details = _details(region, size, file_name)
    row |= {name: value for name, value in details.items() if value is not None}
    row |= {name: region[name] for name in RELATION if name in region}
    value = region.get("value")
    parts = value if isinstance(value, Mapping) else {}
    own = {*row, *details}
    for name, part in parts.items():
        row[f"value.{name}" if name in own or name in taken else name] = part
    return row if size is None else {**row, **_in_pixels(parts, *size)}


def _details(
    region: Mapping[str, Any], size: tuple[float, float] | None, file_name: str | None
) -> dict[str, Any]:
    """Return the columns that only some regions have; None where this one has none."""
    width, height = size or (None, None)
    values = (region.get("item_index"), file_name, width, height, region.get("score"))
    return dict(zip((*FILE, *IMAGE), values, strict=True))


def _label(region: Mapping[str, Any]) -> str | None:
    kind, value = str(region.get("type", "")), region.get("value")
    key = kind if kind.endswith(LABELS) else "labels"  # of a track, beside its drawing
    labels = value.get(key) if isinstance(value, Mapping) else None
    return ", ".join(map(str, labels)) if isinstance(labels, list) and labels else None


def _size(region: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return the (width, height) of the image that a region was drawn on, or None."""
    size: tuple[float, float] | None = size_of(region)
    known = size is not None and all(is_number(side) and side > 0 for side in size)
    return size if known else None


def _in_pixels(parts: Mapping[str, Any], width: float, height: float) -> dict[str, Any]:
    """Return the parts that are in percent of an image's sides in pixels, as `region.box` has."""
    sides = {**dict.fromkeys(ALONG_X, width), **dict.fromkeys(ALONG_Y, height)}
    found: dict[str, Any] = {
        f"{name}{PIXELS}": rescale(part, 100, sides[name])
        for name, part in parts.items()
        if name in sides and is_number(part)
    }
    points = parts.get(POINTS)
    if isinstance(points, list) and all(map(_is_point, points)):
        scaled = [[rescale(x, 100, width), rescale(y, 100, height)] for x, y in points]
        found[f"{POINTS}{PIXELS}"] = scaled
    return found


def _is_point(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(is_number, value))
