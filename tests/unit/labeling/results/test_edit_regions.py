"""Regions are replaced by control or all together, and keep their ids and what refers to them."""

from __future__ import annotations

import pytest
from support.editor_results import box, item, span
from support.edits import ARROW, BREED, CAT, DOG, ELSE, VIEW, reading

from label_studio_orm.errors import InvalidResult
from label_studio_orm.labeling import Box


def test_a_region_that_is_left_out_goes_with_its_answers_and_relations() -> None:
    early = {**BREED, "from_name": "said", "type": "textarea", "value": {"text": ["hi"]}}
    made = reading(early, VIEW, CAT, ELSE, BREED, DOG, ARROW)
    made["bbox"] = [each for each in made["bbox"] if each.id != "a"]
    orphan = {key: stored for key, stored in DOG.items() if key != "parentID"}
    assert made.items == [VIEW, ELSE, orphan]


def test_children_of_a_removed_region_get_its_parent() -> None:
    middle = box(id="m", parentID="a")
    made = reading(CAT, middle, {**DOG, "parentID": "m"})
    made.regions = [each for each in made.regions if each.id != "m"]
    assert made.items == [CAT, {**DOG, "parentID": "a"}]


def test_children_of_removed_regions_get_the_first_parent_that_is_left() -> None:
    made = reading(
        CAT, box(id="m", parentID="a"), box(id="n", parentID="m"), {**DOG, "parentID": "n"}
    )
    made.regions = [each for each in made.regions if each.id in ("a", "b")]
    assert made.items == [CAT, {**DOG, "parentID": "a"}]


def test_parents_in_a_circle_end_as_no_parents() -> None:
    made = reading(box(id="m", parentID="n"), box(id="n", parentID="m"), {**DOG, "parentID": "m"})
    made.regions = [each for each in made.regions if each.id == "b"]
    assert "parentID" not in made.items[0]


def test_new_regions_follow_those_of_their_control_in_pixels_of_its_image() -> None:
    made = reading(CAT, ELSE)
    made["bbox"] += [Box("cat", pixels=(64, 48, 320, 240)), {"label": "D", "percent": (1, 2, 3, 4)}]
    cat, new, other, point = made.items
    assert (cat, point) == (CAT, ELSE)
    assert (new["value"]["x"], new["original_width"], other["value"]["width"]) == (10, 640, 3)
    assert len({each["id"] for each in made.items}) == 4


def test_the_size_of_an_image_is_not_that_of_another() -> None:
    made = reading(CAT)
    with pytest.raises(InvalidResult, match=r"bbox: A Box in pixels needs the image's size"):
        made["bbox"] += [Box("cat", pixels=(64, 48, 320, 240), item_index=1)]
    assert made.items == [CAT]


def test_a_shape_with_the_id_of_a_region_changes_that_region() -> None:
    made = reading({**CAT, "of_mine": 1}, BREED, DOG, ARROW)
    cat, dog = made["bbox"]
    made["bbox"] = [cat.box.replace(label="D", pixels=(0, 0, 64, 48)), dog]
    value = {"x": 0, "y": 0, "width": 10, "height": 10, "rotation": 0, "rectanglelabels": ["D"]}
    assert made.items == [{**CAT, "of_mine": 1, "value": value}, BREED, DOG, ARROW]


def test_a_copy_of_a_shape_becomes_a_region_of_its_own() -> None:
    made = reading(CAT, BREED)
    (cat,) = made["bbox"]
    made["bbox"] = [cat, cat.box.replace(percent=(1, 1, 1, 1))]
    one, breed, other, copied = made.items
    assert (one, breed) == (CAT, BREED)
    assert other["id"] == copied["id"] != "a"
    assert (other["value"]["x"], copied["value"]["choices"]) == (1, ["tabby"])


def test_the_order_of_regions_can_be_changed() -> None:
    made = reading(VIEW, CAT, BREED, ELSE, DOG, ARROW)
    made["bbox"] = [*reversed(made["bbox"])]
    assert [each.get("id") for each in made.items] == ["r1", "b", "a", "a", "c", None]
    new = Box("cat", percent=(1, 2, 3, 4), id="new")
    made["bbox"] = [new, *made["bbox"]]
    assert [each.get("id") for each in made.items] == ["r1", "new", "b", "a", "a", "c", None]


def test_regions_of_another_result_are_copied() -> None:
    other = reading({**CAT, "id": "c"}, {**BREED, "id": "c"})
    made = reading(ELSE, CAT)
    made["bbox"] += other["bbox"]  # whose id is that of another region here
    point, cat, new, breed = made.items
    assert (point, cat) == (ELSE, CAT)
    assert new["id"] == breed["id"] not in ("a", "c")
    new["value"]["x"] = 99
    assert other.items[0]["value"]["x"] == 10


def test_regions_with_the_ids_of_those_here_replace_them_as_copies() -> None:
    other = reading({**CAT, "score": 0.5})
    made = reading(CAT, BREED)
    made.regions = other.regions
    assert made.items == [{**CAT, "score": 0.5}]
    made.items[0]["value"]["x"] = 99
    assert other.items[0]["value"]["x"] == 10


def test_a_new_shape_does_not_get_the_id_of_another_region() -> None:
    made = reading(ELSE, CAT)
    made["bbox"] += [Box("cat", percent=(1, 2, 3, 4), id="c")]
    assert made.items[2]["id"] not in ("a", "c")
    made["bbox"] = [Box("D", pixels=(0, 0, 64, 48), id="a")]  # in pixels of the region's image
    assert [each["id"] for each in made.items] == ["c", "a"]
    assert made.items[1]["value"]["width"] == 10


def test_a_drawing_and_its_labels_are_one_region() -> None:
    drawn = item("frame", "rectangle", {"x": 1, "y": 1, "width": 1, "height": 1}, id="d")
    car = item("kind", "labels", {**drawn["value"], "labels": ["car"]}, id="d")
    for name in ("frame", "kind"):
        made = reading(drawn, car, CAT)
        made[name] = []
        assert made.items == [CAT]
        made = reading(drawn, car, CAT)
        made[name] = [each.replace(label=None) for each in made[name]]
        assert made.items == [drawn, CAT]
        made[name] = (
            [each.replace(label="car") for each in made["frame"]] if name == "frame" else []
        )
        assert name == "kind" or made["kind"][0].label == "car"


def test_a_taxonomy_of_a_region_that_another_control_labels_is_only_its_answer() -> None:
    tags = item("tags", "taxonomy", {**CAT["value"], "taxonomy": [["a"]]}, id="a")
    made = reading(CAT, tags)
    made["tags"] = []
    assert made.items == [CAT]
    made = reading(CAT, tags)
    del made["tags"]
    assert made.items == [CAT]


def test_a_taxonomy_that_labels_a_span_goes_with_it() -> None:
    place = {"start": 0, "end": 3}
    marked = item("tags", "taxonomy", {**place, "taxonomy": [["a"]]}, to="text")
    note = item("note", "textarea", {**place, "text": ["hi"]}, to="text")
    for nothing in (
        lambda made: made.__delitem__("tags"),
        lambda made: made.__setitem__("tags", []),
    ):
        made = reading(marked, note, CAT)
        nothing(made)
        assert made.items == [CAT]


def test_a_span_is_written_with_the_text_of_the_task() -> None:
    made = reading(span(text="Ada"))
    made["ner"] = [made["ner"][0].span.replace(quote="ACME")]
    assert made.items[0]["value"] == {"start": 11, "end": 15, "labels": ["PER"], "text": "ACME"}
    assert made.items[0]["id"] == "r1"
