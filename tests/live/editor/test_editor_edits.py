"""Edited results are shown by the editor, and removed regions leave what they leave in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.alike import differences
from support.editor import Editor, Shown
from support.media import SIZE

from label_studio_orm import Annotation, Task
from label_studio_orm.labeling import Box, KeyPoint, Relation, Span

NewTask = Callable[[str, Any], Task]

LABELS = '<Label value="cat"/><Label value="dog"/>'
ASKED = (
    '<Choices name="sure" toName="shown" perRegion="true"><Choice value="yes"/>'
    '<Choice value="no"/></Choices><TextArea name="note" toName="shown" perRegion="true"/>'
    '<Choices name="good" toName="shown"><Choice value="yes"/><Choice value="no"/></Choices>'
    '<Relations><Relation value="knows"/></Relations>'
)
IMAGE = f"""<View><Image name="shown" value="$shown"/>
  <RectangleLabels name="box" toName="shown">{LABELS}</RectangleLabels>
  <Rectangle name="frame" toName="shown"/><Labels name="kind" toName="shown">{LABELS}</Labels>
  <KeyPointLabels name="point" toName="shown">{LABELS}</KeyPointLabels>{ASKED}</View>"""
TEXT = f"""<View><Text name="shown" value="$shown"/>
  <Labels name="ner" toName="shown">{LABELS}</Labels>{ASKED}</View>"""
HTML = f"""<View><HyperText name="shown" value="$shown"/>
  <HyperTextLabels name="ner" toName="shown">{LABELS}</HyperTextLabels>{ASKED}</View>"""
DRAWN = f"""<View><Image name="shown" value="$shown"/>
  <RectangleLabels name="box" toName="shown">{LABELS}</RectangleLabels>{ASKED}</View>"""
PHOTO = ".lsf-image > img"
WORDS = "A cat and a dog"


def shown_alike(editor: Editor, annotation: Annotation) -> Shown:
    """Save an annotation, and check that the editor shows it as it is."""
    annotation.save()
    shown = editor.show(annotation)
    assert shown.errors == []
    assert differences(annotation.result, shown.result) == []
    return shown


def test_edited_regions_of_an_image_are_shown(editor: Editor, new_task: NewTask) -> None:
    cat = Box("cat", percent=(1, 2, 30, 40), size=SIZE, answers={"sure": "yes"})
    drawn = Box("dog", percent=(50, 50, 10, 10), size=SIZE)
    nose = KeyPoint("cat", percent=(5, 5), size=SIZE, parent=cat)
    annotation = new_task(IMAGE, "photo.png").annotate(
        {"box": cat, "frame": drawn, "point": nose, "good": "yes"},
        relations=[Relation(cat, drawn, "knows")],
    )
    (box,), (frame,) = annotation["box"], annotation["frame"]
    annotation["box"] = [
        box.replace(label="dog", pixels=(2, 3, 20, 21), answers={"note": ["it purrs"]}),
        Box("cat", pixels=(0, 0, 5, 5)),
    ]
    annotation["frame"] = [frame.replace(label="cat", rotation=30)]
    annotation["good"] = "no"
    shown = shown_alike(editor, annotation)
    assert [each["type"] for each in shown.result].count("relation") == 1
    annotation["frame"] = [each.replace(label=None) for each in annotation["frame"]]
    annotation["kind"] += [Box("dog", percent=(80, 80, 5, 5))]
    del annotation["good"]
    shown_alike(editor, annotation)


@pytest.mark.parametrize(("config", "shown_as"), [(TEXT, WORDS), (HTML, f"<p>{WORDS}</p>")])
def test_edited_spans_are_shown(
    editor: Editor, new_task: NewTask, config: str, shown_as: str
) -> None:
    cat, dog = Span("cat", quote="cat", answers={"sure": "yes"}), Span("dog", quote="dog")
    annotation = new_task(config, shown_as).annotate(
        {"ner": [cat, dog]}, relations=[Relation(cat, dog, "knows")]
    )
    one, other = annotation["ner"]
    annotation["ner"] = [one.replace(quote="A cat", label="dog"), other, Span("cat", quote="and")]
    annotation.relations = [Relation(other, one, direction="bi")]
    shown = shown_alike(editor, annotation)
    assert shown.highlighted == ["A cat", "dog", "and"]


def test_what_an_annotator_drew_is_edited_and_shown(editor: Editor, new_task: NewTask) -> None:
    task = new_task(DRAWN, "photo.png")
    shown = editor.show(task)
    shown.click("cat")
    shown.press(PHOTO, (10, 20), (30, 40), (50, 60))
    shown.await_regions(1)
    shown.save()
    (annotation,) = task.refresh().annotations
    (before,) = annotation.result
    annotation.regions = [each.replace(label="dog") for each in annotation.regions]
    annotation["good"] = "yes"
    changed = {**before["value"], "rectanglelabels": ["dog"]}
    assert annotation.result[0] == {**before, "value": changed}
    shown_alike(editor, annotation)


# Remove a region as an annotator does, by its id.
REMOVE = """
const annotation = Htx.annotationStore.selected;
annotation.deleteRegion(annotation.regions.find((each) => each.cleanId === arguments[0]));
"""


def test_a_removed_region_leaves_what_it_leaves_in_the_editor(
    editor: Editor, new_task: NewTask
) -> None:
    cat = Box("cat", percent=(1, 2, 30, 40), size=SIZE, answers={"sure": "yes"})
    nose = KeyPoint("cat", percent=(5, 5), size=SIZE, parent=cat, id="nose")
    dog = Box("dog", percent=(6, 6, 2, 2), size=SIZE, parent=nose)
    relations = [Relation(cat, nose), Relation(nose, dog), Relation(dog, cat, "knows")]
    said = {"box": [cat, dog], "point": nose, "good": "yes"}
    annotation = new_task(IMAGE, "photo.png").annotate(said, relations=relations)
    shown = editor.show(annotation)
    shown.driver.execute_script(REMOVE, "nose")
    left = shown.result
    del annotation["point"]
    # The editor means to give the children of a region its parent, and fails for those it loaded.
    (parent,) = differences(annotation.result, left)
    assert parent.endswith(f".parentID: {cat.id!r}, in the editor 'nose'")
    shown_alike(editor, annotation)
