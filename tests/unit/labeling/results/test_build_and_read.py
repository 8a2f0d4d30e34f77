"""Regions: built by hand in natural terms, and read as objects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from label_studio_orm.errors import InvalidInput, InvalidResult, NotFound
from label_studio_orm.labeling import (
    Box,
    Brush,
    Frames,
    Interval,
    KeyFrame,
    KeyPoint,
    LabelConfig,
    Polygon,
    Region,
    Relation,
    Span,
    Track,
)

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
  <VectorLabels name="vector" toName="image"><Label value="road"/></VectorLabels>
  <Choices name="breed" toName="image" perRegion="true"><Choice value="tabby"/></Choices>
  <TextArea name="note" toName="image" perRegion="true"/>
  <Rating name="quality" toName="image"/>
</View>""")
TEXT = LabelConfig.parse("""<View>
  <Text name="text" value="$text"/>
  <Labels name="ner" toName="text"><Label value="PER"/><Label value="ORG"/></Labels>
  <TextArea name="note" toName="text" perRegion="true"/>
  <Relations><Relation value="works for"/></Relations>
</View>""")
HTML = LabelConfig.parse("""<View>
  <HyperText name="page" value="$page"/>
  <HyperTextLabels name="mark" toName="page"><Label value="name"/></HyperTextLabels>
</View>""")
VIDEO = LabelConfig.parse("""<View>
  <Video name="video" value="$video"/>
  <VideoRectangle name="box" toName="video"/>
  <Labels name="kind" toName="video"><Label value="car"/></Labels>
  <TimelineLabels name="scene" toName="video"><Label value="night"/></TimelineLabels>
</View>""")
DIALOGUE = LabelConfig.parse("""<View>
  <Paragraphs name="chat" value="$chat" textKey="said"/>
  <ParagraphLabels name="mark" toName="chat"><Label value="name"/></ParagraphLabels>
</View>""")
SIZE = (640, 480)
HERE = {"percent": (10, 20, 30, 40)}
ADA = {"text": "Ada joined ACME. Ada left."}


def only(config: LabelConfig, *args: Any, **options: Any) -> Region:
    """Build a result and return the one region that is read from it."""
    (region,) = config.read(config.result(*args, **options)).regions
    return region


# -- boxes ---------------------------------------------------------------------------------------


def test_a_box_in_pixels_is_kept_in_percent_and_read_in_pixels() -> None:
    region = only(IMAGE, {"bbox": Box("cat", pixels=(64, 48, 320, 240))}, size=SIZE)
    assert (region.label, region.labels) == ("cat", ("cat",))
    assert region.box.percent == pytest.approx((10, 10, 50, 50))
    assert region.box.pixels == pytest.approx((64, 48, 320, 240))
    assert region.box.fractions == pytest.approx((0.1, 0.1, 0.5, 0.5))


def test_the_size_of_a_shape_goes_before_that_of_the_result() -> None:
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
    ("numbers", "said"),
    [
        ((1, 2, 3), r"A Box must be \(x, y, width, height\)"),
        (5, r"A Box must be \(x, y, width, height\), not 5"),
        ((1, 2, 3, float("nan")), "height of a Box must be a finite number, not nan"),
        ((1, 2, None, 4), "width of a Box must be a number, not None"),
        ((1, 2, "3", 4), "width of a Box must be a finite number, not '3'"),
    ],
)
def test_what_is_no_box_is_refused_where_it_is_made(numbers: Any, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        Box("cat", percent=numbers)


def test_a_box_is_given_in_just_one_unit() -> None:
    with pytest.raises(InvalidInput, match="pixels and percent"):
        Box("cat", pixels=(1, 2, 3, 4), percent=(1, 2, 3, 4))
    with pytest.raises(InvalidInput, match="fractions=, not none"):
        Box("cat")


@pytest.mark.parametrize("size", [(640,), (0, 480), (float("nan"), 5), (float("inf"), 5), "64", 5])
def test_what_is_no_size_is_refused(size: Any) -> None:
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


def test_a_rotation_goes_in_and_out() -> None:
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


def test_item_index_says_which_image_of_a_list() -> None:
    result = IMAGE.result({"bbox": Box("cat", item_index=np.int64(2), **HERE)})
    assert json.loads(json.dumps(result))[0]["item_index"] == 2
    shape = IMAGE.read(result).regions[0].shape
    assert shape is not None
    assert shape.item_index == 2


def test_a_label_that_is_no_text_is_refused_where_it_is_given() -> None:
    for label in (5, float("nan"), [None]):
        with pytest.raises(InvalidInput, match="labels of a region must be strings"):
            Box(label, **HERE)


# -- a shape with its labels apart ---------------------------------------------------------------


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


def test_labels_of_an_image_are_drawn_with_the_shape_beside_them() -> None:
    result = IMAGE.result({"kind": Box("car", **HERE)})
    assert [item["from_name"] for item in result] == ["frame", "kind"]


def test_a_rectangle_needs_no_label() -> None:
    region = only(IMAGE, {"frame": Box(**HERE)})
    assert (region.label, region.labels) == (None, ())


# -- other shapes --------------------------------------------------------------------------------


def test_a_mask_goes_in_and_out() -> None:
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
def test_what_is_no_polygon_is_refused(points: Any) -> None:
    with pytest.raises(InvalidInput, match="Polygon"):
        Polygon("roof", percent=points)


def test_an_open_line_of_two_points_that_the_editor_saved_is_read() -> None:
    value = {"points": [[1, 2], [3, 4]], "closed": False, "polygonlabels": ["roof"]}
    (region,) = IMAGE.read([item("outline", "polygonlabels", value)]).regions
    assert region.polygon.percent == ((1, 2), (3, 4))


def test_a_key_point_has_a_place_and_a_width() -> None:
    point = only(IMAGE, {"point": KeyPoint("eye", percent=(10, 20), width=2)}).keypoint
    assert (point.percent, point.width) == ((10, 20), 2)


def test_a_control_takes_only_what_it_draws() -> None:
    with pytest.raises(InvalidResult, match="a RectangleLabels takes Box, not Polygon"):
        IMAGE.result({"bbox": Polygon("cat", percent=[(1, 2), (3, 4), (5, 6)])})
    with pytest.raises(InvalidResult, match="takes regions, such as Box or Span, not"):
        IMAGE.result({"bbox": [Box("cat", **HERE), (1, 2, 3, 4)]})


# -- texts ---------------------------------------------------------------------------------------


def test_words_are_found_in_the_text() -> None:
    region = only(TEXT, {"ner": Span("ORG", quote="ACME")}, data=ADA)
    assert (region.span.start, region.span.end, region.span.text) == (11, 15, "ACME")


def test_offsets_of_numpy_are_as_good_as_others() -> None:
    span = Span("PER", start=np.int64(0), end=np.int64(3))
    result = TEXT.result({"ner": span}, data=ADA)
    assert json.loads(json.dumps(result))[0]["value"]["text"] == "Ada"


def test_words_that_stand_twice_need_an_nth() -> None:
    with pytest.raises(InvalidResult, match="'Ada' occurs 2 times in the text: pass nth=1"):
        TEXT.result({"ner": Span("PER", quote="Ada")}, data=ADA)
    assert only(TEXT, {"ner": Span("PER", quote="Ada", nth=2)}, data=ADA).span.start == 17


@pytest.mark.parametrize("nth", [0, -1, 3])
def test_an_nth_that_is_not_there_is_refused(nth: int) -> None:
    with pytest.raises(InvalidInput, match=f"nth must be .*, not {nth}"):
        TEXT.result({"ner": Span("PER", quote="Ada", nth=nth)}, data=ADA)


def test_words_that_overlap_are_counted_one_by_one() -> None:
    span = Span("PER", quote="aa", nth=2)
    assert only(TEXT, {"ner": span}, data={"text": "aaa"}).span.start == 1


def test_words_in_other_case_are_told() -> None:
    with pytest.raises(InvalidResult, match="'acme' is not in the text, but 'ACME' is"):
        TEXT.result({"ner": Span("ORG", quote="acme")}, data=ADA)


@pytest.mark.parametrize("text", [None, float("nan"), 5])
def test_words_cannot_be_found_where_there_is_no_text(text: Any) -> None:
    with pytest.raises(InvalidResult, match="The text of 'text' is unknown"):
        TEXT.result({"ner": Span("ORG", quote="ACME")}, data={"text": text})


def test_a_span_beyond_the_text_is_refused() -> None:
    with pytest.raises(InvalidResult, match=r"end must be at most 26, .* not 90"):
        TEXT.result({"ner": Span("ORG", start=0, end=90)}, data=ADA)


@pytest.mark.parametrize(
    "place",
    [
        {"quote": ""},
        {"start": 3, "end": 3},
        {"start": 4, "end": 3},
        {"start": -1, "end": 3},
        {"start": 0.5, "end": 3.0},
        {"start": 0},
        {},
        {"start": 0, "end": 3, "quote": "Ada"},
    ],
)
def test_what_is_no_span_is_refused_where_it_is_made(place: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        Span("PER", **place)


def test_a_text_about_a_span_does_not_hide_its_words() -> None:
    region = only(TEXT, {"ner": Span("PER", start=0, end=3, answers={"note": "a"})}, data=ADA)
    assert (region.span.text, region["note"]) == ("Ada", ["a"])


def test_a_quote_in_html_is_a_path_with_offsets() -> None:
    data = {"page": "<p>😀 One<br>two</p><div><b>Ada</b></div>"}
    result = HTML.result({"mark": Span("name", quote="One\ntwo")}, data=data)
    assert result[0]["value"] == {
        "start": "/p[1]/text()[1]",
        "startOffset": 3,  # as JavaScript counts
        "end": "/p[1]/text()[2]",
        "endOffset": 3,
        "globalOffsets": {"start": 2, "end": 9},
        "text": "One\ntwo",
        "hypertextlabels": ["name"],
    }
    region = only(HTML, {"mark": Span("name", start=9, end=12)}, data=data)
    assert region.span.text == "Ada"
    assert region.span.xpaths == (("/div[1]/b[1]/text()[1]", 0), ("/div[1]/b[1]/text()[1]", 3))


def test_a_whole_html_page_is_counted_from_its_body() -> None:
    data = {"page": "<html><head><title>T</title></head><body><p>Ada</p></body></html>"}
    span = only(HTML, {"mark": Span("name", quote="Ada")}, data=data).span
    assert span.xpaths == (("/p[1]/text()[1]", 0), ("/p[1]/text()[1]", 3))
    assert (span.start, span.end) == (0, 3)


def test_html_that_is_not_at_hand_takes_paths() -> None:
    with pytest.raises(InvalidResult, match="The HTML of 'page' is unknown"):
        HTML.result({"mark": Span("name", start=0, end=3)})
    paths = (("/p[1]/text()[1]", 0), ("/p[1]/text()[1]", 3))
    assert only(HTML, {"mark": Span("name", xpaths=paths)}).span.xpaths == paths


CHAT = {"chat": [{"said": "😀 Hello Ada"}, {"said": "Hello Bob"}]}


def test_a_quote_of_a_dialogue_has_its_paragraph() -> None:
    result = DIALOGUE.result({"mark": Span("name", quote="Ada")}, data=CHAT)
    value = result[0]["value"]
    assert (value["start"], value["end"]) == ("0", "0")
    assert (value["startOffset"], value["endOffset"]) == (9, 12)  # as JavaScript counts
    span = DIALOGUE.read(result).regions[0].span
    assert (span.paragraph, span.text) == (0, "Ada")


def test_a_span_beyond_a_dialogue_is_refused() -> None:
    with pytest.raises(InvalidResult, match=r"paragraph must be less than 2, .* not 2"):
        DIALOGUE.result({"mark": Span("name", paragraph=2, start=0, end=3)}, data=CHAT)
    with pytest.raises(InvalidResult):
        DIALOGUE.result({"mark": Span("name", paragraph=1, start=0, end=300)}, data=CHAT)


def test_a_span_from_a_later_paragraph_to_an_earlier_is_refused() -> None:
    with pytest.raises(InvalidInput):
        Span("name", paragraph=1, end_paragraph=0, start=0, end=3)


def test_a_span_of_a_dialogue_by_offsets_has_its_words() -> None:
    span = Span("name", paragraph=1, start=6, end=9)
    assert only(DIALOGUE, {"mark": span}, data=CHAT).span.text == "Bob"


# -- time ----------------------------------------------------------------------------------------


def test_an_interval_of_numpy_numbers_can_be_sent() -> None:
    config = LabelConfig.create({"audio": "Audio", "who": ("Labels", {"value": "$people"})})
    span = Interval(start=np.float32(0.5), end=np.int64(2), channel=np.int64(1))
    result = config.result({"who": span}, validate=False)
    sent = json.loads(json.dumps(result))[0]["value"]
    assert sent == {"start": 0.5, "end": 2, "channel": 1, "labels": []}


def test_an_interval_ends_after_its_start() -> None:
    with pytest.raises(InvalidInput, match="The end of an Interval must not be before its start"):
        Interval("car", start=2, end=1)


def test_frames_of_a_video() -> None:
    region = only(VIDEO, {"scene": Frames("night", ranges=(1, 25))})
    assert (region.label, region.frames.ranges) == ("night", ((1, 25),))


def test_frames_may_be_numbers_of_numpy() -> None:
    assert Frames("night", ranges=(np.int64(1), np.int64(3))).ranges == ((1, 3),)
    assert Frames("night", ranges=np.array([[1, 3], [5, 9]])).ranges == ((1, 3), (5, 9))


# -- tracks --------------------------------------------------------------------------------------


def key(frame: int, x: float = 0, **more: Any) -> KeyFrame:
    return KeyFrame(percent=(x, 0, 10, 10), frame=frame, **more)


def test_a_box_moves_in_a_straight_line_between_key_frames() -> None:
    track = only(VIDEO, {"box": Track("car", keyframes=[key(1), key(11, x=50)])}).track
    assert [track.at(frame).percent[0] for frame in (1, 2, 6, 11)] == [0, 5, 25, 50]


def test_a_box_is_not_there_before_its_first_key_frame_and_stays_after_its_last() -> None:
    track = Track("car", keyframes=[key(5, x=7)])
    assert track.at(4) is None
    assert track.at(1000) == Box(percent=(7, 0, 10, 10))


def test_a_key_frame_that_is_disabled_hides_the_box_until_the_next() -> None:
    track = Track("car", keyframes=[key(1), key(5, x=5, enabled=False), key(9, x=9)])
    assert [frame for frame in range(1, 12) if track.at(frame)] == [1, 2, 3, 4, 5, 9, 10, 11]


@pytest.mark.parametrize(("start", "end", "middle"), [(350, 10, 0), (10, 350, 0), (-170, 170, 180)])
def test_a_box_turns_the_short_way_round(start: float, end: float, middle: float) -> None:
    track = Track("car", keyframes=[key(1, rotation=start), key(3, rotation=end)])
    box = track.at(2)
    assert box is not None
    assert box.rotation == pytest.approx(middle)
    assert [track.at(n).rotation for n in (1, 3)] == [start, end]


def test_key_frames_are_put_in_order() -> None:
    track = Track("car", keyframes=(key(frame) for frame in (9, 1, 5)))
    assert [each.frame for each in track.keyframes] == [1, 5, 9]


def test_a_track_without_key_frames_is_refused() -> None:
    with pytest.raises(InvalidInput, match="must be one or more KeyFrame objects"):
        Track("car", keyframes=[])


def test_a_video_keeps_its_labels_in_the_track() -> None:
    for control in ("box", "kind"):
        (made,) = VIDEO.result({control: Track("car", keyframes=[key(1)], frames=9, duration=0.5)})
        assert (made["from_name"], made["type"]) == ("box", "videorectangle")
        assert made["value"]["labels"] == ["car"]
        assert (made["value"]["framesCount"], made["value"]["duration"]) == (9, 0.5)
        assert VIDEO.read([made]).regions[0].label == "car"


def test_a_track_in_pixels_takes_the_size_of_the_result() -> None:
    track = Track("car", keyframes=[KeyFrame(pixels=(64, 48, 320, 240), frame=1)])
    region = only(VIDEO, {"box": track}, size=SIZE)
    assert region.track.keyframes[0].percent == pytest.approx((10, 10, 50, 50))


def test_key_frames_of_numpy_numbers_can_be_sent() -> None:
    frame = KeyFrame(
        percent=np.arange(4), frame=np.int64(1), time=np.float32(0.5), enabled=np.bool_(True)
    )
    track = Track("car", keyframes=[frame], frames=np.int64(9), duration=np.float32(1))
    result = VIDEO.result({"box": track})
    assert json.loads(json.dumps(result)) == result


# -- what is said of a region --------------------------------------------------------------------


def test_a_region_has_its_own_answers() -> None:
    region = only(IMAGE, {"bbox": Box("cat", answers={"breed": "tabby", "note": "big"}, **HERE)})
    assert region.answers == {"breed": "tabby", "note": ["big"]}
    assert (region["breed"], region["note"]) == ("tabby", ["big"])


def test_an_answer_that_was_not_given_is_none() -> None:
    assert only(IMAGE, {"bbox": Box("cat", **HERE)})["breed"] is None
    assert only(IMAGE, {"bbox": Box("cat", answers={"breed": None}, **HERE)})["breed"] is None


def test_an_answer_of_no_control_is_told_with_the_nearest_name() -> None:
    with pytest.raises(NotFound, match="Did you mean 'breed'"):
        _ = only(IMAGE, {"bbox": Box("cat", **HERE)})["bread"]
    with pytest.raises(InvalidResult, match="Did you mean 'breed'"):
        IMAGE.result({"bbox": Box("cat", answers={"bread": "tabby"}, **HERE)})


def test_the_answers_of_all_regions_are_read_by_the_name_of_the_control() -> None:
    boxes = [Box("cat", answers={"breed": "tabby"}, **HERE), Box("dog", **HERE)]
    reading = IMAGE.read(IMAGE.result({"bbox": boxes}))
    assert reading["breed"] == ["tabby"]
    assert [region.label for region in reading["bbox"]] == ["cat", "dog"]


# -- reading what others made --------------------------------------------------------------------


def item(name: str, type: str, value: Any, id: str = "r1", to: str = "image") -> dict[str, Any]:
    return {"id": id, "from_name": name, "to_name": to, "type": type, "value": value}


BOX = {"x": 1, "y": 2, "width": 3, "height": 4, "rotation": 0}


def test_a_region_is_asked_for_what_it_is_not() -> None:
    region = only(IMAGE, {"bbox": Box("cat", **HERE)})
    with pytest.raises(AttributeError, match=r"\(rectanglelabels\) is a Box, not a Polygon"):
        _ = region.polygon


def test_a_region_that_is_not_understood_is_kept() -> None:
    made = item(
        "vector", "vectorlabels", {"vertices": [{"x": 1, "y": 2}], "vectorlabels": ["road"]}
    )
    reading = IMAGE.read([made])
    (region,) = reading.regions
    assert (region.shape, region.label, region.items) == (None, "road", (made,))
    with pytest.raises(AttributeError, match=r"\(vectorlabels\) has no readable shape"):
        _ = region.box
    assert IMAGE.result(reading) == [made]


def test_a_region_without_a_label_of_its_own_has_that_beside_it() -> None:
    drawn = item("bbox", "rectanglelabels", {**BOX, "rectanglelabels": []})
    beside = item("kind", "labels", {**BOX, "labels": ["car"]})
    assert IMAGE.read([drawn, beside]).regions[0].label == "car"


def test_regions_without_an_id_are_read_one_by_one() -> None:
    made = item("bbox", "rectanglelabels", {**BOX, "rectanglelabels": ["cat"]})
    del made["id"]
    regions = IMAGE.read([made, made]).regions
    assert [region.box.percent for region in regions] == [(1, 2, 3, 4)] * 2


def test_an_answer_without_an_id_is_read_beside_a_region_without_one() -> None:
    made = item("bbox", "rectanglelabels", {**BOX, "rectanglelabels": ["cat"]})
    rated = item("quality", "rating", {"rating": 4})
    del made["id"], rated["id"]
    assert IMAGE.read([made, rated])["quality"] == 4


def test_what_is_no_result_item_does_not_stop_the_reading() -> None:
    made = item("bbox", "rectanglelabels", {**BOX, "rectanglelabels": ["cat"]})
    strange = [5, None, {"type": ["x"], "value": {"x": 1}}, {**made, "id": ["x"]}, {"id": {}}]
    assert "cat" in [region.label for region in IMAGE.read([*strange, made]).regions]


def test_offsets_as_texts_are_read() -> None:
    value = {"start": "0", "end": "3", "text": "Ada", "labels": ["PER"]}
    (region,) = TEXT.read([item("ner", "labels", value, to="text")]).regions
    assert (region.span.start, region.span.end) == (0, 3)


def test_the_editors_smart_key_point_is_read() -> None:
    value = {"x": 1, "y": 2, "width": 0.3, "labels": ["eye"], "keypointlabels": ["eye"]}
    made = {**item("point", "keypointlabels", value), "is_positive": True}
    reading = IMAGE.read([made])
    assert reading.regions[0].keypoint.percent == (1, 2)
    assert IMAGE.result(reading) == [made]


# -- names ---------------------------------------------------------------------------------------

TWO = LabelConfig.parse("""<View>
  <Image name="left" value="$a"/><Image name="right" value="$b"/>
  <RectangleLabels name="bbox" toName="left,right"><Label value="cat"/></RectangleLabels>
</View>""")


def test_a_control_of_two_images_is_told_which_by_to() -> None:
    boxes = [Box("cat", **HERE), Box("cat", to="right", **HERE)]
    regions = TWO.read(TWO.result({"bbox": boxes})).regions
    assert [region.object for region in regions] == ["left", "right"]


def test_an_object_that_is_not_there_is_told() -> None:
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


# -- relations -----------------------------------------------------------------------------------


def test_a_relation_joins_two_regions() -> None:
    ada, acme = Span("PER", start=0, end=3), Span("ORG", start=11, end=15)
    result = TEXT.result({"ner": [ada, acme]}, relations=[Relation(ada, acme, "works for")])
    assert result[-1] == {
        "from_id": ada.id,
        "to_id": acme.id,
        "type": "relation",
        "direction": "right",
        "labels": ["works for"],
    }
    reading = TEXT.read(result)
    assert reading.relations == (Relation(*reading.regions, "works for"),)


def test_a_relation_is_between_regions() -> None:
    for end in (None, 5, ""):
        with pytest.raises(InvalidInput, match="Each end of a relation must be a region or its id"):
            Relation("r1", end)


def test_a_shape_alone_does_not_say_its_control() -> None:
    with pytest.raises(InvalidInput, match="must be under the name of its control"):
        IMAGE.result([Box("cat", **HERE)])
    for said in ("cat", 5, None):
        with pytest.raises(
            InvalidInput, match="A result must be a dict of control names to answers"
        ):
            IMAGE.result(said)


def test_a_shape_that_was_evolved_from_another_is_a_region_of_its_own() -> None:
    cat = Box("cat", percent=(1, 2, 3, 4))
    config = LabelConfig.create({"image": "Image", "bbox": ("RectangleLabels", {"value": "$l"})})
    first, second = config.result({"bbox": [cat, evolve(cat, labels="dog")]})
    assert first["id"] == cat.id
    assert second["id"] != cat.id


def test_a_span_can_be_given_by_position() -> None:
    assert Span("PER", 0, 3) == Span("PER", start=0, end=3)
