"""Two results of a task are compared region by region and answer by answer."""

from __future__ import annotations

from typing import Any

import pytest

from label_studio_orm.labeling import Box, LabelConfig, choices, labels, tag, taxonomy
from label_studio_orm.labeling.comparing import Compared, Sides, compare

CONFIG = LabelConfig.create(
    {
        "image": "Image",
        "box": labels("cat", "dog"),
        "torn": choices("yes", "no", perRegion="true"),
        "mood": choices("calm", "loud", choice="multiple"),
        "kind": taxonomy({"Animal": ["Cat", "Dog"]}),
        "stars": "Rating",
        "note": tag("TextArea"),
    }
)
LISTS = LabelConfig.parse(
    '<View><Image name="image" valueList="$images"/>'
    '<Choices name="mood" toName="image" perItem="true"><Choice value="a"/><Choice value="b"/>'
    "</Choices></View>"
)


def compared(one: dict[str, Any], other: dict[str, Any], config: Any = CONFIG) -> list[Compared]:
    read = (config.read(config.result(each)) for each in (one, other))
    return list(compare(*read))


def box(x: float, label: str = "cat", **answers: Any) -> Box:
    return Box(label, percent=(x, 0, 10, 10), answers=answers)


def test_matched_regions_have_both_labels_and_their_iou() -> None:
    same, lost = compared({"box": [box(0), box(50)]}, {"box": [box(0, "dog")]})
    assert (same.labels, same.same, same.iou) == (Sides("cat", "dog"), False, 1)
    assert (lost.labels, lost.same, lost.iou) == (Sides("cat", None), False, None)
    assert (same.control, same.object, lost.regions.other) == ("box", "image", None)


def test_a_region_and_its_labels_may_come_in_any_order() -> None:
    config = LabelConfig.parse(
        '<View><Image name="i" value="$i"/><Rectangle name="draw" toName="i"/>'
        '<Labels name="name" toName="i"><Label value="cat"/></Labels></View>'
    )
    value = {"x": 0, "y": 0, "width": 10, "height": 10}
    item = {"id": "r", "to_name": "i"}
    parts: list[dict[str, Any]] = [
        {**item, "from_name": "draw", "type": "rectangle", "value": value},
        {**item, "from_name": "name", "type": "labels", "value": {**value, "labels": ["cat"]}},
    ]
    (found,) = compare(config.read(parts), config.read(parts[::-1]))
    assert (found.control, found.same, found.iou) == ("draw", True, 1)


def test_the_answers_of_matched_regions_are_compared_too() -> None:
    region, torn = compared({"box": [box(0, torn="yes")]}, {"box": [box(0, torn="no")]})
    assert (torn.control, torn.answers, torn.same) == ("torn", Sides("yes", "no"), False)
    assert torn.regions == region.regions
    assert len(compared({"box": [box(0, torn="yes")]}, {"box": [box(50, torn="yes")]})) == 2


@pytest.mark.parametrize(
    ("control", "one", "other", "same"),
    [
        ("mood", ["calm", "loud"], ["loud", "calm"], True),
        ("mood", ["calm"], "calm", True),
        ("mood", ["calm", "loud"], ["calm"], False),
        ("kind", [("Animal", "Cat"), ("Animal", "Dog")], ["Dog", "Cat"], True),
        ("kind", "Cat", "Dog", False),
        ("stars", 4, 4, True),
        ("note", "so", ["so"], True),
        ("note", ["a", "b"], ["b", "a"], False),
    ],
)
def test_answers_are_the_same_if_they_say_the_same(
    control: str, one: Any, other: Any, same: bool
) -> None:
    (found,) = compared({control: one}, {control: other})
    assert (found.control, found.object, found.same) == (control, "image", same)


def test_numbers_have_a_difference_and_an_answer_may_be_missing() -> None:
    (found,) = compared({"stars": 4}, {"stars": 1})
    assert (found.answers, found.difference) == (Sides(4, 1), -3)
    (missing,) = compared({"stars": 4}, {})
    assert (missing.answers, missing.same, missing.difference) == (Sides(4, None), False, None)
    assert compared({}, {}) == []


def test_each_image_of_a_list_has_answers_of_its_own() -> None:
    found = compared({"mood": {0: "a", 1: "b"}}, {"mood": {1: "b", 2: "a"}}, LISTS)
    assert [(each.item_index, each.answers, each.same) for each in found] == [
        (0, Sides("a", None), False),
        (1, Sides("b", "b"), True),
        (2, Sides(None, "a"), False),
    ]


def test_a_stored_mask_that_cannot_be_read_matches_nothing() -> None:
    config = LabelConfig.create({"image": "Image", "mask": labels("cat", tag_type="BrushLabels")})
    item = {"from_name": "mask", "to_name": "image", "type": "brushlabels", "id": "r"}
    size = {"original_width": 20, "original_height": 10}
    value = {"format": "rle", "rle": [0, 1, 2], "brushlabels": ["cat"]}
    read = config.read([{**item, **size, "value": value}])
    found = list(compare(read, read))
    assert [(each.same, each.iou) for each in found] == [(False, None)] * 2
