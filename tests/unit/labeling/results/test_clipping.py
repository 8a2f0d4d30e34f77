"""Shapes that reach beyond the image: refused, or cut to it with clip=True."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from label_studio_orm.errors import InvalidInput, InvalidResult
from label_studio_orm.labeling import (
    Box,
    Ellipse,
    KeyFrame,
    KeyPoint,
    LabelConfig,
    Polygon,
    Shape,
    Track,
)
from label_studio_orm.labeling.results.clipping import corners

IMAGE = LabelConfig.parse("""<View>
  <Image name="image" value="$image"/>
  <RectangleLabels name="box" toName="image"><Label value="cat"/></RectangleLabels>
  <EllipseLabels name="ellipse" toName="image"><Label value="cat"/></EllipseLabels>
  <PolygonLabels name="polygon" toName="image"><Label value="cat"/></PolygonLabels>
  <KeyPointLabels name="point" toName="image"><Label value="cat"/></KeyPointLabels>
</View>""")
SIZE = (640, 480)
NAMES = {Box: "box", Ellipse: "ellipse", Polygon: "polygon", KeyPoint: "point"}
LINE = ((-10, 50), (50, 50), (50, 150))


def percent(shape: Any) -> Any:
    """Return where a shape is as it is written, and check that this is let through."""
    (region,) = IMAGE.read(IMAGE.result({NAMES[type(shape)]: shape}, size=SIZE)).regions
    return region.shape.percent  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ((-10, 10, 30, 30), (0, 10, 20, 30)),
        ((90, 10, 30, 30), (90, 10, 10, 30)),
        ((10, -10, 30, 30), (10, 0, 30, 20)),
        ((10, 90, 30, 30), (10, 90, 30, 10)),
        ((-10, -10, 120, 120), (0, 0, 100, 100)),
        ((12.3, 45.6, 7.8, 9.1), (12.3, 45.6, 7.8, 9.1)),
    ],
)
def test_a_box_is_cut_at_each_edge(given: Any, left: Any) -> None:
    assert percent(Box("cat", percent=given, clip=True)) == pytest.approx(left)


@pytest.mark.parametrize(
    "unit", [{"percent": (90, 90, 20, 20)}, {"fractions": (0.9, 0.9, 0.2, 0.2)}]
)
def test_a_box_is_cut_in_its_own_unit_without_the_size(unit: Any) -> None:
    box = Box("cat", clip=True, **unit)
    assert box.percent == pytest.approx((90, 90, 10, 10))


def test_a_box_in_pixels_is_cut_when_the_size_is_known() -> None:
    box = Box("cat", pixels=(-64, 432, 128, 96), clip=True)
    assert percent(box) == pytest.approx((0, 90, 10, 10))


def test_shapes_inside_the_image_are_unchanged() -> None:
    numbers = (0.1, 0.2, 33.3, 99.8)
    assert Box("cat", percent=numbers, size=SIZE, clip=True).percent == numbers


def test_an_ellipse_is_fitted_into_what_is_left() -> None:
    shape = Ellipse("cat", percent=(0, 50, 20, 10), clip=True)
    assert percent(shape) == pytest.approx((10, 50, 10, 10))


def test_a_polygon_is_cut_along_the_edges() -> None:
    shape = Polygon("cat", percent=[(-50, 50), (50, -50), (150, 50), (50, 150)], clip=True)
    left = {(round(x), round(y)) for x, y in percent(shape)}
    assert left == {(0, 0), (100, 0), (100, 100), (0, 100)}


def test_an_open_line_is_cut_where_it_leaves() -> None:
    shape = Polygon("cat", percent=LINE, closed=False, clip=True)
    assert percent(shape) == ((0, 50), (50, 50), (50, 100))


def test_an_open_line_that_comes_back_is_two() -> None:
    with pytest.raises(InvalidInput, match="make 2 lines"):
        Polygon("cat", percent=[(50, 50), (150, 50), (50, 60)], closed=False, clip=True)


def test_a_key_frame_is_cut_too() -> None:
    frame = KeyFrame(pixels=(-64, 0, 128, 48), frame=1, clip=True)
    config = LabelConfig.parse(
        '<View><Video name="v" value="$v"/><VideoRectangle name="t" toName="v"/></View>'
    )
    (made,) = config.result({"t": Track(keyframes=[frame])}, size=SIZE)
    assert made["value"]["sequence"][0]["x"] == 0
    assert made["value"]["sequence"][0]["width"] == pytest.approx(10)


def test_a_point_a_hair_outside_is_put_on_the_edge() -> None:
    assert percent(KeyPoint("cat", percent=(100.00001, -1e-9), clip=True)) == (100, 0)


OUTSIDE = [
    Box("cat", percent=(-30, 10, 20, 20)),
    Box("cat", percent=(10, 100, 20, 20)),
    Box("cat", percent=(130, 10, 20, 20), rotation=10),
    Ellipse("cat", percent=(-30, 10, 20, 20)),
    Ellipse("cat", percent=(150, 10, 20, 20), rotation=10),
    Polygon("cat", percent=[(-5, 1), (-9, 1), (-5, 9)]),
    Polygon("cat", percent=[(-5, 1), (-9, 1)], closed=False),
    KeyPoint("cat", percent=(101, 50)),
]
PARTLY = [
    Box("cat", percent=(-10, 10, 20, 20)),
    Ellipse("cat", percent=(5, 10, 20, 5)),
    Polygon("cat", percent=[(-5, 1), (9, 1), (5, 9)]),
    Polygon("cat", percent=LINE, closed=False),
]


def _name(shape: Any) -> str:
    return f"{type(shape).__name__} {shape.percent}"


@pytest.mark.parametrize("shape", [*OUTSIDE, *PARTLY], ids=_name)
def test_what_is_not_inside_is_refused(shape: Shape) -> None:
    with pytest.raises(InvalidResult, match=r"outside|beyond the image"):
        IMAGE.result({NAMES[type(shape)]: shape}, size=SIZE)


@pytest.mark.parametrize("shape", OUTSIDE, ids=_name)
def test_clipping_a_shape_outside_the_image_is_refused(shape: Any) -> None:
    more = {"rotation": shape.rotation} if hasattr(shape, "rotation") else {}
    more |= {"closed": shape.closed} if hasattr(shape, "closed") else {}
    with pytest.raises(InvalidInput, match="must lie inside the image"):
        type(shape)("cat", percent=shape.percent, size=SIZE, clip=True, **more)


def test_an_invalid_size_is_not_reported_as_outside() -> None:
    with pytest.raises(InvalidResult, match="must be more than 0, not -20"):
        IMAGE.result({"box": Box("cat", percent=(50, 50, -20, 10), clip=True)})


# -- turned ---------------------------------------------------------------------------------------


def test_a_rotated_box_is_clipped_to_the_smallest_box_around_the_rest() -> None:
    shape = Box("cat", pixels=(640, 100, 100, 200), rotation=90, clip=True)  # 440 to 640
    assert percent(shape) == pytest.approx((100, 100 / 4.8, 100 / 6.4, 200 / 4.8))
    shape = Box("cat", pixels=(740, 100, 100, 200), rotation=90, clip=True)  # 540 to 740
    assert percent(shape) == pytest.approx((100, 100 / 4.8, 100 / 6.4, 100 / 4.8))


def test_clipping_a_rotated_box_needs_the_size() -> None:
    with pytest.raises(InvalidInput, match="To clip a rotated Box, pass the image's size"):
        IMAGE.result({"box": Box("cat", percent=(90, 0, 30, 5), rotation=10, clip=True)})


def test_a_rotated_box_may_lie_outside_in_part() -> None:
    assert IMAGE.result({"box": Box("cat", percent=(95, 50, 30, 5), rotation=10)}, size=SIZE)


turned = st.tuples(st.floats(1, 630), st.floats(1, 470), *[st.floats(5, 900)] * 2)


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(numbers=turned, rotation=st.floats(1, 359), data=st.randoms(use_true_random=False))
def test_all_that_is_seen_of_a_rotated_box_stays_in_it(
    numbers: Any, rotation: float, data: Any
) -> None:
    box = Box("cat", pixels=numbers, rotation=rotation, size=SIZE)
    cut = Box("cat", pixels=numbers, rotation=rotation, size=SIZE, clip=True)
    points = [(data.uniform(0, 640), data.uniform(0, 480)) for _ in range(50)]
    for point in points:
        assert not _holds(box, point, 1e-6) or _holds(cut, point, -1e-6)
    assert all(_holds(box, point, -1e-6) for point in corners(cut.pixels, rotation))
    again = Box("cat", pixels=cut.pixels, rotation=rotation, size=SIZE, clip=True)
    assert again.pixels == pytest.approx(cut.pixels)


def _holds(box: Box, point: tuple[float, float], margin: float) -> bool:
    """Tell whether a box holds a point, by more than a margin."""
    x, y, width, height = box.pixels
    angle = np.radians(box.rotation)
    right, down = point[0] - x, point[1] - y
    along = right * np.cos(angle) + down * np.sin(angle)
    across = down * np.cos(angle) - right * np.sin(angle)
    return bool(margin < along < width - margin and margin < across < height - margin)


# -- reading back ---------------------------------------------------------------------------------


def test_clipped_shapes_are_read_back_equal() -> None:
    shape = Box("cat", percent=(-10, 10, 30, 30), size=SIZE, clip=True, to="image")
    (region,) = IMAGE.read(IMAGE.result({"box": shape})).regions
    assert region.shape == shape
