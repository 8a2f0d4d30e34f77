"""Answers about each image of a list (perItem): dicts by the number of the image, both ways."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from label_studio_orm.errors import InvalidResult
from label_studio_orm.labeling import Box, LabelConfig

PAGES = LabelConfig.parse("""<View>
  <Image name="pages" valueList="$pages"/>
  <Choices name="kind" toName="pages" perItem="true">
    <Choice value="x"/><Choice value="y"/>
  </Choices>
  <Choices name="all" toName="pages" perItem="true" choice="multiple">
    <Choice value="x"/><Choice value="y"/>
  </Choices>
  <Taxonomy name="tags" toName="pages" perItem="true">
    <Choice value="a"><Choice value="b"/></Choice>
  </Taxonomy>
  <TextArea name="note" toName="pages" perItem="true"/>
  <Rating name="stars" toName="pages" perItem="true"/>
  <Number name="count" toName="pages" perItem="true"/>
  <DateTime name="day" toName="pages" perItem="true" only="date"/>
  <Choices name="whole" toName="pages"><Choice value="x"/></Choices>
  <RectangleLabels name="bbox" toName="pages"><Label value="cat"/></RectangleLabels>
  <Choices name="breed" toName="pages" perRegion="true"><Choice value="tabby"/></Choices>
</View>""")


@pytest.mark.parametrize(
    ("control", "answers"),
    [
        ("kind", {0: "x", 1: "y"}),
        ("all", {0: ["x", "y"], 2: ["x"]}),
        ("tags", {0: [("a", "b")], 1: [("a",)]}),
        ("note", {0: ["good"], 1: ["bad", "worse"]}),
        ("stars", {0: 4, 3: 1}),
        ("count", {0: 2.5}),
        ("day", {0: date(2024, 1, 31), 1: date(2024, 2, 1)}),
    ],
)
def test_answers_about_each_image_go_in_and_out(control: str, answers: dict[int, Any]) -> None:
    result = PAGES.result({control: answers})
    assert [item["item_index"] for item in result] == [*answers]
    assert len({item["id"] for item in result}) == len(answers)
    reading = PAGES.read(result)
    assert (reading[control], reading.answers, reading.regions) == (answers, {control: answers}, ())


def test_numbers_of_images_may_be_texts_as_in_json() -> None:
    assert PAGES.read(PAGES.result({"kind": {"0": "x", "1": "y"}}))["kind"] == {0: "x", 1: "y"}


def test_an_image_without_an_answer_is_left_out() -> None:
    assert PAGES.read(PAGES.result({"kind": {0: None, 1: "y"}}))["kind"] == {1: "y"}


def test_a_task_answer_is_separate_from_per_item_answers() -> None:
    reading = PAGES.read(PAGES.result({"kind": {1: "x"}, "whole": "x"}))
    assert reading.answers == {"kind": {1: "x"}, "whole": "x"}


def test_an_answer_about_a_region_is_about_its_image() -> None:
    box = Box("cat", percent=(1, 2, 3, 4), item_index=1, answers={"breed": "tabby"})
    result = PAGES.result({"bbox": box})
    assert [item["item_index"] for item in result] == [1, 1]
    assert PAGES.read(result).regions[0]["breed"] == "tabby"


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (
            {"kind": "x"},
            (r"kind: perItem needs a dict of image numbers to " r"answers, such as \{0: 'x'\}"),
        ),
        ({"kind": {-1: "x"}}, "kind: Item numbers must be integers from 0, not -1"),
        ({"kind": {"first": "x"}}, "kind: The value must be an integer, not 'first'"),
        ({"kind": {0: "z"}}, r"\[0\]\.value\.choices\[0\].*'kind' has no label 'z'"),
    ],
)
def test_a_wrong_answer_about_an_image_is_reported(answers: Any, message: str) -> None:
    with pytest.raises(InvalidResult, match=message):
        PAGES.result(answers)


def test_an_answer_about_no_image_is_a_problem_as_the_editor_shows_it_nowhere() -> None:
    (item,) = PAGES.result({"kind": {0: "x"}})
    del item["item_index"]
    (problem,) = PAGES.problems([item])
    assert str(problem).startswith("[0].item_index: is missing: 'kind' is answered per image")


def test_two_answers_about_one_image_are_a_problem() -> None:
    (one,), (other,) = PAGES.result({"kind": {0: "x"}}), PAGES.result({"kind": {0: "y"}})
    assert [problem.path for problem in PAGES.problems([one, other])] == ["[1].from_name"]
    assert PAGES.problems([one, {**other, "item_index": 1}]) == []


def test_a_sample_has_an_answer_about_the_first_image() -> None:
    reading = PAGES.read(PAGES.sample_result())
    assert reading["kind"] == {0: "y"}
    assert PAGES.problems(reading.items) == []


@pytest.mark.parametrize("answers", [{"kind": {3: "x"}}, {"note": {9: "far"}}, {"stars": {3: 1}}])
def test_an_image_that_is_not_there_has_no_answer(answers: dict[str, Any]) -> None:
    (found,) = PAGES.problems(PAGES.result(answers), data={"pages": ["1", "2", "3"]})
    assert found.path == "[0].item_index"
    assert PAGES.problems(PAGES.result(answers), data={"pages": [str(n) for n in range(10)]}) == []
