"""Raw results as other programs write them: what the editor would not open or show is mended."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from label_studio_orm.labels import LabelConfig

CONFIG = LabelConfig.parse("""<View>
  <Text name="text" value="$text"/>
  <Labels name="ner" toName="text"><Label value="A"/></Labels>
  <Image name="image" value="$image"/>
  <KeyPointLabels name="point" toName="image"><Label value="A"/></KeyPointLabels>
  <PolygonLabels name="outline" toName="image"><Label value="A"/></PolygonLabels>
  <TimeSeries name="series" value="$series"><Channel column="v"/></TimeSeries>
  <TimeSeriesLabels name="run" toName="series"><Label value="A"/></TimeSeriesLabels>
  <Rating name="stars" toName="text"/>
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


def test_an_answer_of_null_is_told_once() -> None:
    item = raw("stars", "text", "rating", rating=None)
    assert [problem.path for problem in CONFIG.problems([item])] == ["[0].value.rating"]


def test_ids_that_are_numbers_become_texts_also_in_relations() -> None:
    spans = [raw("ner", "text", "labels", start=n, end=n + 1, labels=["A"]) for n in (0, 1)]
    relation = {"type": "relation", "from_id": 7, "to_id": 8, "direction": "right"}
    result = CONFIG.result([{**spans[0], "id": 7}, {**spans[1], "id": 8}, relation])
    assert [item.get("id") for item in result] == ["7", "8", None]
    assert (result[2]["from_id"], result[2]["to_id"]) == ("7", "8")


@pytest.mark.parametrize("beside", [{"id": None}, {"readonly": None}])
def test_nulls_beside_a_value_are_left_out(beside: dict[str, Any]) -> None:
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
def test_nulls_that_the_editor_takes_are_no_problem(beside: dict[str, Any]) -> None:
    assert CONFIG.problems([{**raw("stars", "text", "rating", rating=4), **beside}]) == []
