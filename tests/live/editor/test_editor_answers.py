"""Choices, ratings and text: ours in the editor, and the editor's read by us."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from support.alike import differences
from support.editor import Editor, Shown
from support.media import SIZE

from label_studio_orm import Task
from label_studio_orm.labeling import Box, LabelConfig, Relation, Span, labels
from label_studio_orm.labeling import relations as make_relations

NewTask = Callable[[str, Any], Task]

CHOICES = '<Choice value="good"/><Choice value="bad"/><Choice value="so so" alias="so"/>'
TREE = (
    '<Choice value="Animals"><Choice value="Cat"/><Choice value="Dog"/></Choice>'
    '<Choice value="Plants"/>'
)
ITEMS = [
    {"id": "a", "title": "First", "body": "one"},
    {"id": "b", "title": "Second", "body": "two"},
    {"id": "c", "title": "Third", "body": "three"},
]


def about(control: str, shown: str = '<Text name="shown" value="$shown"/>') -> str:
    return f"<View>{shown}{control}</View>"


def asked(tag: str, inside: str = "", **options: str) -> str:
    """A config with one question, under the name of "asked"."""
    attributes = "".join(f' {name}="{value}"' for name, value in options.items())
    return about(f'<{tag} name="asked" toName="shown"{attributes}>{inside}</{tag}>')


def ranker(buckets: str = "") -> str:
    shown = '<List name="shown" value="$shown" title="Items"/>'
    return about(f'<Ranker name="asked" toName="shown">{buckets}</Ranker>', shown)


ANSWERS = {
    "a choice": (asked("Choices", CHOICES), "good"),
    "a choice by its alias": (asked("Choices", CHOICES), "so"),
    "several choices": (asked("Choices", CHOICES, choice="multiple"), ["good", "bad"]),
    "a choice of a menu": (asked("Choices", CHOICES, layout="select"), "bad"),
    "a nested choice": (asked("Choices", TREE, allowNested="true"), ("Animals", "Cat")),
    "a taxonomy": (asked("Taxonomy", TREE), [("Animals", "Cat"), ("Plants",)]),
    "a text": (asked("TextArea", maxSubmissions="1"), "Größe: 5 > 3 & 😀"),
    "several texts": (asked("TextArea"), ["one", "two\nlines"]),
    "a rating": (asked("Rating", maxRating="10"), 7),
    "a whole number": (asked("Number"), 3),
    "a number with a fraction": (asked("Number", step="0.1"), 2.5),
    "zero": (asked("Number"), 0),
    "a date": (asked("DateTime", only="date"), date(2024, 2, 29)),
    "a date as the control formats it": (
        asked("DateTime", only="date", format="%d.%m.%Y"),
        date(2024, 2, 29),
    ),
    "a date with its time": (asked("DateTime"), datetime(2024, 2, 29, 23, 5)),
    "a time": (asked("DateTime", only="time"), time(7, 30)),
    "a month": (asked("DateTime", only="month,year"), date(2024, 2, 1)),
    "a year": (asked("DateTime", only="year"), 2024),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_our_answers_are_shown(editor: Editor, new_task: NewTask, kind: str) -> None:
    config, answer = ANSWERS[kind]
    annotation = new_task(config, "Some words").annotate({"asked": answer})
    shown = editor.show(annotation)
    assert shown.errors == []
    assert differences(annotation.result, shown.result) == []


def test_our_order_of_items_is_shown(editor: Editor, new_task: NewTask) -> None:
    annotation = new_task(ranker(), ITEMS).annotate({"asked": ["c", "a", "b"]})
    shown = editor.show(annotation)
    assert shown.errors == []
    assert differences(annotation.result, shown.result) == []
    assert shown.text.index("Third") < shown.text.index("First") < shown.text.index("Second")


def test_our_buckets_of_items_are_shown(editor: Editor, new_task: NewTask) -> None:
    config = ranker('<Bucket name="best" title="Best"/><Bucket name="rest" title="Rest"/>')
    annotation = new_task(config, ITEMS).annotate({"asked": {"best": ["c"], "rest": ["a", "b"]}})
    shown = editor.show(annotation)
    assert shown.errors == []
    assert differences(annotation.result, shown.result) == []


def test_our_preference_is_shown(editor: Editor, new_task: NewTask) -> None:
    texts = '<Text name="one" value="$shown"/><Text name="two" value="$shown"/>'
    config = about('<Pairwise name="asked" toName="one,two"/>', texts)
    annotation = new_task(config, "Some words").annotate({"asked": "right"})
    shown = editor.show(annotation)
    assert shown.errors == []
    assert differences(annotation.result, shown.result) == []


def test_our_answers_about_each_image_are_shown(editor: Editor, new_task: NewTask) -> None:
    config = about(
        f'<Choices name="asked" toName="shown" perItem="true">{CHOICES}</Choices>',
        '<Image name="shown" valueList="$shown"/>',
    )
    task = new_task(config, ["photo.png", "wide.png"])
    annotation = task.annotate({"asked": {0: "good", 1: "bad"}})
    shown = editor.show(annotation)
    assert shown.errors == []
    assert differences(annotation.result, shown.result) == []
    assert annotation["asked"] == {0: "good", 1: "bad"}


# -- about regions -------------------------------------------------------------------------------

REGION = (
    '<Choices name="sure" toName="shown" perRegion="true" choice="multiple">'
    f"{CHOICES}</Choices>"
    '<TextArea name="note" toName="shown" perRegion="true"/>'
    '<Rating name="stars" toName="shown" perRegion="true"/>'
    '<Number name="age" toName="shown" perRegion="true"/>'
    '<DateTime name="seen" toName="shown" perRegion="true" only="date"/>'
    f'<Taxonomy name="kind" toName="shown" perRegion="true">{TREE}</Taxonomy>'
    '<Relations><Relation value="knows"/></Relations>'
)
SAID = {
    "sure": ["good", "so"],
    "note": ["it purrs", "often"],
    "stars": 4,
    "age": 2.5,
    "seen": date(2024, 2, 29),
    "kind": [("Animals", "Cat")],
}
LABELS = '<Label value="cat"/><Label value="dog"/>'
BOXES = about(
    f'<RectangleLabels name="what" toName="shown">{LABELS}</RectangleLabels>{REGION}',
    '<Image name="shown" value="$shown"/>',
)
SPANS = about(f'<Labels name="what" toName="shown">{LABELS}</Labels>{REGION}')
PAGES = about(
    f'<HyperTextLabels name="what" toName="shown">{LABELS}</HyperTextLabels>{REGION}',
    '<HyperText name="shown" value="$shown"/>',
)
REGIONS = {
    "boxes": (BOXES, "photo.png", Box("cat", percent=(1, 2, 30, 40), size=SIZE, answers=SAID)),
    "spans": (SPANS, "A cat and a dog", Span("cat", quote="cat", answers=SAID)),
    "spans of HTML": (PAGES, "<p>A <b>cat</b></p>", Span("cat", quote="cat", answers=SAID)),
}


@pytest.mark.parametrize("kind", REGIONS)
def test_our_answers_about_regions_are_shown(editor: Editor, new_task: NewTask, kind: str) -> None:
    config, shown_as, region = REGIONS[kind]
    annotation = new_task(config, shown_as).annotate({"what": region})
    shown = editor.show(annotation)
    assert shown.errors == []
    theirs = annotation.config.read(shown.result).regions[0]
    assert theirs.answers == annotation.regions[0].answers == SAID


def test_our_relations_between_spans_are_shown(editor: Editor, new_task: NewTask) -> None:
    cat, dog = Span("cat", quote="cat"), Span("dog", quote="dog")
    relations = [Relation(cat, dog, "knows"), Relation(dog, cat, direction="left")]
    links = make_relations({"knows": "red"}, "likes", choice="multiple")
    tags = {"shown": "Text", "what": labels("cat", "dog"), "links": links}
    task = new_task(str(LabelConfig.create(tags)), "A cat and a dog")
    annotation = task.annotate({"what": [cat, dog]}, relations=relations)
    shown = editor.show(annotation)
    assert shown.errors == []
    assert differences(annotation.result, shown.result) == []


# -- the editor's own ----------------------------------------------------------------------------


def answered(editor: Editor, task: Task, act: Callable[[Shown], None]) -> Any:
    """Answer in the editor, submit it, and return the answer as we read it."""
    shown = editor.show(task)
    act(shown)
    shown.save()
    assert shown.errors == []
    return task.refresh().annotations[0].answers["asked"]


CLICKED = {
    "a choice": (asked("Choices", CHOICES), ["good"], "good"),
    "an alias": (asked("Choices", CHOICES), ["so so"], "so"),
    "several": (asked("Choices", CHOICES, choice="multiple"), ["good", "bad"], ["good", "bad"]),
}


@pytest.mark.parametrize("kind", CLICKED)
def test_clicked_choices_are_read(editor: Editor, new_task: NewTask, kind: str) -> None:
    config, words, answer = CLICKED[kind]

    def click(shown: Shown) -> None:
        for each in words:
            shown.click(each)

    assert answered(editor, new_task(config, "Some words"), click) == answer


TYPED = {
    "texts": (asked("TextArea"), "[name=asked]", "so & so", ["so & so"]),
    "a text": (asked("TextArea", maxSubmissions="1"), "[name=asked]", "so & so", "so & so"),
    "a number": (asked("Number"), "[type=number]", "2.5", 2.5),
    "a date": (
        asked("DateTime", only="date", format="%d.%m.%Y"),
        "[type=date]",
        "02292024",
        date(2024, 2, 29),
    ),
}


@pytest.mark.parametrize("kind", TYPED)
def test_typed_text_is_read(editor: Editor, new_task: NewTask, kind: str) -> None:
    config, place, words, answer = TYPED[kind]
    task = new_task(config, "Some words")
    assert answered(editor, task, lambda shown: shown.type(place, words)) == answer


def test_clicked_stars_are_read(editor: Editor, new_task: NewTask) -> None:
    task = new_task(asked("Rating", maxRating="5"), "Some words")
    star = ".ant-rate-star:nth-child(4)"
    assert answered(editor, task, lambda shown: shown.press(star, (50, 50))) == 4


def test_the_preferred_text_is_read(editor: Editor, new_task: NewTask) -> None:
    texts = '<Text name="one" value="$shown"/><Text name="two" value="$shown"/>'
    task = new_task(about('<Pairwise name="asked" toName="one,two"/>', texts), "Some words")
    assert answered(editor, task, lambda shown: shown.click("Some words")) == "right"


def test_classes_selected_in_a_tree_are_read(editor: Editor, new_task: NewTask) -> None:
    task = new_task(asked("Taxonomy", TREE), "Some words")

    def pick(shown: Shown) -> None:
        shown.press(".htx-taxonomy", (50, 50))
        shown.press(".htx-taxonomy-dropdown [title=Plants]", (50, 50))

    assert answered(editor, task, pick) == [("Plants",)]
