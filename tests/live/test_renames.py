"""Renaming labels and remapping data: complete and without loss, even under faults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from support.cleaning import delete
from support.faults import Schedule, running_proxy

from label_studio_orm import LabelConfig, LabelStudio, Project, choices
from label_studio_orm import labels as some
from label_studio_orm.errors import InvalidInput, LabelStudioError
from label_studio_orm.labeling import Span, taxonomy
from label_studio_orm.server import LocalServer

CONFIG = LabelConfig.create(
    {
        "text": "Text",
        "ner": some("PER", "ORG"),
        "mood": choices("Good", "Bad"),
        "kind": taxonomy({"Film": ["Drama"], "Book": ["Drama"]}),
    }
)
SAID = {"ner": [Span("PER", quote="Ada")], "mood": "Good", "kind": [("Film", "Drama")]}
COUNT = 4


@pytest.fixture(autouse=True)
def _folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Run tests in a folder for backups."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def labeled(ls: LabelStudio) -> Iterator[Project]:
    """A project with an annotation and a prediction for each task."""
    project = ls.projects.create(title="Moves", label_config=CONFIG)
    project.import_tasks(
        {
            "data": {"text": f"Ada saw film {n}.", "image": f"s3://old/{n}.jpg"},
            "annotations": [{"result": SAID}],
            "predictions": [{"result": {"mood": "Bad"}, "score": 0.5}],
        }
        for n in range(COUNT)
    )
    yield project
    delete(project)


def labels_of(project: Project) -> list[str | None]:
    return [region.label for each in project.annotations for region in each.regions]


def test_a_label_is_renamed_in_the_config_and_everywhere(labeled: Project) -> None:
    moved = labeled.rename_label("ner", "PER", "PERSON")
    assert moved.counts == {"annotation": COUNT}
    assert moved.config_changed
    assert labels_of(labeled) == ["PERSON"] * COUNT
    assert str(labeled.config) == str(CONFIG).replace("PER", "PERSON")


def test_a_rename_includes_predictions(labeled: Project) -> None:
    moved = labeled.rename_label("mood", "Bad", "Poor")
    assert moved.counts == {"prediction": COUNT}
    assert [each["mood"] for each in labeled.predictions] == ["Poor"] * COUNT


def test_a_class_of_a_taxonomy_is_renamed_by_its_path(labeled: Project) -> None:
    labeled.rename_label("kind", ("Film", "Drama"), "Tragedy")
    assert labeled.annotations[0]["kind"] == [("Film", "Tragedy")]
    assert ("Book", "Drama") in labeled.config.controls["kind"].paths


def test_a_dry_run_counts_changes_and_makes_none(labeled: Project, tmp_path: Path) -> None:
    look = labeled.rename_label("ner", "PER", "PERSON", dry_run=True)
    assert (look.counts, look.config_changed) == ({"annotation": COUNT}, True)
    record, before, after = look.examples[0]
    assert record == labeled.annotations[0]
    assert json.dumps(before).replace("PER", "PERSON") == json.dumps(after)
    assert labels_of(labeled) == ["PER"] * COUNT
    assert labeled.config == CONFIG
    assert [*tmp_path.iterdir()] == []


def test_the_backup_restores_the_original(labeled: Project) -> None:
    before = {each.id: each.result for each in labeled.annotations}
    moved = labeled.rename_label("ner", "PER", "PERSON")
    assert moved.backup is not None
    lines = [json.loads(line) for line in moved.backup.read_text().splitlines()]
    assert lines[0] == {"project": labeled.id, "label_config": str(CONFIG)}
    kept = {line["annotation"]: line["result"] for line in lines if "annotation" in line}
    assert kept == before


def test_renamed_annotations_keep_their_annotators(labeled: Project) -> None:
    before = [(each.id, each.completed_by, each.created_at) for each in labeled.annotations]
    labeled.rename_label("ner", "PER", "PERSON")
    assert [(e.id, e.completed_by, e.created_at) for e in labeled.annotations] == before


def test_renaming_to_an_existing_label_merges_both(labeled: Project) -> None:
    labeled.rename_label("ner", "PER", "ORG")
    assert labels_of(labeled) == ["ORG"] * COUNT
    assert [label.name for label in labeled.config.labels["ner"]] == ["ORG"]


def test_renaming_twice_changes_nothing_the_second_time(labeled: Project) -> None:
    labeled.rename_label("ner", "PER", "PERSON")
    again = labeled.rename_label("ner", "PER", "PERSON")
    assert not again
    assert again.backup is None


def test_unknown_labels_are_refused_before_anything_is_sent(labeled: Project) -> None:
    with pytest.raises(InvalidInput, match=r"no control 'nre'. Did you mean 'ner'?"):
        labeled.rename_label("nre", "PER", "PERSON")
    with pytest.raises(InvalidInput, match=r"'ner' has no label 'PRE'. Did you mean 'PER'?"):
        labeled.rename_label("ner", "PRE", "PERSON")
    assert labeled.refresh().config == CONFIG


def test_remap_data_replaces_a_prefix(labeled: Project) -> None:
    moved = labeled.remap_data("image", "s3://old/", "s3://new/images/")
    assert moved.counts == {"task": COUNT}
    assert [t.data["image"] for t in labeled.tasks] == [
        f"s3://new/images/{n}.jpg" for n in range(COUNT)
    ]
    assert labeled.tasks[0].data["text"] == "Ada saw film 0."
    assert len(labeled.tasks[0].annotations) == 1


def test_remap_data_runs_once_if_the_new_prefix_starts_with_the_old(
    labeled: Project,
) -> None:
    labeled.remap_data("image", "s3://old/", "s3://old/images/")
    assert not labeled.remap_data("image", "s3://old/", "s3://old/images/")
    assert labeled.tasks[0].data["image"] == "s3://old/images/0.jpg"


def test_an_unknown_data_key_suggests_the_nearest(labeled: Project) -> None:
    with pytest.raises(
        InvalidInput, match=r"No task has 'imag' in its data. Did you mean 'image'?"
    ):
        labeled.remap_data("imag", "s3://old/", "s3://new/")


@pytest.mark.parametrize("seed", [1, 2])
def test_faults_during_a_rename_lose_nothing(
    local_server: LocalServer, labeled: Project, seed: int
) -> None:
    with running_proxy(local_server.url) as proxy:
        ls = LabelStudio(proxy.url, api_key=local_server.api_key)
        project = ls.projects.get(labeled.id)
        proxy.faults = Schedule(
            seed, rate=0.25, kinds=["cut before", "cut after", "502", "504 after"]
        )
        for _ in range(5):  # times that it may be cut short
            with suppress(LabelStudioError):
                project.rename_label("ner", "PER", "PERSON", backup="before.jsonl")
                break
    labeled.refresh()
    assert labels_of(labeled) == ["PERSON"] * COUNT
    assert str(labeled.config) == str(CONFIG).replace("PER", "PERSON")
    kept: list[dict[str, Any]] = [*map(json.loads, Path("before.jsonl").read_text().splitlines())]
    first = next(each for each in kept if "annotation" in each)
    assert first["result"][0]["value"]["labels"] == ["PER"]


def test_an_interrupted_rename_is_resumed_by_a_rerun(
    labeled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(done: int, total: int | None) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stopped:
        labeled.rename_label("ner", "PER", "PERSON", progress=stop)
    assert stopped.value.moved.counts == {"annotation": 2}
    assert {label.name for label in labeled.refresh().config.labels["ner"]} == {
        "PER",
        "PERSON",
        "ORG",
    }
    moved = labeled.rename_label("ner", "PER", "PERSON")
    assert moved.counts == {"annotation": COUNT - 2}
    assert labels_of(labeled) == ["PERSON"] * COUNT


def test_concurrent_edits_of_the_config_are_kept(
    local_server: LocalServer, labeled: Project
) -> None:
    def edit_once(done: int, total: int | None) -> None:
        other = local_server.client().projects.get(labeled.id)
        if "So-so" not in other.label_config:
            more = '<Choice value="So-so"/></Choices>'
            other.label_config = other.label_config.replace("</Choices>", more)
            other.save()

    labeled.rename_label("ner", "PER", "PERSON", progress=edit_once)
    config = labeled.refresh().config
    assert [label.name for label in config.labels["mood"]] == ["Good", "Bad", "So-so"]
    assert [label.name for label in config.labels["ner"]] == ["PERSON", "ORG"]


def test_unsaved_changes_of_the_project_are_kept(labeled: Project) -> None:
    labeled.title = "Another title"
    labeled.rename_label("ner", "PER", "PERSON")
    assert (labeled.title, labeled.dirty) == ("Another title", {"title"})
    assert labels_of(labeled) == ["PERSON"] * COUNT


def test_renaming_a_class_by_name_twice_changes_nothing(labeled: Project) -> None:
    labeled.rename_label("kind", "Film", "Movie")
    assert not labeled.rename_label("kind", "Film", "Movie")
    assert labeled.annotations[0]["kind"] == [("Movie", "Drama")]


def test_a_remap_that_would_apply_twice_is_refused(labeled: Project) -> None:
    labeled.import_tasks([{"text": "x", "image": "/data/data/x.png"}])
    with pytest.raises(InvalidInput, match="which has the old prefix too"):
        labeled.remap_data("image", "/data/", "/")
    assert labeled.tasks[-1].data["image"] == "/data/data/x.png"
