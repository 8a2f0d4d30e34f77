"""Whole numbers as other programs have them: 3.0, numpy's 3; and 3.5 is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from label_studio_orm.errors import InvalidInput, InvalidResult
from label_studio_orm.labeling import Box, Frames, Interval, KeyFrame, LabelConfig, Span, Track

CONFIG = LabelConfig.parse("""<View>
  <Text name="text" value="$text"/>
  <Labels name="ner" toName="text"><Label value="A"/></Labels>
  <HyperText name="page" value="$page"/>
  <HyperTextLabels name="mark" toName="page"><Label value="A"/></HyperTextLabels>
  <Paragraphs name="chat" value="$chat"/>
  <ParagraphLabels name="turn" toName="chat"><Label value="A"/></ParagraphLabels>
  <Audio name="audio" value="$audio"/>
  <Labels name="heard" toName="audio"><Label value="A"/></Labels>
  <Video name="video" value="$video"/>
  <VideoRectangle name="track" toName="video"/>
  <TimelineLabels name="scene" toName="video"><Label value="A"/></TimelineLabels>
  <Image name="pages" valueList="$pages"/>
  <RectangleLabels name="bbox" toName="pages"><Label value="A"/></RectangleLabels>
  <Rating name="stars" toName="text"/>
  <Number name="count" toName="text"/>
</View>""")
KINDS: list[Callable[[int], Any]] = [float, np.int64, np.uint8, np.float32, np.float64]


def raw(name: str, to: str, type: str, value: Any, **beside: Any) -> list[dict[str, Any]]:
    return [{"id": "r", "from_name": name, "to_name": to, "type": type, "value": value, **beside}]


def given(n: Callable[[int], Any]) -> dict[str, list[dict[str, Any]]]:
    """Return raw results with numbers of a kind where they must be whole."""
    place = {"start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]"}
    offsets = {"startOffset": n(0), "endOffset": n(3)}
    box = {"x": 1, "y": 2, "width": 3, "height": 4, "rotation": 0}
    frame = {**box, "frame": n(1), "enabled": True, "time": 0.1}
    return {
        "text": raw("ner", "text", "labels", {"start": n(0), "end": n(3), "labels": ["A"]}),
        "html": raw(
            "mark",
            "page",
            "hypertextlabels",
            {**place, **offsets, "globalOffsets": {"start": n(0), "end": n(3)}}
            | {"hypertextlabels": ["A"]},
        ),
        "dialogue": raw(
            "turn",
            "chat",
            "paragraphlabels",
            {"start": n(0), "end": n(1), **offsets, "paragraphlabels": ["A"]},
        ),
        "sound": raw(
            "heard", "audio", "labels", {"start": 0.5, "end": 2, "channel": n(1), "labels": ["A"]}
        ),
        "track": raw(
            "track", "video", "videorectangle", {"framesCount": n(9), "sequence": [frame]}
        ),
        "scene": raw(
            "scene",
            "video",
            "timelinelabels",
            {"ranges": [{"start": n(1), "end": n(5)}], "timelinelabels": ["A"]},
        ),
        "page": raw(
            "bbox", "pages", "rectanglelabels", {**box, "rectanglelabels": ["A"]}, item_index=n(1)
        ),
        "rating": raw("stars", "text", "rating", {"rating": n(4)}),
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", given(int))
def test_raw_results_have_whole_numbers_as_such(name: str, kind: Callable[[int], Any]) -> None:
    result = CONFIG.result(given(kind)[name])
    expected = CONFIG.result(given(int)[name])
    assert json.dumps(result, default=lambda value: value.tolist()) == json.dumps(expected)


@pytest.mark.parametrize("name", sorted(set(given(int)) - {"dialogue", "track"}))
def test_whole_floats_are_accepted(name: str) -> None:
    assert CONFIG.problems(given(float)[name]) == []


@pytest.mark.parametrize("name", given(int))
def test_a_number_that_is_not_whole_is_reported(name: str) -> None:
    broken = given(lambda number: number + 0.5)[name]
    with pytest.raises(InvalidResult, match=r"integer|number of (a paragraph|an image)|'start': 1"):
        CONFIG.result(broken)


def test_a_raw_result_is_not_changed_where_it_lies() -> None:
    mine = given(float)["text"]
    CONFIG.result(mine)
    assert repr(mine[0]["value"]["start"]) == "0.0"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_shapes_take_whole_numbers_of_any_kind(kind: Callable[[int], Any]) -> None:
    span = Span("A", start=kind(0), end=kind(3), nth=None, paragraph=kind(1))
    assert [type(each) for each in (span.start, span.end, span.paragraph)] == [int] * 3
    assert type(Box("A", percent=(1, 2, 3, 4), item_index=kind(2)).item_index) is int
    assert type(Interval("A", start=0, end=1, channel=kind(1)).channel) is int
    assert Frames("A", ranges=(kind(1), kind(5))).ranges == ((1, 5),)
    frame = KeyFrame(percent=(1, 2, 3, 4), frame=kind(7))
    assert type(Track("A", keyframes=[frame], frames=kind(9)).frames) is int
    assert CONFIG.result({"stars": kind(4)})[0]["value"] == {"rating": 4}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Span("A", start=0, end=3.5), "an integer from 0, not 3.5"),
        (lambda: Span("A", start="0", end=3), "an integer from 0, not '0'"),
        (lambda: Span("A", start=True, end=3), "an integer from 0, not True"),
        (lambda: KeyFrame(percent=(1, 2, 3, 4), frame=1.5), "must be an integer, not 1.5"),
        (lambda: Box("A", percent=(1, 2, 3, 4), item_index=0.5), "must be an integer, not 0.5"),
        (lambda: Interval("A", start=0, end=1, channel=float("inf")), "integer, not inf"),
        (lambda: Interval("A", start=0, end=1, channel=float("nan")), "integer, not nan"),
    ],
)
def test_a_fraction_for_an_integer_is_refused_on_creation(
    make: Callable[[], Any], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        make()


def test_numbers_of_numpy_are_numbers_in_raw_results_too() -> None:
    place = {"x": np.float64(1), "y": np.float32(2), "width": np.int64(3), "height": 4}
    result = raw("bbox", "pages", "rectanglelabels", {**place, "rectanglelabels": ["A"]})
    assert CONFIG.problems(result) == []
    assert CONFIG.problems(raw("count", "text", "number", {"number": np.float32(2.5)})) == []
    assert CONFIG.problems(raw("count", "text", "number", {"number": np.float32("nan")})) != []
