"""Results that the editor cannot open or save again: the reasons for our checks.

They also show that `shown.errors == []` in other tests is meaningful.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.cleaning import delete
from support.editor import Editor, EditorError
from support.media import SIZE

from label_studio_orm import LabelStudio, Project, Task

NewTask = Callable[[str, Any], Task]

BOXES = (
    '<View><Image name="shown" valueList="$shown"/><RectangleLabels name="what" toName="shown">'
    '<Label value="cat"/></RectangleLabels></View>'
)
MASKS = BOXES.replace("RectangleLabels", "BrushLabels")
SERIES = (
    '<View><TimeSeries name="shown" value="$shown" valueType="json" timeColumn="t"'
    ' timeFormat="%Y-%m-%d"><Channel column="v"/></TimeSeries>'
    '<TimeSeriesLabels name="what" toName="shown"><Label value="cat"/></TimeSeriesLabels></View>'
)

TEXT = (
    '<View><Text name="shown" value="$shown"/><Labels name="what" toName="shown">'
    '<Label value="cat"/></Labels></View>'
)
DIALOGUE = TEXT.replace("Labels", "ParagraphLabels").replace("Text", "Paragraphs")
SOUND = TEXT.replace("Text", "Audio")


@pytest.fixture
def unchecked(ls: LabelStudio) -> Iterator[Callable[[str, Any], Task]]:
    """Create a task as other clients may: the server accepts invalid results."""
    made: list[Project] = []

    def make(config: str, shown: Any) -> Task:
        body = {"title": "Editor", "label_config": config}
        made.append(ls.projects.get(ls.json("POST", "/api/projects/", json=body)["id"]))
        made[0].import_tasks([{"shown": shown}], validate=False)
        return made[0].tasks[0]

    yield make
    for project in made:
        delete(project)


def region(type: str, value: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    names = {"id": "region", "from_name": "what", "to_name": "shown", "type": type}
    sides = {"original_width": SIZE[0], "original_height": SIZE[1], "image_rotation": 0}
    return [{**names, **sides, "value": {**value, type: ["cat"]}, **more}]


def test_an_enterprise_tag_shows_an_error(editor: Editor, unchecked: NewTask) -> None:
    config = BOXES.replace("RectangleLabels", "OcrLabels")
    shown = editor.show_broken(unchecked(config, "photo.png"), "ocrlabels")
    shown.await_text("Tag with name ocrlabels is not registered")


def test_a_label_with_an_unknown_variable_is_undefined(editor: Editor, unchecked: NewTask) -> None:
    config = (
        '<View><Text name="shown" value="$shown"/><Labels name="what" toName="shown">'
        '<Label value="$5 bill"/></Labels></View>'
    )
    editor.show(unchecked(config, "Some words")).await_text("undefined bill")


def test_a_broken_mask_cannot_be_saved_again(editor: Editor, new_task: NewTask) -> None:
    broken = region("brushlabels", {"format": "rle", "rle": [0, 5, 4]})
    annotation = new_task(MASKS, ["photo.png"]).annotate(broken, validate=False)
    shown = editor.show_broken(annotation, "can't read past EOF")
    with pytest.raises(EditorError):
        shown.save()


def test_a_box_on_a_missing_image_cannot_be_saved_again(editor: Editor, new_task: NewTask) -> None:
    place = {"x": 1, "y": 1, "width": 1, "height": 1, "rotation": 0}
    lost = region("rectanglelabels", place, item_index=9)
    annotation = new_task(BOXES, ["photo.png"]).annotate(lost, validate=False)
    shown = editor.show(annotation)
    with pytest.raises(EditorError, match="naturalWidth"):
        _ = shown.result


def test_times_in_another_format_hide_the_whole_task(editor: Editor, new_task: NewTask) -> None:
    data = {"t": ["2024-01-01", "2024-01-02", "2024-01-03"], "v": [1, 2, 3]}
    other = {"start": "2024/01/01", "end": "2024/01/02", "instant": False}
    annotation = new_task(SERIES, data).annotate(region("timeserieslabels", other), validate=False)
    editor.show_broken(annotation, "No matching type")


def test_a_list_as_the_text_of_a_span_hides_the_whole_task(
    editor: Editor, new_task: NewTask
) -> None:
    given = region("labels", {"start": 0, "end": 3, "text": ["a note"], "labels": ["cat"]})
    annotation = new_task(TEXT, "a cat").annotate(given, validate=False)
    editor.show_broken(annotation, "No matching type")


@pytest.mark.parametrize(
    ("start", "end"),
    [(("0", 3), ("0", 1)), (("1", 0), ("0", 3)), (("0", 3), ("0", 3)), (("00", 0), ("0", 3))],
    ids=["backwards", "in an earlier paragraph", "nothing", "a number with a zero before"],
)
def test_an_invalid_span_of_a_dialogue_marks_no_words_and_cannot_be_selected(
    editor: Editor, new_task: NewTask, start: tuple[str, int], end: tuple[str, int]
) -> None:
    said = [{"author": "Ada", "text": "a cat"}, {"author": "Bob", "text": "a dog"}]
    result = [*span_of_a_dialogue(("0", 2), ("0", 5)), *span_of_a_dialogue(start, end, id="wrong")]
    shown = editor.show(new_task(DIALOGUE, said).annotate(result, validate=False))
    assert shown.highlighted == ["cat", ""]
    shown.select(0)
    with pytest.raises(EditorError, match=r"^select: TypeError: Cannot read"):
        shown.select(1)


def span_of_a_dialogue(
    start: tuple[str, int], end: tuple[str, int], **more: Any
) -> list[dict[str, Any]]:
    value = dict(zip(("start", "startOffset", "end", "endOffset"), (*start, *end), strict=True))
    return region("paragraphlabels", value, **more)


def test_an_interval_before_0_breaks_the_editor(editor: Editor, new_task: NewTask) -> None:
    given = region("labels", {"start": -1, "end": 0.1, "labels": ["cat"]})
    annotation = new_task(SOUND, "tone.wav").annotate(given, validate=False)
    editor.show_broken(annotation, "greater than 0")
