"""What shapes say beside their place: parents, masks of the image's size, times, scores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from PIL import Image

from label_studio_orm.errors import InvalidInput, InvalidResult
from label_studio_orm.labeling import (
    Box,
    Brush,
    Ellipse,
    Interval,
    KeyFrame,
    KeyPoint,
    LabelConfig,
    Polygon,
    Region,
    Relation,
    Shape,
    Span,
    Track,
)
from label_studio_orm.labeling.image_size import ORIENTATION

IMAGE = LabelConfig.parse("""<View>
  <Image name="image" value="$image"/>
  <RectangleLabels name="bbox" toName="image">
    <Label value="cat"/><Label value="dog"/>
  </RectangleLabels>
  <Rectangle name="frame" toName="image"/>
  <Labels name="kind" toName="image"><Label value="car"/></Labels>
  <KeyPointLabels name="point" toName="image"><Label value="eye"/></KeyPointLabels>
  <PolygonLabels name="outline" toName="image"><Label value="roof"/></PolygonLabels>
  <BrushLabels name="brush" toName="image"><Label value="sky"/></BrushLabels>
  <Choices name="breed" toName="image" perRegion="true"><Choice value="tabby"/></Choices>
</View>""")
VIDEO = LabelConfig.parse("""<View>
  <Video name="video" value="$video"/>
  <VideoRectangle name="box" toName="video"/>
  <Labels name="kind" toName="video"><Label value="car"/></Labels>
</View>""")
SIZE = (640, 480)
HERE = {"percent": (10, 20, 30, 40)}


def only(answers: Any, *, config: LabelConfig = IMAGE, **options: Any) -> Region:
    """Build a result and return the one region that is read from it."""
    (region,) = config.read(config.result(answers, **options)).regions
    return region


def key(frame: int) -> KeyFrame:
    return KeyFrame(percent=(1, 2, 3, 4), frame=frame)


# -- regions that belong to others ---------------------------------------------------------------


def test_key_points_belong_to_the_box_around_them() -> None:
    box = Box("cat", **HERE)
    eye = KeyPoint("eye", percent=(15, 30), parent=box)
    result = IMAGE.result({"point": eye, "bbox": box}, size=SIZE)
    assert [item.get("parentID") for item in result] == [box.id, None]
    point, around = IMAGE.read(result).regions
    assert (point.parent, around.parent) == (around.id, None)
    assert point.shape == evolve(eye, to="image", size=SIZE)


def test_a_parent_may_be_given_by_its_id_and_to_any_shape() -> None:
    roof = Polygon("roof", percent=[(11, 21), (19, 21), (15, 29)], parent="d")
    result = IMAGE.result({"bbox": Box("dog", id="d", **HERE), "outline": roof})
    assert [item.get("parentID") for item in result] == [None, "d"]


def test_all_parts_of_a_region_have_its_parent() -> None:
    box = Box("cat", id="c", **HERE)
    inner = Box("car", percent=(12, 25, 5, 5), parent="c", answers={"breed": "tabby"})
    result = IMAGE.result({"bbox": box, "frame": inner})
    assert [item.get("parentID") for item in result] == [None, "c", "c", "c"]


def test_a_region_that_was_read_can_be_a_parent() -> None:
    region = only({"bbox": Box("cat", **HERE)})
    eye = KeyPoint("eye", percent=(15, 30), parent=region)
    assert eye.parent == region.id


def test_a_parent_that_is_not_in_the_result_is_refused() -> None:
    with pytest.raises(
        InvalidResult, match=("point: parent='gone' is not the id of a region in this result")
    ):
        IMAGE.result({"point": KeyPoint("eye", percent=(15, 30), parent="gone")})


def test_a_parent_that_two_regions_may_be_is_refused() -> None:
    one = Box("cat", **HERE)
    other = evolve(one, labels="dog")  # which has the same id
    with pytest.raises(InvalidResult, match="is ambiguous"):
        IMAGE.result(
            {"bbox": [one, other], "point": KeyPoint("eye", percent=(15, 30), parent=other)}
        )


@pytest.mark.parametrize("parent", [5, "", Relation("a", "b")])
def test_an_invalid_parent_is_refused_on_creation(parent: Any) -> None:
    with pytest.raises(InvalidInput, match="parent must be a region or its id"):
        KeyPoint("eye", percent=(15, 30), parent=parent)


# -- masks and the size of the image -------------------------------------------------------------

SMALL = np.zeros((48, 64), dtype=bool)
SMALL[12:36, 16:48] = True


def test_a_mask_of_another_size_than_the_image_is_refused_with_both() -> None:
    with pytest.raises(InvalidResult, match=r"mask has 64×48 pixels, the image 640×480: .* resize"):
        IMAGE.result({"brush": Brush("sky", mask=SMALL)}, size=SIZE)
    with pytest.raises(InvalidInput, match=r"mask has 64×48 pixels, the image 640×480"):
        Brush("sky", mask=SMALL, size=SIZE)
    with pytest.raises(InvalidInput, match=r"mask has 64×48 pixels, the image 48×64"):
        Brush("sky", mask=SMALL, size=(48, 64))


@pytest.mark.parametrize("size", [(640, 480), (32, 24), (65, 47), (1, 1000)])
def test_a_mask_is_stretched_if_that_is_wanted(size: Any) -> None:
    at_once = Brush("sky", mask=SMALL, size=size, resize=True)
    later = only({"brush": Brush("sky", mask=SMALL, resize=True)}, size=size).brush
    assert at_once.mask.shape == later.mask.shape == size[::-1]
    assert (at_once.mask == later.mask).all()


def test_each_pixel_of_a_stretched_mask_is_the_nearest() -> None:
    mask = np.array([[255, 0], [0, 128]], dtype=np.uint8)
    large = Brush("sky", mask=mask, size=(4, 6), resize=True).mask
    assert (large == mask.repeat(3, axis=0).repeat(2, axis=1)).all()
    assert (Brush("sky", mask=large, size=(2, 2), resize=True).mask == mask).all()


def test_a_mask_of_the_size_of_the_image_needs_nothing_more() -> None:
    brush = only({"brush": Brush("sky", mask=SMALL)}, size=(64, 48)).brush
    assert (brush.mask == SMALL * 255).all()


def test_the_size_of_a_mask_overrides_that_of_the_result() -> None:
    brush = only({"brush": Brush("sky", mask=SMALL, size=(64, 48))}, size=SIZE).brush
    assert brush.size == (64, 48)


@pytest.mark.parametrize("dtype", [bool, np.uint8])
def test_an_empty_mask_is_refused(dtype: Any) -> None:
    with pytest.raises(InvalidInput, match="must have at least one pixel"):
        Brush("sky", mask=np.zeros((4, 4), dtype=dtype))


def test_a_mask_without_a_size_reports_which_is_missing() -> None:
    rle = Brush("sky", mask=SMALL).rle
    with pytest.raises(
        InvalidResult, match=r"original_width.*is missing: .*size=\(width, height\)"
    ):
        IMAGE.result({"brush": Brush("sky", rle=rle)})


def test_a_size_may_be_the_file_of_the_image(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    Image.new("RGB", (480, 640)).save(tmp_path / "photo.jpg", exif=exif)
    for given in (tmp_path / "photo.jpg", str(tmp_path / "photo.jpg")):
        box = only({"bbox": Box("cat", pixels=(64, 48, 320, 240))}, size=given).box
        assert (box.size, box.percent) == (SIZE, (10, 10, 50, 50))
        assert Box("cat", pixels=(64, 48, 320, 240), size=given).size == SIZE


def test_the_size_of_a_result_applies_to_all_units() -> None:
    boxes = [Box("cat", **HERE), Box("dog", fractions=(0.1, 0.2, 0.3, 0.4))]
    result = IMAGE.result({"bbox": boxes}, size=SIZE)
    assert {(item["original_width"], item["original_height"]) for item in result} == {SIZE}


@pytest.mark.parametrize("score", [7, -0.1, 90, 1.0001])
def test_the_score_of_a_region_is_from_0_to_1(score: float) -> None:
    boxes = [Box("cat", **HERE), Box("dog", score=score, **HERE)]
    with pytest.raises(InvalidResult, match=rf"\[1\]\.score: must be between 0 and 1, not {score}"):
        IMAGE.result({"bbox": boxes})


# -- the times of key frames ---------------------------------------------------------------------


def sequence_of(track: Track, *, rate: str = "", data: Any = None) -> Any:
    xml = str(VIDEO).replace('value="$video"', f'value="$video" {rate}')
    (made,) = LabelConfig.parse(xml).result({"box": track}, data=data)
    return made["value"]


@pytest.mark.parametrize(
    ("rate", "data", "time"),
    [
        ("", None, 12 / 24),
        ('frameRate="30"', None, 12 / 30),
        ('framerate="29.97"', None, 12 / 29.97),
        ('frameRate="$fps"', {"fps": 10}, 12 / 10),
        ('frameRate="$fps"', {"fps": "10"}, 12 / 10),
        ('frameRate="$of.fps"', {"of": {"fps": 10}}, 12 / 10),
        ('frameRate="$fps"', {}, 12 / 24),
        ('frameRate="0.04"', None, 12 / 25),  # seconds a frame
        ('frameRate="fast"', None, 12 / 24),
    ],
)
def test_a_key_frame_has_the_time_that_the_editor_gives_it(
    rate: str, data: Any, time: float
) -> None:
    value = sequence_of(Track("car", keyframes=[key(12)]), rate=rate, data=data)
    assert value["sequence"][0]["time"] == pytest.approx(time)
    assert "framesCount" not in value
    assert "duration" not in value


def test_the_frame_rate_follows_from_frames_and_duration() -> None:
    value = sequence_of(Track("car", keyframes=[key(10)], frames=100, duration=4))
    assert value["sequence"][0]["time"] == pytest.approx(0.4)


def test_frames_and_duration_follow_from_one_another() -> None:
    value = sequence_of(Track("car", keyframes=[key(10)], frames=60), rate='frameRate="30"')
    assert (value["framesCount"], value["duration"]) == (60, 2)
    value = sequence_of(Track("car", keyframes=[key(10)], duration=2), rate='frameRate="30"')
    assert (value["framesCount"], value["duration"]) == (60, 2)


def test_an_explicit_time_is_unchanged() -> None:
    frame = KeyFrame(percent=(1, 2, 3, 4), frame=10, time=1.5)
    assert sequence_of(Track("car", keyframes=[frame]))["sequence"][0]["time"] == 1.5


def test_a_raw_track_gets_the_times_that_it_lacks() -> None:
    frame = {"x": 1, "y": 2, "width": 3, "height": 4, "rotation": 0, "enabled": True}
    value = {"sequence": [{**frame, "frame": 12}, {**frame, "frame": 24, "time": 7.5}]}
    names = {"id": "r", "from_name": "box", "to_name": "video", "type": "videorectangle"}
    raw = [{**names, "value": value}]
    (made,) = VIDEO.result(raw)
    assert [each["time"] for each in made["value"]["sequence"]] == [0.5, 7.5]
    assert "time" not in value["sequence"][0]


def test_a_track_reads_back_equal_though_its_times_were_worked_out() -> None:
    track = Track("car", keyframes=[key(1), key(9)], frames=60)
    assert only({"box": track}, config=VIDEO).track == evolve(track, to="video")


@pytest.mark.parametrize(
    ("shape", "typed"),
    [
        (
            Box("cat", percent=(10, 10, 20, 20), rotation=5, id="a"),
            "Box('cat', percent=(10.0, 10.0, 20.0, 20.0), rotation=5.0)",
        ),
        (
            Ellipse(pixels=(1, 2, 3, 4), size=(9, 9), answers={"torn": "yes"}),
            "Ellipse(pixels=(1.0, 2.0, 3.0, 4.0), size=(9, 9), answers={'torn': 'yes'})",
        ),
        (KeyPoint("eye", fractions=(0, 0)), "KeyPoint('eye', fractions=(0.0, 0.0))"),
        (
            Polygon(["a", "b"], percent=[(0, 0), (1, 0)], closed=False),
            "Polygon(('a', 'b'), percent=((0.0, 0.0), (1.0, 0.0)), closed=False)",
        ),
        (Span("PER", start=0, end=3), "Span('PER', start=0, end=3)"),
        (Interval(start=0, end=1.5, score=0.5), "Interval(start=0.0, end=1.5, score=0.5)"),
        (
            Track("car", keyframes=[KeyFrame(percent=(0, 0, 1, 1), frame=2)]),
            "Track('car', keyframes=(KeyFrame(percent=(0.0, 0.0, 1.0, 1.0), frame=2),))",
        ),
    ],
)
def test_the_repr_of_a_shape_is_what_one_would_type(shape: Shape, typed: str) -> None:
    assert repr(shape) == typed
    assert eval(typed) == shape
