"""Storages: S3, Google Cloud and Azure on emulators, and folders of the server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.emulators.azure import Azure, azurite
from support.emulators.gcs import GCS
from support.emulators.s3 import S3
from support.storages import AzurePlace, GCSPlace, LocalPlace, Place, S3Place

from label_studio_orm import LabelStudio, Project, Task
from label_studio_orm.errors import LabelStudioError, Rejected

SCHEMES = {"s3": "s3", "gcs": "gs", "azure": "azure-blob"}
IN_BUCKETS = pytest.mark.parametrize("place", SCHEMES, indirect=True)
EVERYWHERE = pytest.mark.parametrize("place", [*SCHEMES, "local"], indirect=True)
NAMES = ["a b.png", "é.png"]


@pytest.fixture(scope="session")
def azure() -> Iterator[Azure]:
    with azurite() as azure:
        yield azure


@pytest.fixture
def place(request: pytest.FixtureRequest, s3: S3, gcs: GCS, files: Path) -> Place:
    """An empty bucket, container or folder."""
    if request.param == "azure":
        return AzurePlace(request.getfixturevalue("azure"))
    made = {"s3": lambda: S3Place(s3), "gcs": lambda: GCSPlace(gcs)}
    return made.get(request.param, lambda: LocalPlace(files))()


def address(place: Place, name: str) -> str:
    bucket = place.fields.get("bucket") or place.fields["container"]
    return f"{SCHEMES[place.provider]}://{bucket}/{name}"


def synced(project: Project, place: Place, **options: object) -> None:
    storage = place.among(project.import_storages)
    storage.create(**place.fields, **{"use_blob_urls": True, "presign": True, **options}).sync()


@EVERYWHERE
@pytest.mark.since("1.13")  # before, Azure's keys must be set anew in each save
def test_a_storage_is_created_changed_and_deleted(place: Place, fresh: Project) -> None:
    storages = place.among(fresh.import_storages)
    storage = storages.create(title="Mine", **place.fields)
    storage.title = "Ours"
    storage.save()
    assert [each.title for each in storages] == ["Ours"]
    storage.delete()
    assert list(fresh.import_storages) == []


@EVERYWHERE
def test_json_objects_are_imported_as_tasks(place: Place, fresh: Project) -> None:
    place.put("1.json", json.dumps({"text": "one"}))
    place.put("2.json", json.dumps({"text": "two"}))
    storage = place.among(fresh.import_storages).create(**place.fields).sync()
    assert storage.last_sync_count == 2
    assert sorted(task.data["text"] for task in fresh.tasks) == ["one", "two"]
    assert storage.sync().last_sync_count in (0, 2)  # nothing is there twice
    assert fresh.tasks.count() == 2


@IN_BUCKETS
def test_objects_become_tasks_with_urls(place: Place, fresh: Project) -> None:
    for name in NAMES:
        place.put(name, name)
    synced(fresh, place)
    assert {task.data["text"] for task in fresh.tasks} == {address(place, name) for name in NAMES}
    assert {Task(id, client=fresh.client).data["text"] for id in fresh.tasks.ids()} == {
        address(place, name) for name in NAMES
    }


@IN_BUCKETS
def test_saving_a_task_keeps_the_url_of_its_object(place: Place, fresh: Project) -> None:
    """Older servers send their own URL instead, which must not be written back."""
    place.put("a b.png", "picture")
    synced(fresh, place)
    task = fresh.tasks.get(fresh.tasks.ids()[0])
    task.refresh()
    task.data["split"] = "train"
    task.save()
    [listed] = fresh.tasks
    assert listed.data == {"text": address(place, "a b.png"), "split": "train"}


@IN_BUCKETS
def test_urls_are_remapped_to_another_bucket(place: Place, fresh: Project) -> None:
    for name in NAMES:
        place.put(name, name)
    synced(fresh, place)
    beginning = address(place, "")
    moved = fresh.remap_data("text", beginning, "s3://elsewhere/", progress=False)
    assert moved.counts == {"task": 2}
    assert {task.data["text"] for task in fresh.tasks} == {f"s3://elsewhere/{n}" for n in NAMES}


@EVERYWHERE
def test_annotations_are_exported_to_a_storage(place: Place, fresh: Project) -> None:
    task = fresh.tasks.create({"text": "A fine film."})
    first = task.annotate({"sentiment": "Positive"})
    storage = place.among(fresh.export_storages).create(**place.fields)
    second = task.annotate({"sentiment": "Negative"})
    storage.sync()
    assert {Path(name).stem for name in place.names()} == {str(first.id), str(second.id)}
    [name] = [name for name in place.names() if Path(name).stem == str(first.id)]
    kept = json.loads(place.get(name))
    assert kept["result"][0]["value"] == {"choices": ["Positive"]}


@pytest.mark.parametrize("place", ["s3"], indirect=True)
def test_errors_of_a_bucket_are_reported(place: Place, fresh: Project) -> None:
    with pytest.raises(LabelStudioError, match="nowhere"):
        place.among(fresh.import_storages).create(**place.wrong)
    assert list(fresh.import_storages) == []


@pytest.mark.parametrize("place", ["local"], indirect=True)
def test_a_missing_folder_is_refused(place: Place, fresh: Project) -> None:
    with pytest.raises(Rejected):
        place.among(fresh.import_storages).create(**place.wrong)


@pytest.mark.since("1.12")
@pytest.mark.parametrize("place", ["local"], indirect=True)
def test_local_files_are_fetched_by_their_urls(
    place: Place, fresh: Project, ls: LabelStudio
) -> None:
    for name in NAMES:
        place.put(name, name)
    synced_folder = fresh.import_storages.local.create(use_blob_urls=True, **place.fields)
    synced_folder.sync()
    assert {ls.fetch(task.data["text"]).text for task in fresh.tasks} == set(NAMES)


@pytest.mark.since("1.22")
@pytest.mark.parametrize("place", ["local"], indirect=True)
def test_the_url_of_a_file_is_known(place: Place, fresh: Project, files: Path) -> None:
    storage = fresh.import_storages.local.create(**place.fields)
    folder = place.fields["path"].name
    assert storage.url_of("a b.png") == f"/data/local-files/?d=files/{folder}/a%20b.png"


@pytest.mark.since("1.12")
def test_tasks_are_filtered_by_storage_object(fresh: Project, s3: S3) -> None:
    place = S3Place(s3)
    for name in NAMES:
        place.put(name, name)
    synced(fresh, place)
    found = fresh.tasks.filter(Task.storage_filename.contains("a b"))
    assert [task.data["text"] for task in found] == [address(place, "a b.png")]
