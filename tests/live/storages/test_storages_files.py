"""What a sync would take, listed by a real server without importing it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from support.storages import WITH_FOLDERS, Place, RedisPlace

from label_studio_orm import Project
from label_studio_orm.errors import Rejected
from label_studio_orm.server import LocalServer


@WITH_FOLDERS
def test_a_preview_lists_what_a_sync_would_take(shared: Project, place: Place) -> None:
    for name in ("a.jpg", "b.jpg", "c.txt"):
        place.put(name, name)
    storages = place.among(shared.import_storages)
    found = storages.preview(**place.fields, regex_filter=r".*\.jpg")
    assert [file.key.rpartition("/")[2] for file in found] == ["a.jpg", "b.jpg"]
    assert {file.size for file in found} == {5}
    assert all(isinstance(file.last_modified, datetime) for file in found)
    assert found.complete
    assert not list(storages)  # nothing was added


@WITH_FOLDERS
def test_a_storage_lists_its_files_up_to_a_limit(project: Project, place: Place) -> None:
    for name in ("a.jpg", "b.jpg"):
        place.put(name, name)
    storage = place.among(project.import_storages).create(**place.fields, use_blob_urls=True)
    found = {limit: storage.files(limit=limit) for limit in (1, 2)}
    assert [(len(files), files.complete) for files in found.values()] == [(1, False), (2, True)]
    assert storage.sync().last_sync_count == 2
    assert len(storage.files()) == 2  # also what was imported


@pytest.mark.parametrize("place", ["s3", "azure", "local"], indirect=True)
def test_the_file_of_a_task_from_a_storage_is_read_through_the_server(
    project: Project, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    place.put("a cat.txt", "cat")
    storages = place.among(project.import_storages)
    options = {"presign": False} if place.provider != "local" else {}
    storages.create(**place.fields, **options, use_blob_urls=True).sync()
    with project.tasks[0].open("text") as file:
        assert file.read() == b"cat"


@pytest.mark.parametrize("place", ["s3", "local"], indirect=True)
def test_a_preview_tells_that_there_is_no_such_place(shared: Project, place: Place) -> None:
    with pytest.raises(Rejected):
        place.among(shared.import_storages).preview(**place.wrong)


@pytest.mark.parametrize("place", ["redis"], indirect=True)
def test_this_server_cannot_list_the_keys_of_redis(shared: Project, place: RedisPlace) -> None:
    place.put("a.json", '{"text": "a"}')
    with pytest.raises(Rejected, match="cannot list the keys of Redis"):
        place.among(shared.import_storages).preview(**place.fields)


def test_an_old_server_says_so(old_server: LocalServer) -> None:
    project = old_server.client().projects.create(title="Old")
    with pytest.raises(NotImplementedError, match=r"1\.21 and later can"):
        project.import_storages.local.preview(path="/tmp")
    project.delete()
