"""Regions and answers as plain dicts, as language models write them."""

from __future__ import annotations

from typing import Any

import pytest

from label_studio_orm.errors import InvalidResult
from label_studio_orm.labeling import LabelConfig

CONFIG = LabelConfig.parse("""<View>
  <Text name="text" value="$text"/>
  <Labels name="entities" toName="text"><Label value="PERSON"/><Label value="ORG"/></Labels>
  <HyperText name="page" value="$page"/>
  <HyperTextLabels name="mark" toName="page"><Label value="A"/></HyperTextLabels>
  <Paragraphs name="chat" value="$chat"/>
  <ParagraphLabels name="turn" toName="chat"><Label value="A"/></ParagraphLabels>
  <Audio name="audio" value="$audio"/>
  <Labels name="heard" toName="audio"><Label value="A"/></Labels>
  <Video name="video" value="$video"/>
  <VideoRectangle name="track" toName="video"/>
  <Labels name="seen" toName="video"><Label value="A"/></Labels>
  <TimelineLabels name="scene" toName="video"><Label value="A"/></TimelineLabels>
  <Image name="image" value="$image"/>
  <RectangleLabels name="bbox" toName="image"><Label value="cat"/></RectangleLabels>
  <PolygonLabels name="outline" toName="image"><Label value="cat"/></PolygonLabels>
  <KeyPointLabels name="point" toName="image"><Label value="eye"/></KeyPointLabels>
  <BrushLabels name="brush" toName="image"><Label value="sky"/></BrushLabels>
  <Choices name="breed" toName="image" perRegion="true"><Choice value="tabby"/></Choices>
  <Image name="other" value="$other"/>
  <Rectangle name="frame" toName="other"/>
  <Labels name="kind" toName="other"><Label value="car"/></Labels>
  <Choices name="mood" toName="text"><Choice value="Good"/><Choice value="Bad"/></Choices>
  <Choices name="topics" toName="text" choice="multiple">
    <Choice value="art"/><Choice value="law"/>
  </Choices>
  <Taxonomy name="species" toName="text"><Choice value="Cat"/></Taxonomy>
  <Rating name="stars" toName="text"/>
  <Number name="count" toName="text"/>
  <TextArea name="note" toName="text"/>
  <Pairwise name="better" toName="text,page"/>
</View>""")
DATA = {"text": "Ada joined ACME.", "page": "<p>Ada</p>", "chat": [{"text": "Hello Ada"}]}
RLE = [0, 0, 0, 16, 57, 27, 253, 255, 240]


def value(name: str, given: Any) -> dict[str, Any]:
    (item,) = CONFIG.result({name: given}, data=DATA)
    found: dict[str, Any] = item["value"]
    return found


@pytest.mark.parametrize(
    "given",
    [
        {"start": 0, "end": 3, "labels": ["PERSON"], "text": "Ada"},
        {"start": 0.0, "end": 3.0, "labels": "PERSON"},
        {"start": 0, "end": 3, "label": "PERSON"},
        {"label": "PERSON", "text": "Ada"},
        {"label": "PERSON", "quote": "Ada"},
        {"value": {"start": 0, "end": 3, "labels": ["PERSON"]}},
    ],
)
def test_a_span_is_taken_as_a_dict(given: dict[str, Any]) -> None:
    expected = {"start": 0, "end": 3, "text": "Ada", "labels": ["PERSON"]}
    assert value("entities", [given]) == value("entities", given) == expected


def test_other_keys_are_unchanged() -> None:
    given = {"start": 0, "end": 3, "label": "PERSON", "score": 0.5, "id": "mine", "meta": {"a": 1}}
    (item,) = CONFIG.result({"entities": [given]}, data=DATA)
    assert (item["id"], item["score"], item["meta"]) == ("mine", 0.5, {"a": 1})


def test_a_region_as_results_have_it_stays_as_it_is() -> None:
    (item,) = CONFIG.result({"bbox": BOX})
    assert CONFIG.result({"bbox": [item]}) == [item]


BOX = {"percent": [1, 2, 3, 4], "label": "cat"}
KEPT = {"x": 1, "y": 2, "width": 3, "height": 4, "rotation": 0}


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("bbox", BOX, {**KEPT, "rectanglelabels": ["cat"]}),
        ("bbox", {**KEPT, "rectanglelabels": ["cat"]}, {**KEPT, "rectanglelabels": ["cat"]}),
        (
            "bbox",
            {**KEPT, "label": "cat", "original_width": 640, "original_height": 480},
            {**KEPT, "rectanglelabels": ["cat"]},
        ),
        (
            "bbox",
            {"pixels": [64, 48, 320, 240], "size": [640, 480], "label": "cat"},
            {"x": 10, "y": 10, "width": 50, "height": 50, "rotation": 0}
            | {"rectanglelabels": ["cat"]},
        ),
        (
            "outline",
            {"points": [[1, 1], [9, 1], [1, 9]], "polygonlabels": ["cat"]},
            {"points": [[1, 1], [9, 1], [1, 9]], "closed": True, "polygonlabels": ["cat"]},
        ),
        (
            "point",
            {"x": 1, "y": 2, "width": 0.5, "keypointlabels": ["eye"]},
            {"x": 1, "y": 2, "width": 0.5, "keypointlabels": ["eye"]},
        ),
        (
            "brush",
            {"format": "rle", "rle": RLE, "brushlabels": ["sky"]}
            | {"original_width": 2, "original_height": 2},
            {"format": "rle", "rle": RLE, "brushlabels": ["sky"]},
        ),
        (
            "heard",
            {"start": 0.5, "end": 2, "label": "A"},
            {"start": 0.5, "end": 2, "channel": 0, "labels": ["A"]},
        ),
        (
            "scene",
            {"ranges": [{"start": 1, "end": 5}], "label": "A"},
            {"ranges": [{"start": 1, "end": 5}], "timelinelabels": ["A"]},
        ),
        (
            "scene",
            {"start": 1, "end": 5, "label": "A"},
            {"ranges": [{"start": 1, "end": 5}], "timelinelabels": ["A"]},
        ),
        (
            "track",
            {"sequence": [{**KEPT, "frame": 1, "enabled": True, "time": 0}], "labels": ["A"]}
            | {"framesCount": 9, "duration": 3},
            {"sequence": [{**KEPT, "frame": 1, "enabled": True, "time": 0}], "labels": ["A"]}
            | {"framesCount": 9, "duration": 3},
        ),
        (
            "turn",
            {"start": "0", "end": "0", "startOffset": 6, "endOffset": 9, "paragraphlabels": ["A"]},
            {"start": "0", "end": "0", "startOffset": 6, "endOffset": 9, "text": "Ada"}
            | {"paragraphlabels": ["A"]},
        ),
        (
            "mark",
            {"start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]", "startOffset": 0}
            | {"endOffset": 3, "label": "A", "globalOffsets": {"start": 0, "end": 3}},
            {"start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]", "startOffset": 0}
            | {"endOffset": 3, "hypertextlabels": ["A"], "globalOffsets": {"start": 0, "end": 3}},
        ),
    ],
)
def test_all_kinds_of_regions_are_taken_as_dicts(name: str, given: Any, expected: Any) -> None:
    assert value(name, given) == expected


def test_labels_with_a_separate_drawing_accept_dicts_of_its_shape() -> None:
    result = CONFIG.result({"kind": [{"percent": (1, 2, 3, 4), "label": "car"}]})
    assert [item["type"] for item in result] == ["rectangle", "labels"]


def test_the_dict_of_a_region_can_have_its_answers() -> None:
    result = CONFIG.result({"bbox": {**BOX, "answers": {"breed": {"choice": "tabby"}}}})
    assert CONFIG.read(result).regions[0]["breed"] == "tabby"


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("bbox", {"x": 1, "y": 2, "width": 3, "height": 4, "label": "cat"}, "pixels or percent"),
        ("bbox", {"bbox": [1, 2, 3, 4], "label": "cat"}, "has no 'bbox'. It has label,"),
        (
            "outline",
            {"points": [[1, 1], [2, 2]], "label": "cat"},
            ("points could be pixels or percent"),
        ),
        (
            "entities",
            {"start": 0, "end": 3, "label": "PERSON", "labels": ["ORG"]},
            ("under one key, not under"),
        ),
        ("entities", {"start": 0, "end": 3, "entity": "PERSON"}, "a Span has no 'entity'."),
        ("entities", {"begin": 0, "end": 3, "label": "PERSON"}, "a Span has no 'begin'."),
        ("entities", {"start": 0, "end": 3.5, "label": "PERSON"}, "integer from 0, not 3.5"),
        ("entities", {"start": 0, "end": 3, "label": "PERSN"}, "Did you mean 'PERSON'?"),
        (
            "entities",
            {"start": 0, "end": 3, "text": "J", "label": "PERSON"},
            ("is 'J', but the text from 0"),
        ),
        (
            "entities",
            {"start": 0, "end": 3, "rectanglelabels": ["PERSON"]},
            ("is a Labels: its key is 'labels', not"),
        ),
        ("entities", {"label": "PERSON"}, "A Span must have either start= and end=, or quote="),
        ("entities", {}, "A Span must have either start= and end="),
    ],
)
def test_an_ambiguous_dict_is_reported(name: str, given: Any, message: str) -> None:
    with pytest.raises(InvalidResult) as caught:
        CONFIG.result({name: [given]}, data=DATA)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("mood", {"choice": "Good"}, {"choices": ["Good"]}),
        ("mood", {"choices": ["Good"]}, {"choices": ["Good"]}),
        ("mood", {"label": "Good"}, {"choices": ["Good"]}),
        ("mood", [{"label": "Good"}], {"choices": ["Good"]}),
        ("topics", {"labels": ["art", "law"]}, {"choices": ["art", "law"]}),
        ("topics", [{"label": "art"}, {"label": "law"}], {"choices": ["art", "law"]}),
        ("species", {"taxonomy": [["Cat"]]}, {"taxonomy": [["Cat"]]}),
        ("stars", {"rating": 4}, {"rating": 4}),
        ("count", {"number": 2.5}, {"number": 2.5}),
        ("count", {"value": 2.5}, {"number": 2.5}),
        ("note", {"text": ["a", "b"]}, {"text": ["a", "b"]}),
        ("note", {"text": "a"}, {"text": ["a"]}),
        ("better", {"selected": "left"}, {"selected": "left"}),
    ],
)
def test_answers_are_taken_as_dicts(name: str, given: Any, expected: Any) -> None:
    assert value(name, given) == expected


def test_an_answer_may_have_a_score() -> None:
    (item,) = CONFIG.result({"mood": {"choice": "Good", "score": 0.9}})
    assert item["score"] == 0.9


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        (
            "mood",
            {"choice": "Good", "label": "Bad"},
            ("needs a plain answer, or a dict such as {'choices'"),
        ),
        (
            "mood",
            {"Good": 0.9, "Bad": 0.1},
            ("needs a plain answer, or a dict such as {'choices': …"),
        ),
        ("mood", {"choice": "Good", "confidence": 0.9}, "needs a plain answer"),
        ("mood", {0: "Good"}, "needs a plain answer"),
        (
            "topics",
            [{"label": "art", "score": 0.1}, {"label": "law", "score": 0.2}],
            ("the same score"),
        ),
        ("mood", {"choice": "God"}, "Did you mean 'Good'?"),
    ],
)
def test_an_ambiguous_answer_is_reported(name: str, given: Any, message: str) -> None:
    with pytest.raises(InvalidResult) as caught:
        CONFIG.result({name: given})
    assert message in str(caught.value)
