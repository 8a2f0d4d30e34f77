"""Labels and data under new names: all of them, none lost, whatever happens on the way."""

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
    """Be where backups may be written."""
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


def test_predictions_are_renamed_as_well(labeled: Project) -> None:
    moved = labeled.rename_label("mood", "Bad", "Poor")
    assert moved.counts == {"prediction": COUNT}
    assert [each["mood"] for each in labeled.predictions] == ["Poor"] * COUNT


def test_a_class_of_a_taxonomy_is_renamed_by_its_path(labeled: Project) -> None:
    labeled.rename_label("kind", ("Film", "Drama"), "Tragedy")
    assert labeled.annotations[0]["kind"] == [("Film", "Tragedy")]
    assert ("Book", "Drama") in labeled.config.controls["kind"].paths


def test_a_dry_run_counts_and_shows_and_changes_nothing(labeled: Project, tmp_path: Path) -> None:
    look = labeled.rename_label("ner", "PER", "PERSON", dry_run=True)
    assert (look.counts, look.config_changed) == ({"annotation": COUNT}, True)
    record, before, after = look.examples[0]
    assert record == labeled.annotations[0]
    assert json.dumps(before).replace("PER", "PERSON") == json.dumps(after)
    assert labels_of(labeled) == ["PER"] * COUNT
    assert labeled.config == CONFIG
    assert [*tmp_path.iterdir()] == []


def test_the_backup_brings_back_what_was_there(labeled: Project) -> None:
    before = {each.id: each.result for each in labeled.annotations}
    moved = labeled.rename_label("ner", "PER", "PERSON")
    assert moved.backup is not None
    lines = [json.loads(line) for line in moved.backup.read_text().splitlines()]
    assert lines[0] == {"project": labeled.id, "label_config": str(CONFIG)}
    kept = {line["annotation"]: line["result"] for line in lines if "annotation" in line}
    assert kept == before


def test_what_was_said_with_a_person_stays_that_persons(labeled: Project) -> None:
    before = [(each.id, each.completed_by, each.created_at) for each in labeled.annotations]
    labeled.rename_label("ner", "PER", "PERSON")
    assert [(e.id, e.completed_by, e.created_at) for e in labeled.annotations] == before


def test_two_labels_become_one(labeled: Project) -> None:
    labeled.rename_label("ner", "PER", "ORG")
    assert labels_of(labeled) == ["ORG"] * COUNT
    assert [label.name for label in labeled.config.labels["ner"]] == ["ORG"]


def test_renaming_twice_changes_nothing_the_second_time(labeled: Project) -> None:
    labeled.rename_label("ner", "PER", "PERSON")
    again = labeled.rename_label("ner", "PER", "PERSON")
    assert not again
    assert again.backup is None


def test_what_is_not_there_is_refused_before_anything_is_sent(labeled: Project) -> None:
    with pytest.raises(InvalidInput, match=r"no control 'nre'. Did you mean 'ner'?"):
        labeled.rename_label("nre", "PER", "PERSON")
    with pytest.raises(InvalidInput, match=r"'ner' has no label 'PRE'. Did you mean 'PER'?"):
        labeled.rename_label("ner", "PRE", "PERSON")
    assert labeled.refresh().config == CONFIG


def test_data_get_another_beginning(labeled: Project) -> None:
    moved = labeled.remap_data("image", "s3://old/", "s3://new/images/")
    assert moved.counts == {"task": COUNT}
    assert [t.data["image"] for t in labeled.tasks] == [
        f"s3://new/images/{n}.jpg" for n in range(COUNT)
    ]
    assert labeled.tasks[0].data["text"] == "Ada saw film 0."
    assert len(labeled.tasks[0].annotations) == 1


def test_data_are_moved_once_though_the_new_beginning_begins_like_the_old(
    labeled: Project,
) -> None:
    labeled.remap_data("image", "s3://old/", "s3://old/images/")
    assert not labeled.remap_data("image", "s3://old/", "s3://old/images/")
    assert labeled.tasks[0].data["image"] == "s3://old/images/0.jpg"


def test_an_unknown_key_of_the_data_names_the_nearest(labeled: Project) -> None:
    with pytest.raises(
        InvalidInput, match=r"No task has 'imag' in its data. Did you mean 'image'?"
    ):
        labeled.remap_data("imag", "s3://old/", "s3://new/")


@pytest.mark.parametrize("seed", [1, 2])
def test_faults_on_the_way_lose_nothing(
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


def test_a_move_that_is_cut_short_goes_on_when_it_is_run_again(
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


def test_an_edit_of_the_config_that_others_make_meanwhile_stays(
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


def test_edits_of_the_project_that_are_not_saved_stay(labeled: Project) -> None:
    labeled.title = "Another title"
    labeled.rename_label("ner", "PER", "PERSON")
    assert (labeled.title, labeled.dirty) == ("Another title", {"title"})
    assert labels_of(labeled) == ["PERSON"] * COUNT


def test_a_class_that_is_renamed_by_its_name_can_be_renamed_again(labeled: Project) -> None:
    labeled.rename_label("kind", "Film", "Movie")
    assert not labeled.rename_label("kind", "Film", "Movie")
    assert labeled.annotations[0]["kind"] == [("Movie", "Drama")]


def test_data_that_would_be_moved_twice_are_not_moved_at_all(labeled: Project) -> None:
    labeled.import_tasks([{"text": "x", "image": "/data/data/x.png"}])
    with pytest.raises(InvalidInput, match="which has the old prefix too"):
        labeled.remap_data("image", "/data/", "/")
    assert labeled.tasks[-1].data["image"] == "/data/data/x.png"
