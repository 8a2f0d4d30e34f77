"""Validation of results: what is refused, and where."""

from __future__ import annotations

from typing import Any

import pytest
from support.editor_results import (
    BOX,
    CONFIG,
    TRACK,
    WRITTEN,
    box,
    item,
    relation,
    span,
)

from label_studio_orm.errors import InvalidResult
from label_studio_orm.labeling import LabelConfig, Problem


def problem(*result: Any, data: Any = None) -> Problem:
    """Return the one thing that is wrong."""
    (found,) = CONFIG.problems(list(result), data=data)
    return found


# -- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "path", "message"),
    [
        (box(from_name="bbxo"), "[0].from_name", "has no 'bbxo' here. Did you mean 'bbox'?"),
        (box(from_name=None), "[0].from_name", "is missing."),
        (box(from_name=["bbox"]), "[0].from_name", "has no ['bbox'] here"),
        (box(to_name="images"), "[0].to_name", "has no 'images' here. Did you mean 'image'?"),
        (box(to_name="second"), "[0].to_name", "has no 'second' here. There is 'image'."),
        (box(to_name=None), "[0].to_name", "is missing."),
        (
            box(type="rectangle"),
            "[0].type",
            "must be 'rectanglelabels' for results of 'bbox', not 'rectangle'",
        ),
        (box(type=None), "[0].type", "must be 'rectanglelabels' for results of 'bbox', not None"),
        (box(value=None), "[0].value", "must be an object (dict), not None"),
        (box(value=[]), "[0].value", "must be an object (dict), not []"),
        (5, "[0]", "must be a region (a dict), not 5"),
    ],
)
def test_a_wrong_name_is_reported_with_the_nearest(wrong: Any, path: str, message: str) -> None:
    found = problem(wrong)
    assert found.path == path
    assert message in found.message


@pytest.mark.parametrize(
    ("changed", "path", "message"),
    [
        (
            {"rectanglelabels": ["cta"]},
            ".rectanglelabels[0]",
            "has no label 'cta'. Did you mean 'cat'?",
        ),
        ({"rectanglelabels": ["Cat"]}, ".rectanglelabels[0]", "Did you mean 'cat'?"),
        ({"rectanglelabels": [5]}, ".rectanglelabels[0]", "must be a string, not 5"),
        ({"rectanglelabels": []}, ".rectanglelabels", "must not be empty"),
        ({"rectanglelabels": "cat"}, ".rectanglelabels", "must be a list of strings, not 'cat'"),
        ({"rectanglelabels": ["cat", "D"]}, ".rectanglelabels", "must have one label without"),
        ({"x": 640}, ".x", "must be at most 100 percent of the image, not 640"),
        ({"width": None}, ".width", "must be a number in percent of the image, not None"),
        ({"width": "30"}, ".width", "not '30'"),
        ({"height": float("nan")}, ".height", "not nan"),
        ({"y": True}, ".y", "not True"),
        ({"rotation": "0"}, ".rotation", "must be a number of degrees, not '0'"),
    ],
)
def test_a_wrong_box_is_reported_by_its_part(changed: Any, path: str, message: str) -> None:
    found = problem(box(value={**box()["value"], **changed}))
    assert found.path == f"[0].value{path}"
    assert message in found.message


@pytest.mark.parametrize("part", ["x", "y", "width", "height", "rectanglelabels"])
def test_a_box_needs_all_its_parts(part: str) -> None:
    value = {key: kept for key, kept in box()["value"].items() if key != part}
    assert problem(box(value=value)).path == f"[0].value.{part}"


@pytest.mark.parametrize(
    ("name", "changed", "path"),
    [
        ("open line", {"points": []}, ".points"),
        ("open line", {"points": "x"}, ".points"),
        ("open line", {"points": [[1, 2], [3]]}, ".points[1]"),
        ("open line", {"points": [[1, 2], [3, 400]]}, ".points[1]"),
        ("open line", {"points": [[1, "2"]]}, ".points[0]"),
        ("ellipse", {"radiusX": None}, ".radiusX"),
        ("brush", {"rle": []}, ".rle"),
        ("brush", {"rle": [256]}, ".rle"),
        ("brush", {"rle": [1.5]}, ".rle"),
        ("brush", {"rle": "AA=="}, ".rle"),
        ("span", {"start": 3, "end": 3}, ".end"),
        ("span", {"start": -1}, ".start"),
        ("html", {"startOffset": "3"}, ".startOffset"),
        ("html", {"endOffset": -1}, ".endOffset"),
        ("paragraphs", {"endOffset": None}, ".endOffset"),
        ("audio", {"start": "0.5"}, ".start"),
        ("audio", {"end": 0.25}, ".end"),
        ("series", {"start": None}, ".start"),
        ("video", {"sequence": []}, ".sequence"),
        ("video", {"labels": ["cra"]}, ".labels[0]"),
        ("timeline", {"ranges": []}, ".ranges"),
        ("timeline", {"ranges": [{"start": 5, "end": 1}]}, ".ranges[0]"),
        ("timeline", {"ranges": [{"start": 1.5, "end": 2}]}, ".ranges[0]"),
        ("nested choices", {"choices": ["A"]}, ".choices[0]"),
        ("nested choices", {"choices": [["A"], ["A", "C"]]}, ".choices[1]"),
        ("pairwise", {"selected": "both"}, ".selected"),
        ("ranker", {"ranker": ["1"]}, ".ranker"),
        ("ranker", {"ranker": {"order": [1]}}, ".ranker['order']"),
        ("buckets", {"ranker": {"bad": ["1"]}}, ".ranker['bad']"),
        ("moment", {"datetime": "2020-01-02"}, ".datetime"),
        ("hour", {"datetime": "3 pm"}, ".datetime"),
    ],
)
def test_a_wrong_value_is_reported_by_its_part(name: str, changed: Any, path: str) -> None:
    first, *rest = WRITTEN[name]
    found = problem({**first, "value": {**first["value"], **changed}}, *rest)
    assert found.path == f"[0].value{path}"


@pytest.mark.parametrize(
    ("name", "part", "wrong"),
    [
        ("smart point", "width", "wide"),
        ("open line", "closed", "yes"),
        ("html", "globalOffsets", "9"),
        ("audio", "channel", "left"),
        ("series", "instant", "yes"),
        ("video", "framesCount", "100"),
        ("video", "duration", "4"),
        ("bitmask", "imageDataURL", 5),
        ("vector", "vertices", "x"),
        ("span", "text", 5),
    ],
)
def test_parts_that_may_be_missing_have_a_type_too(name: str, part: str, wrong: Any) -> None:
    first, *rest = WRITTEN[name]
    found = problem({**first, "value": {**first["value"], part: wrong}}, *rest)
    assert found.path == f"[0].value.{part}"


def test_a_wrong_start_does_not_blame_the_end() -> None:
    for start in (None, 1.5, "x"):
        assert problem(span(start=start)).path == "[0].value.start"


def test_a_key_frame_is_reported_by_its_number() -> None:
    frames = [dict(each) for each in TRACK["sequence"]]
    for part, wrong in (("frame", 1.5), ("x", "1"), ("width", 400), ("enabled", "yes")):
        changed = [frames[0], {**frames[1], part: wrong}]
        made = item("track", "videorectangle", {**TRACK, "sequence": changed}, to="video")
        assert problem(made).path == f"[0].value.sequence[1].{part}"


def test_paragraphs_are_numbered_by_texts() -> None:
    (made,) = WRITTEN["paragraphs"]
    value = {**made["value"], "start": 2, "end": 3}  # the editor throws on these
    assert CONFIG.problems([{**made, "value": value}])


def test_an_answer_of_a_region_needs_the_region() -> None:
    found = problem(box(), item("breed", "choices", {"choices": ["tabby"]}, id="r2"))
    assert found.path == "[1].id"
    assert "no region in this result has this id: 'r2'" in found.message


@pytest.mark.parametrize(
    ("changed", "path", "message"),
    [
        ({"to_id": "c"}, ".to_id", "no region here has the id 'c'"),
        ({"from_id": None}, ".from_id", "no region here has the id None"),
        ({"direction": "up"}, ".direction", "must be 'right', 'left' or 'bi', not 'up'"),
        ({"labels": ["own"]}, ".labels[0]", "Did you mean 'owns'?"),
        ({"labels": "owns"}, ".labels", "must be a list of strings, not 'owns'"),
    ],
)
def test_a_wrong_relation_is_reported(changed: Any, path: str, message: str) -> None:
    found = problem(box(id="a"), box(id="b"), relation(**changed))
    assert found.path == f"[2]{path}"
    assert message in found.message


@pytest.mark.parametrize("result", [None, {}, "x", 5, (), {"from_name": "bbox"}])
def test_a_result_is_a_list(result: Any) -> None:
    with pytest.raises(InvalidResult, match="A result must be a list of dicts"):
        CONFIG.validate(result)


def test_all_problems_are_reported_at_once() -> None:
    wrong = box(value={**BOX, "x": 640, "y": "1", "rectanglelabels": ["cow"]})
    with pytest.raises(InvalidResult) as caught:
        CONFIG.validate([wrong, box(id="2"), box(from_name="bobx", type="x"), 5])
    assert [each.path for each in caught.value.problems] == [
        "[0].value.x",
        "[0].value.y",
        "[0].value.rectanglelabels[0]",
        "[2].from_name",
        "[3]",
    ]
    assert all(str(each) in str(caught.value) for each in caught.value.problems)


def test_a_message_tells_twenty_problems_and_counts_the_rest() -> None:
    with pytest.raises(InvalidResult, match="and 5 more") as caught:
        CONFIG.validate([5] * 25)
    assert len(caught.value.problems) == 25


def test_a_label_of_other_case_is_found_also_among_many() -> None:
    names = "".join(f'<Choice value="{name}"/>' for name in ("Positive", *range(99)))
    config = LabelConfig.parse(
        f'<View><Text name="t" value="$t"/><Choices name="c" toName="t">{names}</Choices></View>'
    )
    with pytest.raises(InvalidResult, match="Did you mean 'Positive'"):
        config.result({"c": "POSITIVE"})


def test_validating_changes_nothing() -> None:
    made = box()
    CONFIG.validate([made])
    assert made == box()


def brought(name: str) -> dict[str, Any]:
    return item("brought", "choices", {"choices": [name]})


# -- labels that the task brings -------------------------------------------------------------------


def test_labels_of_the_task_are_all_right_without_its_data() -> None:
    assert CONFIG.problems([brought("anything")]) == []


def test_labels_of_the_task_are_checked_with_its_data() -> None:
    data = {"options": [{"value": "one"}, {"value": "two", "alias": "2"}]}
    assert CONFIG.problems([brought("one")], data=data) == []
    assert CONFIG.problems([brought("2")], data=data) == []
    found = problem(brought("oen"), data=data)
    assert found.path == "[0].value.choices[0]"
    assert "Did you mean 'one'?" in found.message


PAGES = LabelConfig.parse("""<View><Repeater on="$pages">
  <Text name="page_{{idx}}" value="$pages[{{idx}}].text"/>
  <Labels name="ner_{{idx}}" toName="page_{{idx}}"><Label value="PER"/></Labels>
</Repeater></View>""")


def on_page(name: str = "ner_7", to: str = "page_7", label: str = "PER") -> dict[str, Any]:
    return item(name, "labels", {"start": 0, "end": 3, "labels": [label]}, to=to)


# -- names that a Repeater makes -------------------------------------------------------------------


def test_names_of_a_repeater_are_accepted() -> None:
    assert PAGES.problems([on_page(), on_page("ner_0", "page_0")]) == []


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (on_page(label="PRE"), "[0].value.labels[0]"),
        (on_page(name="ner_x"), "[0].from_name"),
        (on_page(to="page_"), "[0].to_name"),
        (on_page(to="page_8"), "[0].to_name"),  # which another control is about
    ],
)
def test_wrong_names_of_a_repeater_are_refused(wrong: Any, path: str) -> None:
    (found,) = PAGES.problems([wrong])
    assert found.path == path


# -- duplicates ---------------------------------------------------------------------------------


def test_two_answers_of_a_control_are_refused() -> None:
    found = problem(brought("one"), brought("two"))
    assert (found.path, found.message) == ("[1].from_name", "'brought' is answered twice.")


def test_two_regions_of_one_id_are_refused() -> None:
    found = problem(box(), box())
    assert (found.path, found.message) == ("[1].id", "'bbox' has the id 'r1' twice.")


def test_thousands_of_regions_and_relations_may_be_in_one_result() -> None:
    boxes = [box(id=str(n)) for n in range(3_000)]
    links = [relation(from_id=str(n), to_id=str(n + 1)) for n in range(2_999)]
    assert CONFIG.problems([*boxes, *links]) == []


def test_a_control_of_two_objects_is_answered_once_for_each() -> None:
    answer = {"choices": ["front"]}
    both = [item("view", "choices", answer, to=each, id=each) for each in ("image", "second")]
    assert CONFIG.problems(both) == []


def test_answers_of_two_regions_are_not_duplicates() -> None:
    answers = [
        item("view", "choices", {**BOX, "choices": ["front"]}, id=each) for each in ("r1", "r2")
    ]
    assert CONFIG.problems(answers) == []


def test_an_item_index_of_a_text_is_not_compared_with_its_images() -> None:
    assert CONFIG.problems([{**span(), "item_index": 5}]) == []


def test_labels_after_an_item_without_a_value_need_coordinates() -> None:
    empty = item("frame", "rectangle", None, id="r1")
    labels = item("kind", "labels", {"labels": ["car"]}, id="r1")
    paths = [each.path for each in CONFIG.problems([empty, labels])]
    assert paths == ["[0].value", "[1].id"]


def test_a_chat_has_messages_and_no_other_answers() -> None:
    config = LabelConfig.parse('<View><Chat name="chat" value="$chat"/></View>')
    message = item("chat", "chatmessage", {"chatmessage": {}}, to="chat")
    assert config.problems([message]) == []
    (problem,) = config.problems([{**message, "type": "choices"}])
    assert problem.path == "[0].from_name"
