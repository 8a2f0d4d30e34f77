"""Building of results from shapes and answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from support.region_configs import HERE, IMAGE, SIZE, TEXT, VIDEO, item, only

from label_studio_orm.errors import InvalidInput, InvalidResult
from label_studio_orm.labeling import (
    Box,
    Brush,
    Ellipse,
    KeyPoint,
    LabelConfig,
    Polygon,
    Span,
)

# -- boxes -----------------------------------------------------------------------------------------


def test_a_box_in_pixels_is_kept_in_percent_and_read_in_pixels() -> None:
    region = only(IMAGE, {"bbox": Box("cat", pixels=(64, 48, 320, 240))}, size=SIZE)
    assert (region.label, region.labels) == ("cat", ("cat",))
    assert region.box.percent == pytest.approx((10, 10, 50, 50))
    assert region.box.pixels == pytest.approx((64, 48, 320, 240))
    assert region.box.fractions == pytest.approx((0.1, 0.1, 0.5, 0.5))


def test_the_size_of_a_shape_overrides_that_of_the_result() -> None:
    boxes = [
        Box("cat", pixels=(50, 50, 50, 50), size=(100, 100)),
        Box("dog", pixels=(64, 48, 1, 1)),
    ]
    result = IMAGE.result({"bbox": boxes}, size=SIZE)
    assert [item["original_width"] for item in result] == [100, 640]
    assert [item["value"]["x"] for item in result] == [50, 10]


def test_a_box_in_pixels_without_a_size_is_refused() -> None:
    with pytest.raises(
        InvalidInput, match=r"bbox: A Box in pixels needs .* size=\(width, height\)"
    ):
        IMAGE.result({"bbox": Box("cat", pixels=(64, 48, 320, 240))})


def test_a_box_of_a_result_without_its_size_has_no_pixels() -> None:
    box = only(IMAGE, {"bbox": Box("cat", **HERE)}).box
    assert box.percent == (10, 20, 30, 40)
    with pytest.raises(InvalidInput, match="needs the image's size"):
        _ = box.pixels


@pytest.mark.parametrize(
    "numbers",
    [(64, 48, 320, 240), [64, 48, 320, 240], np.array([64, 48, 320, 240], dtype="float32")],
    ids=["tuple", "list", "numpy"],
)
def test_any_sequence_of_numbers_makes_a_box(numbers: Any) -> None:
    result = IMAGE.result({"bbox": Box("cat", pixels=numbers)}, size=np.array(SIZE))
    assert json.loads(json.dumps(result)) == result


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((1, 2, 3), r"A Box must be \(x, y, width, height\)"),
        (5, r"A Box must be \(x, y, width, height\), not 5"),
        ((1, 2, 3, float("nan")), "height of a Box must be a finite number, not nan"),
        ((1, 2, None, 4), "width of a Box must be a number, not None"),
        ((1, 2, "3", 4), "width of a Box must be a finite number, not '3'"),
    ],
)
def test_an_invalid_box_is_refused_on_creation(numbers: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        Box("cat", percent=numbers)


def test_a_box_has_exactly_one_unit() -> None:
    with pytest.raises(InvalidInput, match="pixels and percent"):
        Box("cat", pixels=(1, 2, 3, 4), percent=(1, 2, 3, 4))
    with pytest.raises(InvalidInput, match="fractions=, not none"):
        Box("cat")


@pytest.mark.parametrize("size", [(640,), (0, 480), (float("nan"), 5), (float("inf"), 5), "64", 5])
def test_an_invalid_size_is_refused(size: Any) -> None:
    with pytest.raises(
        InvalidInput, match=r"(size|The size of an image) must be \(width, height\)"
    ):
        Box("cat", percent=(1, 2, 3, 4), size=size)


def test_a_box_beyond_the_image_is_refused() -> None:
    with pytest.raises(
        InvalidResult,
        match=r"value\.x of .bbox.: must be at most 100 percent of the image, not 109\.375",
    ):
        IMAGE.result({"bbox": Box("cat", pixels=(700, 10, 10, 10))}, size=SIZE)


@pytest.mark.parametrize("sides", [(0, 10), (10, 0), (-5, 10), (10, -5)])
def test_a_box_without_an_area_is_refused(sides: tuple[int, int]) -> None:
    with pytest.raises(
        InvalidResult, match=r"value\.(width|height) of .bbox.: must be more than 0"
    ):
        IMAGE.result({"bbox": Box("cat", percent=(10, 10, *sides))})


def test_a_rotation_is_built_and_read() -> None:
    assert only(IMAGE, {"bbox": Box("cat", rotation=45, **HERE)}).box.rotation == 45


def test_no_boxes_make_an_empty_result() -> None:
    assert IMAGE.result({"bbox": []}) == []
    assert IMAGE.result({"bbox": None}) == []


def test_boxes_may_come_from_a_generator() -> None:
    def found() -> Iterator[Box]:
        yield Box("cat", **HERE)
        yield Box("dog", **HERE)

    assert len(IMAGE.result({"bbox": found()})) == 2


@pytest.mark.parametrize("score", [0.5, np.float32(0.5), np.float64(0.5)])
def test_a_score_of_numpy_can_be_sent(score: Any) -> None:
    result = IMAGE.result({"bbox": Box("cat", score=score, **HERE)})
    assert json.loads(json.dumps(result))[0]["score"] == 0.5
    assert IMAGE.read(result).regions[0].score == 0.5


def test_item_index_selects_an_image_of_a_list() -> None:
    result = IMAGE.result({"bbox": Box("cat", item_index=np.int64(2), **HERE)})
    assert json.loads(json.dumps(result))[0]["item_index"] == 2
    shape = IMAGE.read(result).regions[0].shape
    assert shape is not None
    assert shape.item_index == 2


def test_a_label_that_is_not_a_string_is_refused_on_creation() -> None:
    for label in (5, float("nan"), [None]):
        with pytest.raises(InvalidInput, match="labels of a region must be strings"):
            Box(label, **HERE)


# -- a shape with its labels apart -----------------------------------------------------------------


def test_a_rectangle_and_its_labels_are_two_items_and_one_region() -> None:
    result = IMAGE.result({"frame": Box("car", **HERE)})
    assert [(item["type"], item["id"]) for item in result] == [
        ("rectangle", result[0]["id"]),
        ("labels", result[0]["id"]),
    ]
    for order in (result, result[::-1]):
        (region,) = IMAGE.read(order).regions
        assert region.label == "car"
        assert region.box.percent == (10, 20, 30, 40)


def test_labels_of_an_image_use_a_separate_drawing() -> None:
    result = IMAGE.result({"kind": Box("car", **HERE)})
    assert [item["from_name"] for item in result] == ["frame", "kind"]


def test_a_rectangle_needs_no_label() -> None:
    region = only(IMAGE, {"frame": Box(**HERE)})
    assert (region.label, region.labels) == (None, ())


# -- other shapes ----------------------------------------------------------------------------------


def test_a_mask_is_built_and_read() -> None:
    mask = np.zeros((6, 8), dtype=bool)
    mask[2:4, 3:7] = True
    region = only(IMAGE, {"brush": Brush("sky", mask=mask)})
    assert ((region.mask > 0) == mask).all()
    assert region.brush.size == (8, 6)


def test_a_mask_may_be_a_list_of_lists() -> None:
    assert only(IMAGE, {"brush": Brush("sky", mask=[[0, 255], [255, 0]])}).mask.shape == (2, 2)


def test_run_lengths_take_the_size_of_the_result() -> None:
    rle = Brush("sky", mask=np.eye(2, dtype=bool)).rle
    region = only(IMAGE, {"brush": Brush("sky", rle=rle)}, size=(2, 2))
    assert region.mask.tolist() == [[255, 0], [0, 255]]


def test_run_lengths_may_be_a_numpy_array() -> None:
    rle = np.array(Brush("sky", mask=np.eye(2, dtype=bool)).rle, dtype=np.uint8)
    result = IMAGE.result({"brush": Brush("sky", rle=rle, size=(2, 2))})
    assert json.loads(json.dumps(result)) == result


def test_scores_are_no_mask() -> None:
    with pytest.raises(InvalidInput, match=r"pass mask > 0\.5"):
        Brush("sky", mask=np.array([[0.1, 0.9]]))


def test_a_polygon_of_a_numpy_array() -> None:
    points = np.array([[64, 48], [320, 48], [320, 240]])
    polygon = only(IMAGE, {"outline": Polygon("roof", pixels=points)}, size=SIZE).polygon
    assert np.allclose(polygon.pixels, points)
    assert polygon.closed


@pytest.mark.parametrize("points", [5, [1, 2, 3, 4, 5, 6], [(1, 2), (3, 4)], None])
def test_an_invalid_polygon_is_refused(points: Any) -> None:
    with pytest.raises(InvalidInput, match="Polygon"):
        Polygon("roof", percent=points)


def test_an_open_line_of_two_points_that_the_editor_saved_is_read() -> None:
    value = {"points": [[1, 2], [3, 4]], "closed": False, "polygonlabels": ["roof"]}
    (region,) = IMAGE.read([item("outline", "polygonlabels", value)]).regions
    assert region.polygon.percent == ((1, 2), (3, 4))


def test_a_key_point_has_a_place_and_a_width() -> None:
    point = only(IMAGE, {"point": KeyPoint("eye", percent=(10, 20), width=2)}).keypoint
    assert (point.percent, point.width) == ((10, 20), 2)


def test_a_control_accepts_only_its_own_shapes() -> None:
    with pytest.raises(InvalidResult, match="a RectangleLabels takes Box, not Polygon"):
        IMAGE.result({"bbox": Polygon("cat", percent=[(1, 2), (3, 4), (5, 6)])})
    with pytest.raises(InvalidResult, match="takes regions, such as Box or Span, not"):
        IMAGE.result({"bbox": [Box("cat", **HERE), (1, 2, 3, 4)]})


TWO = LabelConfig.parse("""<View>
  <Image name="left" value="$a"/><Image name="right" value="$b"/>
  <RectangleLabels name="bbox" toName="left,right"><Label value="cat"/></RectangleLabels>
</View>""")


# -- names -----------------------------------------------------------------------------------------


def test_to_selects_the_object_of_a_region() -> None:
    boxes = [Box("cat", **HERE), Box("cat", to="right", **HERE)]
    regions = TWO.read(TWO.result({"bbox": boxes})).regions
    assert [region.object for region in regions] == ["left", "right"]


def test_an_unknown_object_is_reported() -> None:
    with pytest.raises(
        InvalidResult,
        match=r"bbox: to must be an object .*, not 'rigth'\. Did you mean 'right'",
    ):
        TWO.result({"bbox": Box("cat", to="rigth", **HERE)})


def test_names_of_a_repeater_have_their_number() -> None:
    config = LabelConfig.parse("""<View><Repeater on="$pages">
      <Text name="page_{{idx}}" value="$pages[{{idx}}].text"/>
      <Labels name="ner_{{idx}}" toName="page_{{idx}}"><Label value="PER"/></Labels>
      <Choices name="kind_{{idx}}" toName="page_{{idx}}"><Choice value="letter"/></Choices>
    </Repeater></View>""")
    data = {"pages": [{"text": "Bob"}, {"text": "Hello Ada"}]}
    made = [
        {**item("ner_1", "labels", {"start": 6, "end": 9, "labels": ["PER"]}), "to_name": "page_1"},
        {**item("kind_0", "choices", {"choices": ["letter"]}, id="c"), "to_name": "page_0"},
    ]
    config.validate(made, data=data)
    reading = config.read(made)
    assert (reading.regions[0].span.start, reading["kind_0"]) == (6, "letter")
    span = Span("PER", quote="Ada", to="page_1")
    result = config.result({"ner_1": span, "kind_1": "letter"}, data=data)
    assert [(each["from_name"], each["to_name"]) for each in result] == [
        ("ner_1", "page_1"),
        ("kind_1", "page_1"),
    ]


# -- labels and drawings in separate controls ------------------------------------------------------

DRAWN_APART = LabelConfig.parse("""<View>
  <Image name="image" value="$image"/>
  <RectangleLabels name="bbox" toName="image"><Label value="cat"/></RectangleLabels>
  <Image name="second" value="$second"/>
  <Rectangle name="elsewhere" toName="second"/>
  <Polygon name="outline" toName="image"/>
  <Rectangle name="frame" toName="image"/>
  <Labels name="kind" toName="image"><Label value="car"/></Labels>
</View>""")
TRIANGLE = ((0, 0), (50, 0), (50, 50))


@pytest.mark.parametrize(
    ("shape", "drawing"),
    [(Box("car", **HERE), "frame"), (Polygon("car", percent=TRIANGLE), "outline")],
)
def test_labels_use_the_drawing_control_of_their_shape_and_image(shape: Any, drawing: str) -> None:
    drawn, labels = DRAWN_APART.result({"kind": shape})
    assert (drawn["from_name"], labels["from_name"]) == (drawing, "kind")
    assert labels["value"]["labels"] == ["car"]
    assert "labels" not in drawn["value"]


def test_a_control_with_labels_draws_its_own_regions() -> None:
    (region,) = DRAWN_APART.result({"bbox": Box("cat", **HERE)})
    assert (region["from_name"], region["type"]) == ("bbox", "rectanglelabels")


def test_labels_without_a_drawing_control_for_the_shape_are_refused() -> None:
    with pytest.raises(InvalidResult, match="a Labels takes other regions, not Ellipse"):
        DRAWN_APART.result({"kind": Ellipse("car", percent=(50, 50, 5, 5))})


def test_a_control_that_cannot_be_drawn_here_does_not_use_the_drawing_of_another() -> None:
    with pytest.raises(InvalidResult, match="a VectorLabels takes other regions, not Box"):
        IMAGE.result({"vector": Box("road", **HERE)})


def test_labels_of_a_drawing_need_a_labels_control_for_its_image() -> None:
    with pytest.raises(InvalidResult, match="labels of a Rectangle need a <Labels> for 'second'"):
        DRAWN_APART.result({"elsewhere": Box("car", **HERE)})


# -- raw dicts -------------------------------------------------------------------------------------


def test_a_dict_without_a_value_is_not_an_item_of_a_result() -> None:
    with pytest.raises(InvalidResult, match="a Box has no 'from_name'"):
        IMAGE.result({"bbox": {"from_name": "bbox", "label": "cat"}})


def test_the_object_of_a_dict_determines_its_shape() -> None:
    config = LabelConfig.parse("""<View>
      <Text name="text" value="$text"/><Audio name="audio" value="$audio"/>
      <Labels name="kind" toName="text,audio"><Label value="A"/></Labels>
    </View>""")
    (region,) = config.result({"kind": {"to": "audio", "start": 1, "end": 2.5, "label": "A"}})
    assert (region["to_name"], region["value"]["end"]) == ("audio", 2.5)


@pytest.mark.parametrize("changed", [{"to_name": "film"}, {"value": None}])
def test_an_invalid_track_is_a_problem(changed: Any) -> None:
    track = {"from_name": "box", "to_name": "video", "type": "videorectangle", "value": {}}
    with pytest.raises(InvalidResult, match=r"\[0\]"):
        VIDEO.result([{**track, **changed}])


def test_a_dict_for_an_unknown_object_is_a_problem() -> None:
    config = LabelConfig.parse('<View><Labels name="kind" toName="gone"/></View>')
    with pytest.raises(InvalidResult, match="takes regions"):
        config.result({"kind": {"start": 1, "end": 2}})


# -- keys of items ---------------------------------------------------------------------------------


def test_only_a_shape_with_a_size_has_the_keys_of_its_image() -> None:
    sized, unsized = IMAGE.result({"bbox": [Box("cat", size=SIZE, **HERE), Box("cat", **HERE)]})
    assert (sized["original_width"], sized["image_rotation"]) == (640, 0)
    assert {"original_width", "image_rotation"}.isdisjoint(unsized)


def test_the_size_of_a_result_does_not_concern_spans() -> None:
    (span,) = TEXT.result({"ner": Span("PER", start=0, end=3)}, size=SIZE)
    assert "original_width" not in span
