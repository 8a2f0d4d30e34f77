"""Spans in real-world HTML: ours in the editor, and the editor's read by us."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.alike import differences
from support.editor import Editor
from support.pages import PAGES

from label_studio_orm import Task
from label_studio_orm.labeling import Span

NewTask = Callable[[str, Any], Task]

CONFIG = (
    '<View><HyperText name="shown" value="$shown"/><HyperTextLabels name="words" toName="shown">'
    '<Label value="cat"/><Label value="dog"/></HyperTextLabels></View>'
)


@pytest.mark.parametrize("page", PAGES)
def test_our_spans_cover_the_same_words_and_survive_an_update(
    editor: Editor, new_task: NewTask, page: str
) -> None:
    html, words = PAGES[page]
    annotation = new_task(CONFIG, html).annotate({"words": [Span("cat", quote=w) for w in words]})
    ours = annotation.result
    shown = editor.show(annotation)
    assert shown.errors == []
    assert shown.highlighted == list(words)
    assert differences(ours, shown.result) == []
    shown.save()
    assert differences(ours, annotation.refresh().result) == []


@pytest.mark.parametrize("page", PAGES)
def test_marked_words_are_read(editor: Editor, new_task: NewTask, page: str) -> None:
    html, words = PAGES[page]
    task = new_task(CONFIG, html)
    shown = editor.show(task)
    for each in words:
        shown.click("dog")
        shown.mark(each)
    shown.save()
    assert shown.errors == []
    marked = task.refresh().annotations[0]
    assert [region.span.text for region in marked.regions] == list(words)
    spans = [Span("dog", start=r.span.start, end=r.span.end, id=r.id) for r in marked.regions]
    again = annotation_of(task, spans)
    assert differences(marked.result, again) == []


def annotation_of(task: Task, spans: list[Span]) -> list[dict[str, Any]]:
    """Save spans with given offsets, and return the result."""
    return task.annotate({"words": spans}).result
