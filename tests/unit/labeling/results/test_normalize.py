"""Raw results as other programs write them: what the editor would not open or show is mended."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from support.drawn import IMAGE_CONFIG, MISSING, RLE, VIDEO_CONFIG, box, brush, key, polygon, track

from label_studio_orm.labeling import LabelConfig

CONFIG = LabelConfig.parse("""<View>
  <Text name="text" value="$text"/>
  <Labels name="ner" toName="text"><Label value="A"/></Labels>
  <Image name="image" value="$image"/>
  <KeyPointLabels name="point" toName="image"><Label value="A"/></KeyPointLabels>
  <PolygonLabels name="outline" toName="image"><Label value="A"/></PolygonLabels>
  <TimeSeries name="series" value="$series"><Channel column="v"/></TimeSeries>
  <TimeSeriesLabels name="run" toName="series"><Label value="A"/></TimeSeriesLabels>
  <Rating name="stars" toName="text"/>
  <HyperText name="page" value="$page"/>
  <HyperTextLabels name="mark" toName="page"><Label value="A"/></HyperTextLabels>
  <Audio name="sound" value="$sound"/>
  <Labels name="noise" toName="sound"><Label value="A"/></Labels>
  <Number name="price" toName="text" step="0.01"/>
</View>""")


def raw(name: str, to: str, type: str, **value: Any) -> dict[str, Any]:
    return {"id": "r", "from_name": name, "to_name": to, "type": type, "value": value}


POINTS = [[1, 1], [9, 1], [1, 9]]
NULLS = [  # of each the editor opens no task, or shows no region
    raw("ner", "text", "labels", start=0, end=3, labels=["A"], text=None),
    raw("ner", "text", "labels", start=0, end=3, labels=["A"], rating=None, choices=None),
    raw("outline", "image", "polygonlabels", points=POINTS, polygonlabels=["A"], closed=None),
    raw("point", "image", "keypointlabels", x=1, y=2, keypointlabels=["A"], width=None),
    raw("run", "series", "timeserieslabels", start=1, end=2, timeserieslabels=["A"], instant=None),
]


@pytest.mark.parametrize("item", NULLS, ids=lambda item: str(list(item["value"])[-1]))
def test_nulls_are_problems_and_left_out_where_they_are_written(item: dict[str, Any]) -> None:
    before = copy.deepcopy(item)
    assert all(str(problem.path).startswith("[0].value.") for problem in CONFIG.problems([item]))
    assert CONFIG.problems([item])
    (made,) = CONFIG.result([item])
    assert None not in made["value"].values()
    assert item == before


def test_a_key_point_without_a_width_gets_one() -> None:
    item = raw("point", "image", "keypointlabels", x=1, y=2, keypointlabels=["A"])
    assert [problem.path for problem in CONFIG.problems([item])] == ["[0].value.width"]
    assert CONFIG.result([item])[0]["value"]["width"] == 0.5


def test_a_null_answer_is_reported_once() -> None:
    item = raw("stars", "text", "rating", rating=None)
    assert [problem.path for problem in CONFIG.problems([item])] == ["[0].value.rating"]


def test_ids_that_are_numbers_become_texts_also_in_relations() -> None:
    spans = [raw("ner", "text", "labels", start=n, end=n + 1, labels=["A"]) for n in (0, 1)]
    relation = {"type": "relation", "from_id": 7, "to_id": 8, "direction": "right"}
    result = CONFIG.result([{**spans[0], "id": 7}, {**spans[1], "id": 8}, relation])
    assert [item.get("id") for item in result] == ["7", "8", None]
    assert (result[2]["from_id"], result[2]["to_id"]) == ("7", "8")


@pytest.mark.parametrize("beside", [{"id": None}, {"readonly": None}])
def test_null_keys_are_dropped(beside: dict[str, Any]) -> None:
    (item,) = CONFIG.result([{**raw("stars", "text", "rating", rating=4), **beside}])
    assert None not in item.values()


def test_offsets_that_are_texts_become_numbers() -> None:
    (item,) = CONFIG.result([raw("ner", "text", "labels", start="0", end="3", labels=["A"])])
    assert (item["value"]["start"], item["value"]["end"]) == (0, 3)


@pytest.mark.parametrize("readonly", [None, "yes"])
def test_readonly_is_true_or_false(readonly: Any) -> None:
    item = raw("stars", "text", "rating", rating=4)
    assert CONFIG.problems([{**item, "readonly": True}]) == []
    (problem,) = CONFIG.problems([{**item, "readonly": readonly}])
    assert problem.path == "[0].readonly"


@pytest.mark.parametrize("beside", [{"score": None}, {"meta": None}, {"item_index": None}])
def test_nulls_that_the_editor_accepts_are_not_reported(beside: dict[str, Any]) -> None:
    assert CONFIG.problems([{**raw("stars", "text", "rating", rating=4), **beside}]) == []


# -- words and moments ----------------------------------------------------------------------------

IN_PAGE = {"start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]", "startOffset": 0, "endOffset": 3}


@pytest.mark.parametrize(
    "item",
    [
        raw("ner", "text", "labels", start=0, end=3, labels=["A"], text=["a note"]),
        raw("mark", "page", "hypertextlabels", **IN_PAGE, hypertextlabels=["A"], text=["a note"]),
    ],
    ids=["text", "html"],
)
def test_a_list_in_place_of_the_text_of_a_region_is_dropped(item: dict[str, Any]) -> None:
    assert [problem.path for problem in CONFIG.problems([item])] == ["[0].value.text"]
    (made,) = CONFIG.result([item])
    assert "text" not in made["value"]


def test_a_sound_begins_at_0() -> None:
    item = raw("noise", "sound", "labels", start=-0.5, end=2, labels=["A"])
    (problem,) = CONFIG.problems([item])
    assert str(problem).endswith(".value.start of 'noise': must not be less than 0 seconds: -0.5.")


@pytest.mark.parametrize("price", [1_000_000_000.01, 123_456_789.1, 0.29, 1e15])
def test_large_numbers_go_in_small_steps_as_far_as_floats_do(price: float) -> None:
    assert CONFIG.problems([raw("price", "text", "number", number=price)]) == []


def test_offsets_that_are_right_are_not_taken_for_those_of_another_unit() -> None:
    item = raw("ner", "text", "labels", start=0, end=300, labels=["A"], text="Ada")
    (problem,) = CONFIG.problems([item], data={"text": "Ada joined"})
    assert problem.message.endswith("'Ada' is at 0 to 3: the offsets seem shifted.")


# -- numpy, tuples and whole floats ---------------------------------------------------------------

IMAGE, VIDEO = LabelConfig.parse(IMAGE_CONFIG), LabelConfig.parse(VIDEO_CONFIG)


@pytest.mark.parametrize(
    "rle",
    [np.array(RLE, dtype="uint8"), [*np.array(RLE, dtype="uint8")], tuple(RLE), [*map(float, RLE)]],
    ids=["array", "numbers of numpy", "tuple", "floats"],
)
def test_the_bytes_of_a_mask_come_as_whole_numbers_of_any_kind(rle: Any) -> None:
    assert IMAGE.result(brush(rle)) == brush(RLE)


def test_the_size_of_a_mask_becomes_integers() -> None:
    (made,) = IMAGE.result(brush(original_width=64.0, original_height=np.int64(48)))
    assert [type(made[f"original_{side}"]) for side in ("width", "height")] == [int, int]
    assert [made] == brush()


def test_places_come_as_numbers_and_arrays_of_numpy() -> None:
    points = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]]
    assert IMAGE.result(polygon(points=np.array(points))) == polygon(points=points)
    assert IMAGE.result(box(x=np.float32(12.5), y=np.int64(3))) == box(x=12.5, y=3)


# -- tracks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        track(key(1, rotation=MISSING), key(9)),
        track(key(1, time=None), key(9)),
        track(key(9), key(1)),
    ],
    ids=["no rotation", "no time", "not in order"],
)
def test_key_frames_get_what_exports_need_of_them(given: list[dict[str, Any]]) -> None:
    before = copy.deepcopy(given)
    assert VIDEO.problems(given)
    assert VIDEO.result(given) == track(key(1), key(9))
    assert given == before
