"""Our results in the real editor, and its own read by us."""

from __future__ import annotations

from support.editor import Editor

from label_studio_orm import LabelStudio
from label_studio_orm.labels import Span

def test_a_span_is_shown_and_saved_again_as_it_was(editor: Editor, ls: LabelStudio) -> None:
    config = (
        '<View><Text name="text" value="$text"/><Labels name="l" toName="text">'
        '<Label value="A"/></Labels></View>'
    )
    project = ls.projects.create(title="Editor", label_config=config)
    project.import_tasks([{"text": "abc def"}])
    annotation = project.tasks[0].annotate({"l": [Span("A", start=1, end=3)]})
    shown = editor.show(annotation)
    assert shown.errors == []
    assert shown.result[0]["value"] == annotation.result[0]["value"]
    shown.save()
    assert annotation.refresh().result[0]["value"]["text"] == "bc"
