"""Texts, HTML and dialogues with marked words."""

from __future__ import annotations

from typing import Any

import pytest
from support.drawing import Node, drawn_task, shown_by

from label_studio_orm.labeling import Span

LABELS = '<Label value="PER" background="orange"/><Label value="ORG"/>'
TEXT = (
    '<View><Text name="text" value="$text"/>'
    f'<Labels name="ner" toName="text">{LABELS}</Labels></View>'
)
HTML = (
    '<View><HyperText name="text" value="$text"/>'
    f'<HyperTextLabels name="ner" toName="text">{LABELS}</HyperTextLabels></View>'
)
TALK = (
    '<View><Paragraphs name="text" value="$text" layout="dialogue"/>'
    f'<ParagraphLabels name="ner" toName="text">{LABELS}</ParagraphLabels></View>'
)


def drawn(config: str, text: Any, *spans: Span) -> list[Node]:
    """Return the texts that are drawn, with their marks."""
    answers = [{"ner": list(spans)}] if spans else []
    return shown_by(drawn_task(config, {"text": text}, *answers)).all(class_="lso-text")


def words(node: Node) -> list[tuple[str, str]]:
    """Return the marked words, each with its outermost label."""
    return [
        (each.attributes["title"], each.text)
        for each in node.children
        if isinstance(each, Node) and each.name == "mark"
    ]


def test_spans_are_marked_with_their_label_after_the_last_word() -> None:
    (text,) = drawn(TEXT, "Ada 😀 joined ACME.", Span("PER", quote="Ada 😀"))
    assert words(text) == [("PER", "Ada 😀")]
    assert text.text == "Ada 😀PER joined ACME."
    assert "rgb(255 165 0 / 30%)" in text.one("mark").attributes["style"]


def test_overlapping_spans_are_marked_in_pieces() -> None:
    spans = Span("PER", start=0, end=7), Span("ORG", start=4, end=11)
    (text,) = drawn(TEXT, "one two three", *spans)
    assert words(text) == [("PER", "one "), ("PER", "two"), ("ORG", " thr")]
    assert [each.text for each in text.all("mark", title="ORG")] == ["two", " thr"]


def test_very_many_spans_over_the_same_words_are_nested_only_a_few_times() -> None:
    (text,) = drawn(TEXT, "word", *(Span("PER", start=0, end=4) for _ in range(500)))
    assert len(text.all("mark")) == 4


def test_spans_beyond_the_end_and_empty_ones_are_left_out() -> None:
    item = {"from_name": "ner", "to_name": "text", "type": "labels"}
    values = [{"start": 90, "end": 95}, {"start": 2, "end": 99}, {"start": 3, "end": 3}]
    result = [{**item, "id": str(n), "value": each} for n, each in enumerate(values)]
    shown = shown_by(drawn_task(TEXT, {"text": "one two"}, result))
    assert [each.text for each in shown.one(class_="lso-text").all("mark")] == ["e two"]


def test_a_long_text_is_cut() -> None:
    texts = drawn(TEXT, "word " * 100_000)
    assert all(len(each.text) < 21_000 for each in texts)
    assert "480,000 more characters" in texts[-1].text


def test_html_is_shown_as_plain_text_with_a_line_for_each_block() -> None:
    html = "<h1>News</h1><p>Ada <b>Love</b>lace</p><ul><li>one<br>two</li></ul>"
    (text,) = drawn(HTML, html, Span("PER", quote="Ada Lovelace"))
    assert text.text == "News\nAda LovelacePER\none\ntwo"


def test_spans_of_html_that_have_only_paths_are_marked() -> None:
    paths = (("/p[1]/b[1]/text()[1]", 3), ("/p[1]/text()[2]", 4))
    html = "<p>Ada <b>😀 Love</b>lace joined</p>"
    (text,) = drawn(HTML, html, Span("PER", xpaths=paths))
    assert words(text) == [("PER", "Lovelace")]


def test_html_that_needs_a_parser_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "selectolax.lexbor", None)
    shown = shown_by(drawn_task(HTML, {"text": "<table>one<tr><td>two</table>"}))
    assert "pip install 'label-studio-orm[html]'" in shown.text


def test_a_dialogue_has_its_speakers_and_spans_over_several_turns() -> None:
    turns = [{"author": "Ann", "text": "Hi 😀 Bob"}, {"author": "Bob", "text": "Hello"}]
    span = Span("PER", paragraph=0, start=6, end_paragraph=1, end=3)
    texts = drawn(TALK, turns, span)[-2:]
    assert [each.one(class_="lso-speaker").text for each in texts] == ["Ann", "Bob"]
    assert [words(each) for each in texts] == [[("PER", "Bob")], [("PER", "Hel")]]
    assert [len(each.all(class_="lso-tag")) for each in texts] == [0, 1]


def test_a_span_that_cannot_be_read_leaves_the_dialogue() -> None:
    value: dict[str, Any] = {"start": "0", "end": float("inf"), "startOffset": 0, "endOffset": 1}
    item = {"from_name": "ner", "to_name": "text", "type": "paragraphlabels", "id": "a"}
    value = {**value, "paragraphlabels": ["PER"]}
    shown = shown_by(
        drawn_task(TALK, {"text": [{"author": "Ann", "text": "Hi"}]}, [{**item, "value": value}])
    )
    assert shown.all(class_="lso-turn")[-1].text == "AnnHi"


def test_a_text_that_is_at_a_url_is_a_link_among_the_data() -> None:
    config = TEXT.replace("<Text", '<Text valueType="url"')
    shown = shown_by(drawn_task(config, {"text": "/data/upload/1/a.txt"}))
    assert "http://localhost:8080/data/upload/1/a.txt" in [
        each.attributes["href"] for each in shown.all("a")
    ]
