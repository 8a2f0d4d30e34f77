"""Exports: formats, selections, snapshots, datasets with media files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from support.cleaning import delete
from support.media import picture
from support.texts import SENTIMENT, without_id

from label_studio_orm import LabelConfig, LabelStudio, Project, Task, labels
from label_studio_orm.errors import InvalidInput, NotFound
from label_studio_orm.labeling import Box

PICTURES = ("cats/1.png", "dogs/1.png", "two words é.png")


@pytest.fixture(scope="module")
def project(ls: LabelStudio) -> Iterator[Project]:
    """Four tasks: annotated, skipped, a ground truth with a prediction, and a bare one."""
    project = ls.projects.create(title="Exports", label_config=SENTIMENT)
    project.import_tasks([{"text": f"Review {number}, “é”", "n": number} for number in range(4)])
    usual, skipped, truth, _ = project.tasks
    usual.annotate({"sentiment": "Positive"})
    skipped.annotate([], was_cancelled=True)
    truth.annotate({"sentiment": "Negative"}, ground_truth=True)
    truth.predict({"sentiment": "Negative"}, score=0.9, model_version="m1")
    yield project
    delete(project)


@pytest.fixture(scope="module")
def photos(ls: LabelStudio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Pictures that were uploaded, each with a box; two have the same name."""
    config = LabelConfig.create({"image": "Image", "box": labels("Cat", "Dog")})
    project = ls.projects.create(title="Photos", label_config=config)
    folder = tmp_path_factory.mktemp("photos")
    for name in PICTURES:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(picture())
    project.upload_files(folder, progress=False)
    for task in project.tasks:
        task.annotate({"box": Box("Cat", pixels=(8, 12, 16, 24))}, size=(64, 48))
    yield project
    delete(project)


def test_json_has_all_tasks_with_their_annotations(project: Project) -> None:
    tasks = project.export()
    assert [task["data"]["text"] for task in tasks] == [f"Review {n}, “é”" for n in range(4)]
    assert [len(task["annotations"]) for task in tasks] == [1, 1, 1, 0]
    written = project.tasks[0].annotations[0].result
    assert tasks[0]["annotations"][0]["result"] == written
    assert without_id(written)[0]["value"] == {"choices": ["Positive"]}


def test_json_min_has_answers_by_their_controls(project: Project) -> None:
    assert project.export("JSON_MIN")[0]["sentiment"] == "Positive"


@pytest.mark.parametrize(("format", "delimiter"), [("CSV", ","), ("TSV", "\t")], ids=["CSV", "TSV"])
def test_a_table_has_a_row_for_each_annotation(
    format: str, delimiter: str, project: Project, tmp_path: Path
) -> None:
    path = project.export(format, tmp_path / "out")
    found = list(csv.DictReader(path.read_text("utf-8").splitlines(), delimiter=delimiter))
    said = {row["text"]: row["sentiment"] for row in found}
    assert said["Review 0, “é”"] == "Positive"
    assert said["Review 2, “é”"] == "Negative"


def test_the_formats_are_listed(project: Project) -> None:
    assert {"JSON", "JSON_MIN", "CSV", "TSV", "COCO", "YOLO"} <= set(project.export_formats())
    assert {"JSON", "CSV"} <= set(project.export_formats(fitting=True))


def test_tasks_are_exported_one_by_one(project: Project) -> None:
    found = {task["data"]["n"] for task in project.iter_export()}  # PostgreSQL has its own order
    assert found == {0, 1, 2, 3}


def test_selected_tasks_are_exported(project: Project) -> None:
    ids = project.tasks.ids()
    assert [task["id"] for task in project.export(ids=ids[1:3])] == ids[1:3]
    assert [task["id"] for task in project.export(only_finished=True)] == [ids[0], ids[2]]


def test_the_tasks_of_a_filter_are_exported(project: Project) -> None:
    found = project.tasks.filter(Task.data["n"] > 1).export()
    assert [task["data"]["n"] for task in found] == [2, 3]


def test_selected_annotations_are_exported(project: Project) -> None:
    def counts(**options: bool) -> list[int]:
        return [len(task["annotations"]) for task in project.export(**options)]

    assert counts(skipped=False) == [1, 0, 1, 0]
    assert counts(ground_truth=False) == [1, 1, 0, 0]
    assert counts(usual=False) == [0, 1, 1, 0]


def test_predictions_and_annotators_are_exported_in_full(project: Project) -> None:
    task = project.export(predictions=True, completed_by=True)[2]
    assert task["predictions"][0]["score"] == 0.9
    assert task["annotations"][0]["completed_by"]["email"] == "demo@example.com"


def test_new_tasks_are_exported(project: Project) -> None:
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    tomorrow = datetime.now(timezone.utc) + timedelta(days=1)
    assert len(project.export(since=yesterday)) == 4
    assert project.export(since=tomorrow) == []


def test_an_export_can_be_imported_again(project: Project, fresh: Project) -> None:
    result = fresh.import_tasks(project.export(predictions=True))
    assert (result.created, result.annotations, result.predictions) == (4, 3, 1)
    assert fresh.tasks[0].annotations[0]["sentiment"] == "Positive"


def test_an_export_leaves_no_snapshot_and_no_view(project: Project) -> None:
    project.export("CSV", "out.csv", ids=project.tasks.ids()[:2])
    assert list(project.exports) == []
    assert list(project.views) == []


def test_a_snapshot_is_downloaded_repeatedly(project: Project, tmp_path: Path) -> None:
    snapshot = project.exports.create(title="v1").wait()
    assert snapshot.status == "completed"
    assert len(json.loads(snapshot.download(tmp_path / "v1.json").read_text())) == 4
    assert "Positive" in snapshot.download(tmp_path / "v1.tsv", format="TSV").read_text()
    snapshot.delete()
    assert snapshot not in project.exports


def test_an_unknown_format_is_refused(project: Project) -> None:
    with pytest.raises(InvalidInput, match="CSV"):
        project.export("CVS", "out")
    with pytest.raises(NotFound):
        project.export(ids=[99999999])


def test_yolo_has_a_label_file_for_each_image(photos: Project, tmp_path: Path) -> None:
    result = photos.export("YOLO", tmp_path / "yolo", media=True)
    assert (result.media.fetched, result.media.missing) == (3, ())
    images = {path.stem: path.read_bytes() for path in (result / "images").iterdir()}
    lines = {path.stem: path.read_text().split() for path in (result / "labels").iterdir()}
    assert images.keys() == lines.keys()
    assert {tuple(map(float, line)) for line in lines.values()} == {(0, 0.25, 0.5, 0.25, 0.5)}


def test_coco_names_each_image(photos: Project, tmp_path: Path) -> None:
    result = photos.export("COCO", tmp_path / "coco", media=True)
    content = json.loads((result / "result.json").read_bytes())
    assert all((result / image["file_name"]).exists() for image in content["images"])
    assert [each["bbox"] for each in content["annotations"]] == [[8, 12, 16, 24]] * 3


def test_voc_names_each_image(photos: Project, tmp_path: Path) -> None:
    result = photos.export("VOC", tmp_path / "voc", media=True)
    labels = {path.stem for path in (result / "Annotations").iterdir()}
    assert labels == {path.stem for path in (result / "images").iterdir()}
    assert len(labels) == 3


def test_other_formats_have_a_list_of_the_media(photos: Project, tmp_path: Path) -> None:
    result = photos.export("JSON", tmp_path / "json", media=True)
    named = json.loads((result / "media.json").read_bytes())
    assert {task.data["image"] for task in photos.tasks} == set(named)
    assert all((result / name).read_bytes().startswith(b"\x89PNG") for name in named.values())


def test_a_second_export_downloads_missing_files_only(photos: Project, tmp_path: Path) -> None:
    first = photos.export("YOLO", tmp_path / "yolo", media=True)
    next((first / "images").iterdir()).unlink()
    again = photos.export("YOLO", tmp_path / "yolo", media=True)
    assert (again.media.fetched, again.media.kept) == (1, 2)


def test_the_servers_own_yolo_is_an_archive(photos: Project, tmp_path: Path) -> None:
    snapshot = photos.exports.create(title="v1").wait()
    assert snapshot.download(tmp_path / "yolo.zip", format="YOLO").read_bytes().startswith(b"PK")
    snapshot.delete()
