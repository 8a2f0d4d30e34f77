"""Regions and shapes are replaced by ones with other labels, coordinates and answers."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from support.editor_results import CONFIG, IMAGE, TRACK, WRITTEN, box, item, span
from support.edits import BREED, CAT, reading

from label_studio_orm.errors import InvalidInput
from label_studio_orm.labeling import (
    Box,
    Brush,
    Interval,
    KeyFrame,
    Polygon,
    Region,
    Span,
    Track,
)


def region_of(*items: dict[str, Any]) -> Region:
    (region,) = reading(*items).regions
    return region


# -- labels ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*WRITTEN])
def test_a_label_is_replaced_wherever_the_editor_keeps_it(name: str) -> None:
    for region in CONFIG.read(copy.deepcopy(WRITTEN[name])).regions:
        other = region.replace(label="a")
        assert (other.label, other.id) == ("a", region.id)
        assert [*other.answers] == [*region.answers]
        assert region.replace(labels=region.labels) == region
        if region.labels:
            assert other.replace(labels=region.labels) == region


def test_a_drawing_gets_its_first_label_in_an_item_of_its_own() -> None:
    drawn = item("frame", "rectangle", {"x": 1, "y": 1, "width": 1, "height": 1})
    labeled = region_of(drawn).replace(label="car")
    value = {**drawn["value"], "labels": ["car"]}
    assert labeled.items == (
        drawn,
        {**drawn, "from_name": "kind", "type": "labels", "value": value},
    )
    assert labeled.replace(label=None).items == (drawn,)


def test_a_class_of_a_taxonomy_is_replaced_by_its_path() -> None:
    value = {"start": 0, "end": 3, "taxonomy": [["a"]]}
    config = CONFIG.parse(
        str(CONFIG).replace('name="tags" toName="image"', 'name="tags" toName="text"')
    )
    (region,) = config.read([item("tags", "taxonomy", value, to="text")]).regions
    assert region.replace(label="b").items[0]["value"]["taxonomy"] == [["a", "b"]]
    assert region.replace(labels=["a", "a / b"]).label == "a"


def test_labels_that_an_item_repeats_are_replaced_with_them() -> None:
    (point,) = CONFIG.read(copy.deepcopy(WRITTEN["smart point"])).regions
    value = point.replace(label="nose").items[0]["value"]
    assert (value["labels"], value["keypointlabels"]) == (["nose"], ["nose"])


# -- coordinates -----------------------------------------------------------------------------------


def test_a_region_is_moved_with_all_its_items() -> None:
    said = item("said", "textarea", {**CAT["value"], "text": ["hi"]}, id="a")
    (region,) = reading(CAT, BREED, said).regions
    cat, breed, text = region.replace(pixels=(64, 48, 64, 48), rotation=5).items
    place = {"x": 10, "y": 10, "width": 10, "height": 10, "rotation": 5}
    assert cat == {**CAT, "value": {**place, "rectanglelabels": ["cat"]}}
    assert breed == BREED  # which has no coordinates of its own
    assert text["value"] == {**place, "rectanglelabels": ["cat"], "text": ["hi"]}


def test_a_span_is_moved_and_its_text_found_in_the_task() -> None:
    note = item("note", "textarea", {"start": 0, "end": 3, "text": ["who?"]}, to="text")
    region = region_of(span(text="Ada"), note).replace(quote="ACME")
    place = {"start": 11, "end": 15}
    assert [each["value"] for each in region.items] == [
        {**place, "text": "ACME", "labels": ["PER"]},
        {**place, "text": ["who?"]},
    ]


def test_the_text_of_a_moved_span_is_left_out_where_it_is_unknown() -> None:
    (region,) = CONFIG.read([span(text="Ada")]).regions
    assert region.replace(end=10).items[0]["value"] == {"start": 0, "end": 10, "labels": ["PER"]}
    with pytest.raises(InvalidInput, match="The text of 'text' is unknown"):
        region.replace(quote="ACME")


def test_a_track_gets_other_key_frames() -> None:
    (region,) = CONFIG.read([item("track", "videorectangle", TRACK, to="video")]).regions
    frames = [*region.track.keyframes, KeyFrame(percent=(1, 2, 3, 4), frame=20)]
    value = region.replace(keyframes=frames).items[0]["value"]
    assert [each["frame"] for each in value["sequence"]] == [1, 9, 20]
    assert (value["framesCount"], value["duration"], value["sequence"][0]["time"]) == (100, 4, 0.04)


def test_a_mask_is_painted_anew() -> None:
    (region,) = CONFIG.read(copy.deepcopy(WRITTEN["brush"])).regions
    mask = np.zeros((480, 640), dtype=bool)
    mask[:10] = True
    assert (region.replace(mask=mask).mask == mask * np.uint8(255)).all()
    with pytest.raises(InvalidInput, match=r"The mask has 2×2 pixels, the image 640×480"):
        region.replace(mask=np.ones((2, 2), dtype=bool))


def test_regions_without_readable_coordinates_have_labels_and_answers_to_replace() -> None:
    for name in ("bitmask", "vector"):
        (region,) = CONFIG.read(copy.deepcopy(WRITTEN[name])).regions
        other = region.replace(label="x", score=0.5, answers={"breed": "tabby"}, parent="p")
        assert (other.label, other.score, other["breed"], other.parent) == ("x", 0.5, "tabby", "p")
        assert other.replace(label=region.label, score=None, answers={}, parent=None) == region
        with pytest.raises(InvalidInput, match="a Shape has no 'pixels'"):
            region.replace(pixels=(1, 2, 3, 4))


# -- other keys ------------------------------------------------------------------------------------


def test_keys_of_a_region_are_replaced_in_all_its_items() -> None:
    region = region_of(CAT, BREED).replace(id="z", score=0.5, meta={"text": ["hi"]})
    more = {"id": "z", "score": 0.5, "meta": {"text": ["hi"]}}
    assert region.items == ({**CAT, **more}, {**BREED, **more})
    assert region.replace(id="a", score=None, meta=None).items == (CAT, BREED)


def test_the_score_of_an_answer_is_not_that_of_its_region() -> None:
    region = region_of(CAT, {**BREED, "score": 0.9}).replace(score=0.5)
    assert [each["score"] for each in region.items] == [0.5, 0.9]


def test_a_region_is_moved_to_another_object() -> None:
    assert region_of(CAT, BREED).replace(to="second").object == "second"
    assert {each["to_name"] for each in region_of(CAT, BREED).replace(to="second").items} == {
        "second"
    }


def test_the_size_of_an_image_is_added() -> None:
    bare = {key: stored for key, stored in CAT.items() if key not in IMAGE}
    region = region_of(bare).replace(size=(640, 480))
    assert region.items == (CAT,)
    assert region.box.pixels == pytest.approx((64, 98.4, 192, 192))


# -- answers ---------------------------------------------------------------------------------------


def test_answers_of_a_region_are_replaced_added_and_removed() -> None:
    said = {**BREED, "from_name": "said", "type": "textarea", "score": 0.5, "of_mine": 1}
    said["value"] = {"text": ["hi"], "more": 1}
    region = region_of(CAT, BREED, said)
    assert region.replace(answers={**region.answers, "breed": None}).items == (CAT, said)
    changed = region.replace(answers={"said": ["ho"], "breed": "tabby"}).items[2]
    kept = {key: stored for key, stored in said.items() if key != "score"}
    assert changed == {**kept, "value": {"text": ["ho"], "more": 1}}
    new = region_of(CAT).replace(answers={"breed": {"choice": "tabby", "score": 0.5}}).items[1]
    place = {key: stored for key, stored in CAT["value"].items() if key != "rectanglelabels"}
    assert new == {**BREED, "value": {**place, "choices": ["tabby"]}, "score": 0.5}
    with pytest.raises(InvalidInput, match=r"no control '\w+'\. Did you mean 'breed'"):
        region.replace(answers={"bred": "tabby"})


# -- values ----------------------------------------------------------------------------------------


def test_a_region_stays_as_it_was_when_another_is_made_of_it() -> None:
    region = region_of(CAT, BREED)
    region.replace(label="D", pixels=(0, 0, 1, 1), answers={}, meta={"a": 1})
    assert region.items == (CAT, BREED)


def test_setting_an_attribute_of_a_region_says_how_to_change_it() -> None:
    region = region_of(CAT)
    with pytest.raises(AttributeError, match=r"another with region.replace\(label=…\), and assign"):
        region.label = "D"  # type: ignore[misc]
    assert region.items == (CAT,)


def test_a_region_is_pickled_without_the_data_of_its_task() -> None:
    region = region_of(span(text="Ada"))
    copied = pickle.loads(pickle.dumps(region))
    assert (copied, copied.data, copied.span) == (region, None, region.span)


def test_shapes_are_replaced_in_any_unit() -> None:
    one = Box("cat", pixels=(64, 48, 64, 48), size=(640, 480), rotation=3, id="a")
    other = one.replace(label="dog", percent=(1, 2, 3, 4))
    assert (other.percent, other.rotation, other.id, other.labels) == (
        (1, 2, 3, 4),
        3,
        "a",
        ("dog",),
    )
    triangle = Polygon("roof", percent=[(0, 0), (1, 0), (1, 1)])
    assert triangle.replace(closed=False).percent == triangle.percent
    assert Interval("x", start=1, end=2).replace(end=3).end == 3
    assert Brush(rle=[1, 2], size=(3, 4)).replace(rle=[3]).rle == (3,)
    moving = Track("car", keyframes=[KeyFrame(percent=(1, 2, 3, 4))], frames=7)
    assert moving.replace(frames=8).frames == 8


def test_spans_are_replaced_in_any_way_to_say_where_they_are() -> None:
    one = Span("PER", start=0, end=3, text="Ada")
    assert one.replace(label="ORG").text == "Ada"
    assert one.replace(end=10) == Span("PER", start=0, end=10)
    assert one.replace(quote="ACME") == Span("PER", quote="ACME")
    assert one.replace(quote="A").replace(nth=2) == Span("PER", quote="A", nth=2)
    paths = (("/p[1]/text()[1]", 0), ("/p[1]/text()[1]", 3))
    assert one.replace(xpaths=paths) == Span("PER", xpaths=paths)
    assert Span("PER", xpaths=paths).replace(start=0, end=3) == Span("PER", start=0, end=3)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"lable": "dog"}, "a Box has no 'lable'. Did you mean 'labels'"),
        ({"start": 3}, "a Box has no 'start'"),
        ({"label": "dog", "labels": ["dog"]}, "must have label= or labels=, not both"),
        ({"pixels": (1, 2), "percent": (1, 2)}, "must have one of"),
        ({"score": "high"}, "A score must be a number"),
        ({"_measured": True}, "a Box has no '_measured'"),
    ],
)
def test_what_a_shape_does_not_have_is_refused(changes: dict[str, Any], says: str) -> None:
    for one in (Box("cat", percent=(1, 2, 3, 4)), region_of(box())):
        with pytest.raises(InvalidInput, match=says):
            one.replace(**changes)
