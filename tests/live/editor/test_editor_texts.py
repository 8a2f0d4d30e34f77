"""Spans in text and dialogues: ours in the editor, and the editor's read by us."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.alike import differences
from support.editor import Editor

from label_studio_orm import Task
from label_studio_orm.labeling import Span

NewTask = Callable[[str, Any], Task]

LABELS = '<Label value="cat"/><Label value="dog"/>'
TEXT = (
    '<View><Text name="shown" value="$shown"/>'
    f'<Labels name="words" toName="shown" choice="multiple">{LABELS}</Labels></View>'
)
DIALOGUE = (
    '<View><Paragraphs name="shown" value="$shown" layout="dialogue" nameKey="who" textKey="says"/>'
    f'<ParagraphLabels name="words" toName="shown">{LABELS}</ParagraphLabels></View>'
)

# Words that each text contains once.
TEXTS = {
    "plain": ("Ada joined ACME.", ["Ada", "ACME.", "joined ACME"]),
    "emoji": ("😀 Ada 👩‍🔬 joined 𝒳 there.", ["Ada", "👩‍🔬", "there."]),
    "accents": ("Le café de Zoë; cafe\u0301 décomposé.", ["Zoë", "cafe\u0301", "décomposé"]),
    "lines": ("one\ntwo\n\n  three", ["two", "three", "one\ntwo"]),
    "Windows lines": ("one\r\ntwo\r\n\r\nthree", ["two", "three"]),
    "blanks around": ("  \n one \u00a0two\t ", ["one", "two"]),
    "markup": ("<b>one</b> & two &amp; <three>", ["one", "two", "<three>"]),
    "right to left": ("אחת שתיים שלוש", ["שתיים", "שלוש"]),
}
SAID = [{"who": "Ada", "says": "Hi 😀 there"}, {"who": "Bob", "says": "How are\nyou & <I>?"}]


@pytest.mark.parametrize("kind", TEXTS)
def test_our_spans_are_shown_on_the_same_words(
    editor: Editor, new_task: NewTask, kind: str
) -> None:
    text, quotes = TEXTS[kind]
    annotation = new_task(TEXT, text).annotate({"words": [Span("cat", quote=q) for q in quotes]})
    shown = editor.show(annotation)
    assert shown.errors == []
    assert differences(annotation.result, shown.result) == []
    assert shown.highlighted == [quote.replace("\n", "") for quote in quotes]  # a <br> each


@pytest.mark.parametrize("kind", TEXTS)
def test_marked_words_are_read(editor: Editor, new_task: NewTask, kind: str) -> None:
    text, quotes = TEXTS[kind]
    task = new_task(TEXT, text)
    shown = editor.show(task)
    shown.click("dog")
    shown.mark(quotes[0])
    shown.save()
    assert shown.errors == []
    (region,) = task.refresh().annotations[0].regions
    assert (region.label, region.span.text) == ("dog", quotes[0])
    assert text[region.span.start : region.span.end] == quotes[0]


def test_a_span_can_have_several_labels(editor: Editor, new_task: NewTask) -> None:
    span = Span(["cat", "dog"], quote="Ada")
    annotation = new_task(TEXT, "Ada joined.").annotate({"words": span})
    assert differences(annotation.result, editor.show(annotation).result) == []


def test_our_spans_in_a_dialogue_are_shown(editor: Editor, new_task: NewTask) -> None:
    quotes = ["there", "are", "<I>"]
    annotation = new_task(DIALOGUE, SAID).annotate(
        {"words": [Span("cat", quote=q) for q in quotes]}
    )
    shown = editor.show(annotation)
    assert shown.errors == []
    assert differences(annotation.result, shown.result) == []
    assert shown.highlighted == quotes


def test_words_marked_in_a_dialogue_are_read(editor: Editor, new_task: NewTask) -> None:
    task = new_task(DIALOGUE, SAID)
    shown = editor.show(task)
    shown.click("dog")
    shown.mark("there")
    shown.save()
    assert shown.errors == []
    (region,) = task.refresh().annotations[0].regions
    assert (region.label, region.span.text, region.span.paragraph) == ("dog", "there", 0)


@pytest.mark.parametrize("text", ["one\ntwo three", "one\r\ntwo three"])
def test_words_marked_across_a_line_end_can_be_written_again(
    editor: Editor, new_task: NewTask, text: str
) -> None:
    """The editor writes a backslash and an n for each character of a line end."""
    task = new_task(TEXT, text)
    shown = editor.show(task)
    shown.click("dog")
    shown.mark("one", "two")
    shown.save()
    marked = task.refresh().annotations[0]
    span = marked.regions[0].span
    assert text[span.start : span.end] == text.removesuffix(" three")
    again = task.annotate(marked.result)  # which is checked
    assert differences(marked.result, again.result) == []
