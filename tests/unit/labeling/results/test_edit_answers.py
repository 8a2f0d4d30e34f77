"""Answers are replaced in their places, by control, by image or by region."""

from __future__ import annotations

from typing import Any

import pytest
from support.editor_results import CONFIG, box, item, relation
from support.edits import BREED, CAT, DOG, reading

from label_studio_orm.errors import InvalidResult
from label_studio_orm.labeling import LabelConfig

VIEW = item("view", "choices", {"choices": ["front"], "of mine": 1}, score=0.9, of_mine=2)
STARS = item("stars", "rating", {"rating": 4}, id="r2")


def test_an_answer_is_replaced_in_its_place_and_keeps_its_id_and_uncompletion_keys() -> None:
    made = reading(VIEW, STARS)
    made["view"] = ["back"]
    kept = {key: stored for key, stored in VIEW.items() if key != "score"}  # that of the old answer
    assert made.items == [{**kept, "value": {"choices": ["back"], "of mine": 1}}, STARS]
    assert made["view"] == ["back"]


def test_a_new_answer_follows_the_others() -> None:
    made = reading(VIEW, relation())
    made["stars"] = 5
    assert [each["type"] for each in made.items] == ["choices", "relation", "rating"]
    assert made.items[-1]["value"] == {"rating": 5}
    assert made.items[-1]["id"]


def test_an_answer_with_a_score_replaces_that() -> None:
    made = reading(VIEW)
    made["view"] = {"choices": ["front"], "score": 0.5}
    assert made.items == [{**VIEW, "score": 0.5}]


def test_an_equal_answer_in_another_form_changes_nothing() -> None:
    stored = [VIEW, STARS]
    made = reading(*stored)
    made["view"], made["stars"] = ("front",), 4.0
    assert made.items == stored
    config = LabelConfig.parse("""<View><Text name="text" value="$text"/>
      <TextArea name="said" toName="text" maxSubmissions="1"/></View>""")
    said = item("said", "textarea", {"text": "hi"}, to="text")
    made = reading(said, config=config)
    made["said"] = ["hi"]
    assert made.items == [said]


@pytest.mark.parametrize(
    "old",
    [
        {**VIEW, "type": "taxonomy", "value": {"taxonomy": [["front"]]}},
        {**VIEW, "to_name": "third"},
    ],
)
def test_an_answer_from_before_the_control_was_changed_is_replaced(old: dict[str, Any]) -> None:
    made = reading(old, STARS)
    made["view"] = ["front"]
    view, stars = made.items
    assert (stars, view["type"], view["to_name"]) == (STARS, "choices", "image")
    assert CONFIG.problems(made.items) == []


def test_an_answer_about_a_region_from_before_its_control_was_changed_is_replaced() -> None:
    old = {**BREED, "type": "textarea", "value": {"text": ["tabby"]}}
    made = reading(CAT, old)
    made["breed"] = {"a": "tabby"}
    assert [each["type"] for each in made.items] == ["rectanglelabels", "choices"]
    assert CONFIG.problems(made.items) == []


def test_what_is_ranked_must_be_in_the_task() -> None:
    data = {"items": [{"id": "1", "title": "One"}, {"id": "2", "title": "Two"}]}
    made = CONFIG.read([], data=data)
    made["order"] = ["2", "1"]
    assert made["order"] == ["2", "1"]
    with pytest.raises(InvalidResult, match=r"order: .*'3'"):
        made["order"] = ["3"]


@pytest.mark.parametrize("nothing", [None, []])
def test_none_removes_an_answer(nothing: Any) -> None:
    made = reading(VIEW, STARS)
    made["view"] = nothing
    assert made.items == [STARS]


def test_answers_are_set_and_removed_together() -> None:
    made = reading(VIEW, box(id="a"), STARS)
    made.answers = {"stars": 2, "moment": "2020-01-02T03:04"}
    assert made.answers == {"stars": 2, "moment": made["moment"]}
    assert [each["from_name"] for each in made.items] == ["bbox", "stars", "moment"]


def test_only_the_images_that_a_dict_names_stay_answered() -> None:
    config = LabelConfig.parse("""<View><Image name="image" valueList="$image"/>
      <Choices name="asked" toName="image" perItem="true"><Choice value="a"/><Choice value="b"/>
      </Choices></View>""")
    first, second = (
        item("asked", "choices", {"choices": ["a"]}, id=str(n), item_index=n) for n in (0, 1)
    )
    made = reading(first, second, config=config)
    made["asked"] = {1: "b", 0: "a"}
    assert made["asked"] == {0: "a", 1: "b"}
    assert sorted(each["id"] for each in made.items) == ["0", "1"]
    made["asked"] = {1: "b"}
    assert [(each["id"], each["value"]) for each in made.items] == [("1", {"choices": ["b"]})]


def test_the_last_of_several_answers_is_read_and_replaces_all_when_it_changes() -> None:
    made = reading(VIEW, {**VIEW, "id": "again", "value": {"choices": ["back"]}})
    made["view"] = ["back"]
    assert len(made.items) == 2
    made["view"] = ["front"]
    assert [each["id"] for each in made.items] == ["again"]


# -- answers about regions -------------------------------------------------------------------------


def test_answers_about_regions_are_set_in_order_or_by_the_ids_of_regions() -> None:
    made = reading(CAT, BREED, DOG)
    said = LabelConfig.parse(str(CONFIG).replace('<Choice value="tabby"/>', '<Choice value="x"/>'))
    made = said.read(made.items)
    made["breed"] = ["x"]
    assert made.items == [CAT, {**BREED, "value": {"choices": ["x"]}}, DOG]
    made["breed"] = {"b": "x"}
    assert [each.get("breed") for each in (r.answers for r in made.regions)] == [None, "x"]
    assert made.items[:2] == [CAT, DOG]
    assert (made.items[2]["id"], made.items[2]["value"]["width"]) == ("b", 30)
    made["breed"] = None
    assert made.items == [CAT, DOG]


@pytest.mark.parametrize("answers", ["tabby", ["tabby", "tabby"], 7])
def test_answers_that_are_of_no_region_are_refused(answers: Any) -> None:
    made = reading(CAT, BREED, DOG)
    with pytest.raises(InvalidResult, match=r"breed: its answers are of regions: pass a dict"):
        made["breed"] = answers
    with pytest.raises(InvalidResult, match=r"breed: 'aa' is not the id of a region"):
        made["breed"] = {"aa": "tabby"}
    assert made.items == [CAT, BREED, DOG]
