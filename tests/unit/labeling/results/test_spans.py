"""Spans of text, intervals and frames: built and read."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from support.region_configs import TEXT, VIDEO, only

from label_studio_orm.errors import InvalidInput, InvalidResult
from label_studio_orm.labeling import (
    Frames,
    Interval,
    LabelConfig,
    Span,
)

HTML = LabelConfig.parse("""<View>
  <HyperText name="page" value="$page"/>
  <HyperTextLabels name="mark" toName="page"><Label value="name"/></HyperTextLabels>
</View>""")

DIALOGUE = LabelConfig.parse("""<View>
  <Paragraphs name="chat" value="$chat" textKey="said"/>
  <ParagraphLabels name="mark" toName="chat"><Label value="name"/></ParagraphLabels>
</View>""")

ADA = {"text": "Ada joined ACME. Ada left."}


# -- texts -----------------------------------------------------------------------------------------


def test_a_quote_is_found_in_the_text() -> None:
    region = only(TEXT, {"ner": Span("ORG", quote="ACME")}, data=ADA)
    assert (region.span.start, region.span.end, region.span.text) == (11, 15, "ACME")


def test_offsets_of_numpy_are_as_good_as_others() -> None:
    span = Span("PER", start=np.int64(0), end=np.int64(3))
    result = TEXT.result({"ner": span}, data=ADA)
    assert json.loads(json.dumps(result))[0]["value"]["text"] == "Ada"


def test_a_quote_that_occurs_twice_needs_an_nth() -> None:
    with pytest.raises(InvalidResult, match="'Ada' occurs 2 times in the text: pass nth=1"):
        TEXT.result({"ner": Span("PER", quote="Ada")}, data=ADA)
    assert only(TEXT, {"ner": Span("PER", quote="Ada", nth=2)}, data=ADA).span.start == 17


@pytest.mark.parametrize("nth", [0, -1, 3])
def test_an_nth_out_of_range_is_refused(nth: int) -> None:
    with pytest.raises(InvalidInput, match=f"nth must be .*, not {nth}"):
        TEXT.result({"ner": Span("PER", quote="Ada", nth=nth)}, data=ADA)


def test_words_that_overlap_are_counted_one_by_one() -> None:
    span = Span("PER", quote="aa", nth=2)
    assert only(TEXT, {"ner": span}, data={"text": "aaa"}).span.start == 1


def test_a_quote_in_other_case_is_reported() -> None:
    with pytest.raises(InvalidResult, match="'acme' is not in the text, but 'ACME' is"):
        TEXT.result({"ner": Span("ORG", quote="acme")}, data=ADA)


@pytest.mark.parametrize("text", [None, float("nan"), 5])
def test_a_quote_needs_the_text(text: Any) -> None:
    with pytest.raises(InvalidResult, match="The text of 'text' is unknown"):
        TEXT.result({"ner": Span("ORG", quote="ACME")}, data={"text": text})


def test_a_span_beyond_the_text_is_refused() -> None:
    with pytest.raises(InvalidResult, match=r"end must be at most 26, .* not 90"):
        TEXT.result({"ner": Span("ORG", start=0, end=90)}, data=ADA)


@pytest.mark.parametrize(
    "place",
    [
        {"quote": ""},
        {"start": 3, "end": 3},
        {"start": 4, "end": 3},
        {"start": -1, "end": 3},
        {"start": 0.5, "end": 3.0},
        {"start": 0},
        {},
        {"start": 0, "end": 3, "quote": "Ada"},
    ],
)
def test_an_invalid_span_is_refused_on_creation(place: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        Span("PER", **place)


def test_a_text_about_a_span_does_not_hide_its_words() -> None:
    region = only(TEXT, {"ner": Span("PER", start=0, end=3, answers={"note": "a"})}, data=ADA)
    assert (region.span.text, region["note"]) == ("Ada", ["a"])


def test_a_quote_in_html_is_a_path_with_offsets() -> None:
    data = {"page": "<p>😀 One<br>two</p><div><b>Ada</b></div>"}
    result = HTML.result({"mark": Span("name", quote="One\ntwo")}, data=data)
    assert result[0]["value"] == {
        "start": "/p[1]/text()[1]",
        "startOffset": 3,  # as JavaScript counts
        "end": "/p[1]/text()[2]",
        "endOffset": 3,
        "globalOffsets": {"start": 2, "end": 9},
        "text": "One\ntwo",
        "hypertextlabels": ["name"],
    }
    region = only(HTML, {"mark": Span("name", start=9, end=12)}, data=data)
    assert region.span.text == "Ada"
    assert region.span.xpaths == (("/div[1]/b[1]/text()[1]", 0), ("/div[1]/b[1]/text()[1]", 3))


def test_a_whole_html_page_is_counted_from_its_body() -> None:
    data = {"page": "<html><head><title>T</title></head><body><p>Ada</p></body></html>"}
    span = only(HTML, {"mark": Span("name", quote="Ada")}, data=data).span
    assert span.xpaths == (("/p[1]/text()[1]", 0), ("/p[1]/text()[1]", 3))
    assert (span.start, span.end) == (0, 3)


def test_unknown_html_needs_xpaths() -> None:
    with pytest.raises(InvalidResult, match="The HTML of 'page' is unknown"):
        HTML.result({"mark": Span("name", start=0, end=3)})
    paths = (("/p[1]/text()[1]", 0), ("/p[1]/text()[1]", 3))
    assert only(HTML, {"mark": Span("name", xpaths=paths)}).span.xpaths == paths


CHAT = {"chat": [{"said": "😀 Hello Ada"}, {"said": "Hello Bob"}]}


def test_a_quote_of_a_dialogue_has_its_paragraph() -> None:
    result = DIALOGUE.result({"mark": Span("name", quote="Ada")}, data=CHAT)
    value = result[0]["value"]
    assert (value["start"], value["end"]) == ("0", "0")
    assert (value["startOffset"], value["endOffset"]) == (9, 12)  # as JavaScript counts
    span = DIALOGUE.read(result).regions[0].span
    assert (span.paragraph, span.text) == (0, "Ada")


def test_a_span_beyond_a_dialogue_is_refused() -> None:
    with pytest.raises(InvalidResult, match=r"paragraph must be less than 2, .* not 2"):
        DIALOGUE.result({"mark": Span("name", paragraph=2, start=0, end=3)}, data=CHAT)
    with pytest.raises(InvalidResult):
        DIALOGUE.result({"mark": Span("name", paragraph=1, start=0, end=300)}, data=CHAT)


def test_a_span_from_a_later_paragraph_to_an_earlier_is_refused() -> None:
    with pytest.raises(InvalidInput):
        Span("name", paragraph=1, end_paragraph=0, start=0, end=3)


def test_a_span_of_a_dialogue_by_offsets_has_its_words() -> None:
    span = Span("name", paragraph=1, start=6, end=9)
    assert only(DIALOGUE, {"mark": span}, data=CHAT).span.text == "Bob"


# -- time ------------------------------------------------------------------------------------------


def test_an_interval_of_numpy_numbers_can_be_sent() -> None:
    config = LabelConfig.create({"audio": "Audio", "who": ("Labels", {"value": "$people"})})
    span = Interval(start=np.float32(0.5), end=np.int64(2), channel=np.int64(1))
    result = config.result({"who": span}, validate=False)
    sent = json.loads(json.dumps(result))[0]["value"]
    assert sent == {"start": 0.5, "end": 2, "channel": 1, "labels": []}


def test_an_interval_ends_after_its_start() -> None:
    with pytest.raises(InvalidInput, match="The end of an Interval must not be before its start"):
        Interval("car", start=2, end=1)


def test_frames_of_a_video() -> None:
    region = only(VIDEO, {"scene": Frames("night", ranges=(1, 25))})
    assert (region.label, region.frames.ranges) == ("night", ((1, 25),))


def test_frames_may_be_numbers_of_numpy() -> None:
    assert Frames("night", ranges=(np.int64(1), np.int64(3))).ranges == ((1, 3),)
    assert Frames("night", ranges=np.array([[1, 3], [5, 9]])).ranges == ((1, 3), (5, 9))


def test_a_span_of_a_dialogue_is_in_the_first_paragraph_by_default() -> None:
    (span,) = DIALOGUE.result({"mark": Span("name", start=9, end=12)}, data=CHAT)
    assert (span["value"]["start"], span["value"]["end"]) == ("0", "0")


def test_the_text_of_a_span_of_a_dialogue_is_kept_as_it_is_passed() -> None:
    span = Span("name", paragraph=0, end_paragraph=1, start=9, end=5, text="Ada Hello")
    (made,) = DIALOGUE.result({"mark": span}, data=CHAT)
    assert made["value"]["text"] == "Ada Hello"


def test_a_span_that_ends_at_no_number_is_no_shape() -> None:
    value = {"start": "0", "end": float("inf"), "startOffset": 0, "endOffset": 1}
    item = {"id": "r", "from_name": "mark", "to_name": "chat", "type": "paragraphlabels"}
    read = DIALOGUE.read([{**item, "value": {**value, "paragraphlabels": ["name"]}}])
    assert read.regions[0].shape is None
