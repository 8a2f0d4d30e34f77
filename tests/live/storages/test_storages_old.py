"""Storages of servers before 1.23, which replace URLs in single tasks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.cleaning import delete
from support.emulators import ENVIRON
from support.emulators.gcs import GCS
from support.storages import IN_BUCKETS, LocalPlace, Place
from support.texts import SENTIMENT

from label_studio_orm import LabelStudio, Project, Task
from label_studio_orm.server import LocalServer
from label_studio_orm.server.installation import COMMAND, is_installed

OLD = "1.20.0"
SCHEMES = {"s3": "s3", "gcs": "gs", "azure": "azure-blob"}


@pytest.fixture(scope="module")
def old_ls(gcs: GCS, files: Path) -> Iterator[LabelStudio]:
    if not is_installed(OLD):
        pytest.skip(f"Label Studio {OLD} is not installed ({COMMAND} {OLD})")
    environ = {**ENVIRON, "STORAGE_EMULATOR_HOST": gcs.url}
    with LocalServer(version=OLD, files=files, environ=environ) as server:
        yield server.client()


@pytest.fixture
def project(old_ls: LabelStudio) -> Iterator[Project]:
    project = old_ls.projects.create(title="Old", label_config=SENTIMENT)
    yield project
    delete(project)


def synced(project: Project, place: Place) -> dict[str, Any]:
    """Sync a storage with one file, and return data that refers to it in many ways."""
    place.put("a b.png", b"png")
    place.among(project.import_storages).create(use_blob_urls=True, **place.fields).sync()
    [task] = project.tasks
    url = task.data["text"]
    assert url.startswith(SCHEMES[place.provider])
    return {"text": url, "html": f"<img src='{url}'>", "many": [url, {"deep": url}], "n": 1}


@IN_BUCKETS
def test_saving_a_task_keeps_its_stored_urls(place: Place, project: Project) -> None:
    data = synced(project, place)
    task = Task(project.tasks.create(data).id, client=project.client)
    assert project.client.json("GET", f"/api/tasks/{task.id}/")["data"] != data  # the server's own
    assert task.data == data
    task.data["split"] = "train"
    task.save()
    task.refresh()
    task.data["split"] = "dev"
    task.save()
    [stored] = project.tasks.filter(Task.id == task.id)
    assert stored.data == {**data, "split": "dev"}


@IN_BUCKETS
def test_remap_data_replaces_the_prefix_of_urls(
    place: Place, project: Project, tmp_path: Path
) -> None:
    old = synced(project, place)["text"].removesuffix("a b.png")
    project.remap_data("text", old, f"{old}moved/", backup=tmp_path / "backup")
    assert [task.data["text"] for task in project.tasks] == [f"{old}moved/a b.png"]


def test_the_document_root_is_parsed_from_the_error_of_an_old_server(
    project: Project, files: Path
) -> None:
    place = LocalPlace(files)
    storage = project.import_storages.local.create(**place.fields)
    assert storage.url_of("a cat.jpg").endswith(f"{place.folder.name}/a%20cat.jpg")
