"""Local storages: files that the server serves, and its settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.storages import LocalPlace

from label_studio_orm import LabelStudio, Project, local_file_url
from label_studio_orm.errors import NotFound, Rejected
from label_studio_orm.records.storages.collections import Storages

SERVING = "LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED"
ROOT = "LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT"
NAMES = ["a cat.jpg", "a b&c#1+é?%20.jpg", "猫;=.jpg", "[1] 'x' \"y\".jpg", "50%.jpg"]


@pytest.fixture
def local_place(files: Path) -> LocalPlace:
    return LocalPlace(files)


def test_files_become_tasks_whose_urls_can_be_fetched(
    project: Project, local_place: LocalPlace, files: Path, ls: LabelStudio
) -> None:
    for name in NAMES:
        local_place.put(f"é 1/{name}", name)
    storage = project.import_storages.local.create(
        use_blob_urls=True, **local_place.at("é 1")
    ).sync()
    assert storage.last_sync_count == len(NAMES)
    urls = {task.data["text"] for task in project.tasks}
    assert urls == {
        local_file_url(local_place.folder / "é 1" / n, root=files.parent) for n in NAMES
    }
    assert {ls.fetch(url).content.decode() for url in urls} == set(NAMES)


def test_regex_filter_matches_file_names_and_recursive_scan_includes_subfolders(
    project: Project, local_place: LocalPlace
) -> None:
    for name in ("cat.jpg", "dog.txt", "below/cat.jpg", "below/dog.txt"):
        local_place.put(name, name)
    options = {"use_blob_urls": True, "regex_filter": r"cat\.jpg"}
    storage = project.import_storages.local.create(**local_place.fields, **options)
    assert storage.sync().last_sync_count == 1
    storage.recursive_scan = True
    storage.save()
    assert storage.sync().last_sync_count == 1
    assert all(task.data["text"].endswith("cat.jpg") for task in project.tasks)


def test_a_new_task_can_refer_to_a_file_of_a_storage(
    project: Project, local_place: LocalPlace, files: Path, ls: LabelStudio
) -> None:
    local_place.put("a cat.jpg", "cat")
    storage = project.import_storages.local.create(**local_place.fields)  # nothing is synced
    url = storage.url_of("a cat.jpg")
    assert url == local_file_url(local_place.folder / "a cat.jpg", root=files.parent)
    project.import_tasks([{"text": url}])
    [task] = project.tasks
    assert task.data["text"] == url
    assert ls.fetch(task.data["text"]).content == b"cat"


def test_a_file_outside_all_storages_is_not_served(
    local_place: LocalPlace, files: Path, ls: LabelStudio
) -> None:
    local_place.put("cat.jpg", "cat")
    with pytest.raises(NotFound):
        ls.fetch(local_file_url(local_place.folder / "cat.jpg", root=files.parent))


# -- errors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["import_storages", "export_storages"])
def test_a_server_that_serves_no_files_names_the_variable_to_set(
    way: str, other_project: Project, tmp_path: Path
) -> None:
    with pytest.raises(Rejected, match=f"{SERVING}=true"):
        getattr(other_project, way).local.create(path=tmp_path)
    assert getattr(other_project, way).count() == 0


def test_a_folder_outside_the_root_names_the_variable_to_set(
    refused: Storages[Any], files: Path, tmp_path: Path
) -> None:
    with pytest.raises(Rejected) as caught:
        refused.local.create(path=tmp_path)
    assert f"set {ROOT}" in str(caught.value)
    assert str(files.parent) in str(caught.value)
    assert SERVING not in str(caught.value)  # that is set


@pytest.mark.parametrize("end", ["", "/"])
def test_the_root_itself_cannot_be_a_storage(end: str, refusing: Project, files: Path) -> None:
    with pytest.raises(Rejected, match="subdirectory"):
        refusing.import_storages.local.create(path=f"{files.parent}{end}")


def test_a_missing_folder_is_named(refused: Storages[Any], local_place: LocalPlace) -> None:
    with pytest.raises(Rejected, match=r'nowhere" does not exist') as caught:
        refused.local.create(**local_place.wrong)
    assert ROOT not in str(caught.value)
