"""Regions of two results are matched by what they share; IoU agrees with a count of pixels."""

from __future__ import annotations

import importlib
import math
import random
from typing import Any

import numpy as np
import pytest

from label_studio_orm.errors import MissingPackage
from label_studio_orm.labeling import (
    Box,
    Brush,
    Ellipse,
    Frames,
    Interval,
    KeyFrame,
    KeyPoint,
    LabelConfig,
    Polygon,
    Region,
    Shape,
    Span,
    Track,
    iou,
    labels,
)
from label_studio_orm.labeling.matching import match

SIZE = (400, 300)
X, Y = np.meshgrid(np.arange(SIZE[0]) + 0.5, np.arange(SIZE[1]) + 0.5)  # the centers of pixels


def raster(shape: Any) -> Any:
    """Return the pixels of a shape, by the definition of its numbers."""
    if isinstance(shape, Polygon):
        return _inside(shape.pixels)
    x, y, along_x, along_y = shape.pixels
    angle = -math.radians(shape.rotation)
    right = (X - x) * math.cos(angle) - (Y - y) * math.sin(angle)
    down = (X - x) * math.sin(angle) + (Y - y) * math.cos(angle)
    if isinstance(shape, Ellipse):
        return (right / along_x) ** 2 + (down / along_y) ** 2 <= 1
    return (right >= 0) & (right < along_x) & (down >= 0) & (down < along_y)


def _inside(points: Any) -> Any:
    inside = np.zeros(X.shape, dtype=bool)
    for (x, y), (right, down) in zip(points, [*points[1:], points[0]], strict=True):
        crosses = ((y > Y) != (down > Y)) & ((right - x) * (Y - y) / (down - y + 1e-12) + x > X)
        inside ^= crosses
    return inside


def drawn(seed: int) -> Shape:
    """Return a box, an ellipse or a polygon in the middle of an image."""
    chance = random.Random(seed)
    numbers = tuple(
        chance.uniform(low, high) for low, high in [(30, 60), (30, 60), (9, 30), (9, 30)]
    )
    kind = chance.choice([Box, Ellipse, Polygon])
    if kind is Polygon:
        angles = sorted(chance.uniform(0, 2 * math.pi) for _ in range(6))
        points = [(50 + 30 * math.cos(a), 50 + 35 * math.sin(a)) for a in angles]
        return Polygon("a", percent=points, size=SIZE)
    return kind("a", percent=numbers, rotation=chance.choice([0, 30, -70]), size=SIZE)


@pytest.mark.parametrize("seed", range(12))
def test_the_iou_of_drawn_shapes_is_that_of_their_pixels(seed: int) -> None:
    one, other = drawn(2 * seed), drawn(2 * seed + 1)
    pixels = raster(one), raster(other)
    counted = (pixels[0] & pixels[1]).sum() / (pixels[0] | pixels[1]).sum()
    assert iou(one, other) == pytest.approx(counted, abs=0.01)
    assert iou(one, other) == pytest.approx(iou(other, one))
    assert iou(one, one) == pytest.approx(1)


def mask(left: int, right: int) -> Brush:
    pixels = np.zeros((20, 30), dtype=bool)
    pixels[5:10, left:right] = True
    return Brush("a", mask=pixels)


def track(x: float, *, frames: int = 20, enabled: bool = True) -> Track:
    ends = [
        KeyFrame(percent=(x, 0, 10, 10), frame=1),
        KeyFrame(percent=(x + 10, 0, 10, 10), frame=11, enabled=enabled),
    ]
    return Track("a", keyframes=ends, frames=frames)


DAY = "2026-01-0{}"
PAIRS: dict[str, tuple[Shape, Shape, float]] = {
    "boxes": (Box("a", percent=(0, 0, 10, 10)), Box("b", percent=(5, 0, 10, 10)), 1 / 3),
    "masks": (mask(5, 15), mask(10, 20), 1 / 3),
    "apart masks": (mask(5, 15), mask(15, 20), 0),
    "spans": (Span("a", 0, 10), Span("a", 5, 10), 1 / 2),
    "paragraphs": (Span("a", 0, 10, paragraph=1), Span("a", 0, 10, paragraph=2), 0),
    "a long span": (
        Span("a", 0, 10, paragraph=1, end_paragraph=2),
        Span("a", 0, 10, paragraph=1, end_paragraph=2),
        1,
    ),
    "intervals": (Interval("a", start=0, end=1), Interval("a", start=0.5, end=1.5), 1 / 3),
    "channels": (
        Interval("a", start=0, end=1, channel=0),
        Interval("a", start=0, end=1, channel=1),
        0,
    ),
    "instants": (Interval("a", start=2, end=2), Interval("a", start=2, end=2), 1),
    "frames": (Frames("a", ranges=[(1, 10), (6, 20)]), Frames("a", ranges=(11, 30)), 1 / 3),
    "tracks": (track(0), track(5), 1 / 3),
    "a track that ends": (track(0), track(0, enabled=False), 11 / 20),
    "lines": (
        Polygon("a", percent=[(0, 0), (9, 9)], closed=False),
        Polygon("a", percent=[(0, 0), (9, 8)], closed=False),
        0,
    ),
    "kinds": (Box("a", percent=(0, 0, 10, 10)), Span("a", 0, 10), 0),
}


@pytest.mark.parametrize("numbers", [(0, 0, 0, 0), (0, 0, 1e308, 1e308), (-1e200, 0, 1, 1)])
@pytest.mark.parametrize("kind", [Box, Ellipse])
def test_absurd_shapes_are_compared_too(kind: Any, numbers: Any) -> None:
    one = kind("a", percent=numbers, rotation=20)
    assert iou(one, one) in (0, 1)  # what is not a number is not equal to itself
    assert iou(one, Box("a", percent=(0, 0, 10, 10))) == 0


@pytest.mark.parametrize(("one", "other", "expected"), PAIRS.values(), ids=PAIRS)
def test_iou_by_kind(one: Shape, other: Shape, expected: float) -> None:
    assert iou(one, other) == pytest.approx(expected)
    assert iou(other, one) == pytest.approx(expected)
    assert iou(one, one) == iou(other, other) == 1


def test_points_have_no_iou() -> None:
    assert iou(KeyPoint("a", percent=(1, 1)), KeyPoint("a", percent=(1, 1))) is None


def test_rotation_needs_the_sides_of_the_image_that_one_region_knows() -> None:
    box = Box("a", percent=(40, 40, 20, 20), rotation=45)
    known = Box("a", percent=(40, 40, 20, 20), rotation=45, size=(1000, 100))
    upright = Box("a", percent=(40, 40, 20, 20))
    assert iou(box, known) == pytest.approx(1)
    assert iou(known, upright) != pytest.approx(iou(box, upright))


def test_a_polygon_that_crosses_itself_has_the_area_of_its_parts() -> None:
    bow = Polygon("a", percent=[(0, 0), (10, 10), (10, 0), (0, 10)])
    assert iou(bow, Box("a", percent=(0, 0, 10, 10))) == pytest.approx(1 / 2)


def test_only_outlines_need_shapely(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    box = Box("a", percent=(0, 0, 10, 10))
    assert iou(box, box) == 1
    with pytest.raises(MissingPackage, match=r"pip install 'label-studio-orm\[geometry\]'"):
        iou(box, box.replace(rotation=30))


# -- pairs ----------------------------------------------------------------------------------------

CONFIG = LabelConfig.create(
    {
        "image": "Image",
        "box": labels("cat", "dog"),
        "point": labels("nose", "eye", tag_type="KeyPointLabels"),
    }
)


def regions(*shapes: Shape) -> list[Region]:
    control = "point" if isinstance(shapes[0], KeyPoint) else "box"
    result = CONFIG.result({control: list(shapes)}, size=SIZE)
    return [*CONFIG.read(result).regions]


def box(x: float, label: str = "cat", **more: Any) -> Box:
    return Box(label, percent=(x, 0, 10, 10), **more)


def found(one: list[Region], other: list[Region], **options: Any) -> list[Any]:
    """Return the places of the regions of each match."""
    return [
        (
            None if each.one is None else one.index(each.one),
            None if each.other is None else other.index(each.other),
        )
        for each in match(one, other, **options)
    ]


def test_the_pair_that_shares_most_comes_first_whatever_its_label() -> None:
    one, other = regions(box(0), box(4)), regions(box(5, "dog"))
    assert found(one, other) == [(0, None), (1, 0)]
    assert [each.same for each in match(one, other)] == [False, False]


def test_of_equal_pairs_that_with_the_same_label_is_matched() -> None:
    one, other = regions(box(0)), regions(box(0, "dog"), box(0))
    assert found(one, other) == [(0, 1), (None, 0)]


def test_regions_that_share_too_little_are_left_over() -> None:
    one, other = regions(box(0)), regions(box(4))
    assert found(one, other) == [(0, None), (None, 0)]
    assert found(one, other, least=0.4) == [(0, 0)]


def test_regions_of_other_images_do_not_match() -> None:
    one, other = regions(box(0, item_index=0)), regions(box(0, item_index=1))
    assert found(one, other) == [(0, None), (None, 0)]


def test_points_match_the_nearest_with_the_same_label() -> None:
    def point(x: float, label: str) -> KeyPoint:
        return KeyPoint(label, percent=(x, 50))

    one, other = regions(point(10, "nose")), regions(point(11, "eye"), point(15, "nose"))
    assert found(one, other) == [(0, 1), (None, 0)]
    first = match(one, other)[0]
    assert (first.iou, first.distance) == (None, pytest.approx(5 * 400 / 500))


def test_times_in_words_are_compared_as_times() -> None:
    config = LabelConfig.parse(
        '<View><TimeSeries name="ts" value="$csv" valueType="url" timeColumn="t"'
        ' timeFormat="%Y-%m-%d"><Channel column="v"/></TimeSeries>'
        '<TimeSeriesLabels name="l" toName="ts"><Label value="a"/></TimeSeriesLabels></View>'
    )

    def region(start: int, end: int) -> Region:
        value = {"start": DAY.format(start), "end": DAY.format(end), "timeserieslabels": ["a"]}
        item = {"id": "r", "from_name": "l", "to_name": "ts", "type": "timeserieslabels"}
        return config.read([{**item, "value": value}]).regions[0]

    assert iou(region(1, 5), region(3, 5)) == pytest.approx(1 / 2)
