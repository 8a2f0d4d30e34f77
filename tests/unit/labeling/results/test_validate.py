"""Results against their config: what is refused, where, and what must be let through."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from label_studio_orm.errors import InvalidResult
from label_studio_orm.labeling import LabelConfig, Problem, encode_mask

CONFIG = LabelConfig.parse("""<View>
  <Image name="image" value="$image"/><Image name="second" value="$second"/>
  <RectangleLabels name="bbox" toName="image">
    <Label value="cat"/><Label value="dog" alias="D"/>
  </RectangleLabels>
  <RectangleLabels name="many" toName="image" choice="multiple" allowEmpty="true">
    <Label value="cat"/><Label value="dog"/>
  </RectangleLabels>
  <Rectangle name="frame" toName="image"/>
  <Labels name="kind" toName="image"><Label value="car"/></Labels>
  <EllipseLabels name="ellipse" toName="image"><Label value="eye"/></EllipseLabels>
  <PolygonLabels name="outline" toName="image"><Label value="roof"/></PolygonLabels>
  <KeyPointLabels name="point" toName="image"><Label value="eye"/></KeyPointLabels>
  <BrushLabels name="brush" toName="image"><Label value="sky"/></BrushLabels>
  <BitmaskLabels name="bits" toName="image"><Label value="sky"/></BitmaskLabels>
  <VectorLabels name="vector" toName="image"><Label value="road"/></VectorLabels>
  <MagicWand name="wand" toName="image"/>
  <Choices name="breed" toName="image" perRegion="true"><Choice value="tabby"/></Choices>
  <TextArea name="said" toName="image" perRegion="true"/>
  <Taxonomy name="tags" toName="image" labeling="true">
    <Choice value="a"><Choice value="b"/></Choice>
  </Taxonomy>
  <Choices name="view" toName="image,second" choice="multiple">
    <Choice value="front"/><Choice value="back"/>
  </Choices>
  <Choices name="brought" toName="image" value="$options"/>
  <Choices name="nested" toName="image" allowNested="true" choice="multiple">
    <Choice value="A"/><Choice value="B"><Choice value="C"/><Choice value="D"/></Choice>
  </Choices>
  <Rating name="stars" toName="image"/>

  <Text name="text" value="$text"/><Text name="other" value="$other"/>
  <Labels name="ner" toName="text"><Label value="PER"/><Label value="ORG" alias="org"/></Labels>
  <TextArea name="note" toName="text" perRegion="true"/>
  <HyperText name="page" value="$page"/>
  <HyperTextLabels name="mark" toName="page"><Label value="name"/></HyperTextLabels>
  <Paragraphs name="chat" value="$chat"/>
  <ParagraphLabels name="turn" toName="chat"><Label value="question"/></ParagraphLabels>
  <Audio name="audio" value="$audio"/>
  <Labels name="who" toName="audio"><Label value="Ada"/></Labels>
  <Choices name="tone" toName="audio" perRegion="true"><Choice value="calm"/></Choices>
  <TimeSeries name="series" value="$series"><Channel column="a"/></TimeSeries>
  <TimeSeriesLabels name="run" toName="series"><Label value="fast"/></TimeSeriesLabels>
  <TimeSeries name="days" value="$days" timeColumn="day" timeFormat="%Y-%m-%d">
    <Channel column="a"/>
  </TimeSeries>
  <TimeSeriesLabels name="walk" toName="days"><Label value="fast"/></TimeSeriesLabels>
  <Video name="video" value="$video"/><VideoRectangle name="track" toName="video"/>
  <Labels name="what" toName="video"><Label value="car"/></Labels>
  <TimelineLabels name="scene" toName="video"><Label value="night"/></TimelineLabels>
  <TextArea name="plate" toName="video" perRegion="true"/>
  <Pairwise name="better" toName="text,other"/>
  <List name="items" value="$items"/><Ranker name="order" toName="items"/>
  <Ranker name="sorted" toName="items"><Bucket name="good"/></Ranker>
  <DateTime name="moment" toName="text"/><DateTime name="hour" toName="text" only="time"/>
  <DateTime name="month" toName="text" only="month,year"/>
  <Relations><Relation value="owns"/></Relations>
</View>""")

IMAGE = {"original_width": 640, "original_height": 480, "image_rotation": 0}
BOX = {"x": 10, "y": 20.5, "width": 30, "height": 40, "rotation": 0}
RLE = {"format": "rle", "rle": encode_mask(np.ones((480, 640), dtype=bool))}
PATHS = {
    "start": "/div[1]/p[2]/text()[1]",
    "startOffset": 3,
    "end": "/div[1]/p[3]/text()[1]",
    "endOffset": 2,
    "globalOffsets": {"start": 9, "end": 14},
}
TRACK = {
    "framesCount": 100,
    "duration": 4,
    "sequence": [
        {"frame": 1, "enabled": True, "time": 0.04, **BOX},
        {"frame": 9, "enabled": False, "time": 0.36, **BOX},
    ],
}


def item(name: str, type: str, value: Any, to: str = "image", **more: Any) -> dict[str, Any]:
    made = {"id": "r1", "from_name": name, "to_name": to, "type": type, "origin": "manual"}
    return {**made, "value": value, **(IMAGE if to == "image" else {}), **more}


def box(**more: Any) -> dict[str, Any]:
    return {**item("bbox", "rectanglelabels", {**BOX, "rectanglelabels": ["cat"]}), **more}


def span(**value: Any) -> dict[str, Any]:
    return item("ner", "labels", {"start": 0, "end": 3, "labels": ["PER"], **value}, to="text")


def relation(**more: Any) -> dict[str, Any]:
    return {"from_id": "a", "to_id": "b", "type": "relation", "direction": "right", **more}


# -- what the editor writes ----------------------------------------------------------------------

WRITTEN: dict[str, list[dict[str, Any]]] = {
    "box": [box(meta={"text": ["hi"]}, parentID="x", score=0.5, readonly=True, item_index=0)],
    "box by alias": [item("bbox", "rectanglelabels", {**BOX, "rectanglelabels": ["D"]})],
    "box by value": [item("bbox", "rectanglelabels", {**BOX, "rectanglelabels": ["dog"]})],
    "several labels": [item("many", "rectanglelabels", {**BOX, "rectanglelabels": ["cat", "dog"]})],
    "no label": [item("many", "rectanglelabels", {**BOX, "rectanglelabels": []})],
    "turned box": [
        item(
            "bbox",
            "rectanglelabels",
            {**BOX, "x": 103.5, "rotation": 90, "rectanglelabels": ["cat"]},
        )
    ],
    "rectangle alone": [item("frame", "rectangle", BOX)],
    "rectangle and labels": [
        item("frame", "rectangle", BOX),
        item("kind", "labels", {**BOX, "labels": ["car"]}),
    ],
    "answers of a region": [
        box(),
        item("breed", "choices", {**BOX, "choices": ["tabby"]}),
        item("said", "textarea", {**BOX, "text": ["hi"]}),
        item("tags", "taxonomy", {**BOX, "taxonomy": [["a"], ["a", "b"]]}),
    ],
    "an answer without the geometry": [box(), item("breed", "choices", {"choices": ["tabby"]})],
    "ellipse": [
        item(
            "ellipse",
            "ellipselabels",
            {"x": 5, "y": 6, "radiusX": 3, "radiusY": 4, "rotation": 0, "ellipselabels": ["eye"]},
        )
    ],
    "open line": [
        item(
            "outline",
            "polygonlabels",
            {"points": [[1, 2], [3, 4]], "closed": False, "polygonlabels": ["roof"]},
        )
    ],
    "smart point": [
        item(
            "point",
            "keypointlabels",
            {"x": 1, "y": 2, "width": 0.2, "labels": ["eye"], "keypointlabels": ["eye"]},
            is_positive=True,
        )
    ],
    "brush": [item("brush", "brushlabels", {**RLE, "brushlabels": ["sky"]})],
    "wand": [item("wand", "magicwand", RLE), item("kind", "labels", {**RLE, "labels": ["car"]})],
    "bitmask": [
        item(
            "bits",
            "bitmasklabels",
            {"imageDataURL": "data:image/png;base64,i", "bitmasklabels": ["sky"]},
        )
    ],
    "vector": [
        item(
            "vector",
            "vectorlabels",
            {
                "vertices": [{"id": "1", "x": 1, "y": 2, "isBezier": False}],
                "closed": False,
                "vectorlabels": ["road"],
            },
        )
    ],
    "span": [span(text="Ada")],
    "span without words": [span()],
    "span by alias": [span(labels=["org"])],
    "span by value": [span(labels=["ORG"])],
    "text about a span": [
        span(text="Ada"),
        item("note", "textarea", {"start": 0, "end": 3, "text": ["who?"]}, to="text"),
    ],
    "html": [
        item(
            "mark",
            "hypertextlabels",
            {**PATHS, "text": "Ada", "hypertextlabels": ["name"]},
            to="page",
        )
    ],
    "html as text": [
        item(
            "mark",
            "hypertextlabels",
            {"start": 0, "end": 3, "hypertextlabels": ["name"]},
            to="page",
        )
    ],
    "paragraphs": [
        item(
            "turn",
            "paragraphlabels",
            {
                "start": "2",
                "end": "3",
                "startOffset": 9,
                "endOffset": 2,
                "paragraphlabels": ["question"],
            },
            to="chat",
        )
    ],
    "audio": [
        item(
            "who",
            "labels",
            {"start": 0.5, "end": 1.25, "channel": 0, "labels": ["Ada"]},
            to="audio",
            original_length=9.5,
        ),
        item(
            "tone",
            "choices",
            {"start": 0.5, "end": 1.25, "channel": 0, "choices": ["calm"]},
            to="audio",
            original_length=9.5,
        ),
    ],
    "series": [
        item(
            "run",
            "timeserieslabels",
            {"start": 1, "end": 1, "instant": True, "timeserieslabels": ["fast"]},
            to="series",
        )
    ],
    "series of dates": [
        item(
            "walk",
            "timeserieslabels",
            {
                "start": "2020-01-01",
                "end": "2020-02-01",
                "instant": False,
                "timeserieslabels": ["fast"],
            },
            to="days",
        )
    ],
    "video": [
        item("track", "videorectangle", {**TRACK, "labels": ["car"]}, to="video"),
        item("plate", "textarea", {**TRACK, "text": ["B-AD 1"]}, to="video"),
    ],
    "video without label": [item("track", "videorectangle", TRACK, to="video")],
    "timeline": [
        item(
            "scene",
            "timelinelabels",
            {"ranges": [{"start": 1, "end": 5}], "timelinelabels": ["night"]},
            to="video",
        )
    ],
    "nested choices": [item("nested", "choices", {"choices": [["B"], ["B", "C"], ["B", "D"]]})],
    "several choices": [item("view", "choices", {"choices": ["front", "back"]}, to="second")],
    "pairwise": [item("better", "pairwise", {"selected": "left"}, to="better")],
    "ranker": [item("order", "ranker", {"ranker": {"order": ["1"]}}, to="items")],
    "buckets": [item("sorted", "ranker", {"ranker": {"good": ["1"], "_": []}}, to="items")],
    "moment": [item("moment", "datetime", {"datetime": "2020-01-02T03:04"}, to="text")],
    "hour": [item("hour", "datetime", {"datetime": "03:04"}, to="text")],
    "month": [item("month", "datetime", {"datetime": "2020-01-01"}, to="text")],
    "relation": [box(id="a"), box(id="b"), relation(labels=["owns"]), relation(direction="bi")],
    "relation without direction": [
        box(id="a"),
        box(id="b"),
        {**relation(), "direction": "left", "labels": []},
    ],
}


@pytest.mark.parametrize("result", WRITTEN.values(), ids=list(WRITTEN))
def test_what_the_editor_writes_is_accepted_and_passed_on(result: list[dict[str, Any]]) -> None:
    assert CONFIG.problems(result) == []
    reading = CONFIG.read(result)
    assert CONFIG.result(reading) == result
    regions = [*reading.regions]
    assert len(regions) + len(reading.answers) + len(reading.relations) > 0


NO_SHAPE = {"bitmask", "vector"}


@pytest.mark.parametrize("name", [*WRITTEN])
def test_the_regions_that_the_editor_writes_have_a_shape(name: str) -> None:
    shapes = [region.shape for region in CONFIG.read(WRITTEN[name]).regions]
    assert all((shape is None) == (name in NO_SHAPE) for shape in shapes)


# -- what is refused -----------------------------------------------------------------------------


def problem(*result: Any, data: Any = None) -> Problem:
    """Return the one thing that is wrong."""
    (found,) = CONFIG.problems(list(result), data=data)
    return found


@pytest.mark.parametrize(
    ("wrong", "path", "said"),
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
def test_a_wrong_name_is_told_with_the_nearest(wrong: Any, path: str, said: str) -> None:
    found = problem(wrong)
    assert found.path == path
    assert said in found.message


@pytest.mark.parametrize(
    ("changed", "path", "said"),
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
        ({"rectanglelabels": ["cat", "D"]}, ".rectanglelabels", "must have one label, not 2"),
        ({"x": 640}, ".x", "must be at most 100 percent of the image, not 640"),
        ({"width": None}, ".width", "must be a number in percent of the image, not None"),
        ({"width": "30"}, ".width", "not '30'"),
        ({"height": float("nan")}, ".height", "not nan"),
        ({"y": True}, ".y", "not True"),
        ({"rotation": "0"}, ".rotation", "must be a number of degrees, not '0'"),
    ],
)
def test_a_wrong_box_is_told_by_its_part(changed: Any, path: str, said: str) -> None:
    found = problem(box(value={**box()["value"], **changed}))
    assert found.path == f"[0].value{path}"
    assert said in found.message


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
def test_a_wrong_value_is_told_by_its_part(name: str, changed: Any, path: str) -> None:
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


def test_a_key_frame_is_told_by_its_number() -> None:
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
    ("changed", "path", "said"),
    [
        ({"to_id": "c"}, ".to_id", "no region here has the id 'c'"),
        ({"from_id": None}, ".from_id", "no region here has the id None"),
        ({"direction": "up"}, ".direction", "must be 'right', 'left' or 'bi', not 'up'"),
        ({"labels": ["own"]}, ".labels[0]", "Did you mean 'owns'?"),
        ({"labels": "owns"}, ".labels", "must be a list of strings, not 'owns'"),
    ],
)
def test_a_wrong_relation_is_told(changed: Any, path: str, said: str) -> None:
    found = problem(box(id="a"), box(id="b"), relation(**changed))
    assert found.path == f"[2]{path}"
    assert said in found.message


@pytest.mark.parametrize("result", [None, {}, "x", 5, (), {"from_name": "bbox"}])
def test_a_result_is_a_list(result: Any) -> None:
    with pytest.raises(InvalidResult, match="A result must be a list of dicts"):
        CONFIG.validate(result)


def test_all_problems_are_told_at_once() -> None:
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


# -- labels that the task brings -----------------------------------------------------------------


def brought(name: str) -> dict[str, Any]:
    return item("brought", "choices", {"choices": [name]})


def test_labels_of_the_task_are_all_right_without_its_data() -> None:
    assert CONFIG.problems([brought("anything")]) == []


def test_labels_of_the_task_are_checked_with_its_data() -> None:
    data = {"options": [{"value": "one"}, {"value": "two", "alias": "2"}]}
    assert CONFIG.problems([brought("one")], data=data) == []
    assert CONFIG.problems([brought("2")], data=data) == []
    found = problem(brought("oen"), data=data)
    assert found.path == "[0].value.choices[0]"
    assert "Did you mean 'one'?" in found.message


# -- names that a Repeater makes -----------------------------------------------------------------

PAGES = LabelConfig.parse("""<View><Repeater on="$pages">
  <Text name="page_{{idx}}" value="$pages[{{idx}}].text"/>
  <Labels name="ner_{{idx}}" toName="page_{{idx}}"><Label value="PER"/></Labels>
</Repeater></View>""")


def on_page(name: str = "ner_7", to: str = "page_7", label: str = "PER") -> dict[str, Any]:
    return item(name, "labels", {"start": 0, "end": 3, "labels": [label]}, to=to)


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


# -- what is said twice, of which the editor keeps one -------------------------------------------


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
