"""Renaming labels and remapping data."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from support.cleaning import delete

from label_studio_orm import LabelConfig, LabelStudio, Project, choices, labels
from label_studio_orm.errors import InvalidInput
from label_studio_orm.labeling import Span, taxonomy

CONFIG = LabelConfig.create(
    {
        "text": "Text",
        "ner": labels("PER", "ORG"),
        "mood": choices("Good", "Bad"),
        "kind": taxonomy({"Film": ["Drama"], "Book": ["Drama"]}),
    }
)
SAID = {"ner": [Span("PER", quote="Ada")], "mood": "Good", "kind": [("Film", "Drama")]}
COUNT = 4


@pytest.fixture
def labeled(ls: LabelStudio) -> Iterator[Project]:
    project = ls.projects.create(title="Renames", label_config=CONFIG)
    project.import_tasks(
        {
            "data": {"text": f"Ada saw film {number}.", "image": f"s3://old/{number}.jpg"},
            "annotations": [{"result": SAID}],
            "predictions": [{"result": {"mood": "Bad"}, "score": 0.5}],
        }
        for number in range(COUNT)
    )
    yield project
    delete(project)


def found(project: Project) -> list[str | None]:
    return [region.label for each in project.annotations for region in each.regions]


def test_a_label_is_renamed_everywhere(labeled: Project) -> None:
    moved = labeled.rename_label("ner", "PER", "PERSON", progress=False)
    assert moved.counts == {"annotation": COUNT}
    assert found(labeled) == ["PERSON"] * COUNT
    labeled.refresh()
    assert [label.name for label in labeled.config.labels["ner"]] == ["PERSON", "ORG"]


def test_a_choice_of_predictions_is_renamed(labeled: Project) -> None:
    assert labeled.rename_label("mood", "Bad", "Poor").counts == {"prediction": COUNT}
    assert [each["mood"] for each in labeled.predictions] == ["Poor"] * COUNT


def test_a_class_of_a_taxonomy_is_renamed(labeled: Project) -> None:
    labeled.rename_label("kind", ("Film", "Drama"), "Tragedy")
    assert [each["kind"] for each in labeled.annotations] == [[("Film", "Tragedy")]] * COUNT


def test_renaming_to_an_existing_label_merges_both(labeled: Project) -> None:
    labeled.rename_label("ner", "PER", "ORG")
    assert found(labeled) == ["ORG"] * COUNT


def test_a_dry_run_changes_nothing(labeled: Project) -> None:
    look = labeled.rename_label("ner", "PER", "PERSON", dry_run=True)
    assert look.counts == {"annotation": COUNT}
    assert found(labeled) == ["PER"] * COUNT
    assert labeled.config == CONFIG


def test_renaming_again_changes_nothing(labeled: Project) -> None:
    labeled.rename_label("ner", "PER", "PERSON")
    assert not labeled.rename_label("ner", "PER", "PERSON")


def test_the_backup_has_the_original_records(labeled: Project) -> None:
    before = {each.id: each.result for each in labeled.annotations}
    moved = labeled.rename_label("ner", "PER", "PERSON")
    assert moved.backup is not None
    lines = [json.loads(line) for line in moved.backup.read_text().splitlines()]
    assert {each["annotation"]: each["result"] for each in lines if "annotation" in each} == before


def test_the_prefix_of_urls_in_the_data_is_replaced(labeled: Project) -> None:
    moved = labeled.remap_data("image", "s3://old/", "https://new/")
    assert moved.counts == {"task": COUNT}
    found = [task.data["image"] for task in labeled.tasks]
    assert found == [f"https://new/{number}.jpg" for number in range(COUNT)]


def test_an_unknown_label_is_refused(labeled: Project) -> None:
    with pytest.raises(InvalidInput, match="Did you mean 'ner'"):
        labeled.rename_label("nre", "PER", "PERSON")
