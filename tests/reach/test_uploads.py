"""Uploads: each local file becomes one task and can be downloaded again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.cleaning import delete
from support.media import picture

from label_studio_orm import LabelConfig, LabelStudio, Project, choices

NAMES = ("a.png", "two words.png", "ünï 日本.png", "cats/1.png", "dogs/1.png")


@pytest.fixture
def photos(ls: LabelStudio) -> Iterator[Project]:
    config = LabelConfig.create({"image": "Image", "kind": choices("Cat", "Dog")})
    project = ls.projects.create(title="Uploads", label_config=config)
    yield project
    delete(project)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for name in NAMES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(picture())
    return folder


def fetched(project: Project) -> dict[str, bytes]:
    """Return the server's files by their local names."""
    ls = project.client
    return {
        task.meta["upload"]["file"]: ls.fetch(task.data["image"]).content for task in project.tasks
    }


def test_a_folder_becomes_tasks_with_its_files(photos: Project, folder: Path) -> None:
    result = photos.upload_files(folder, progress=False)
    assert (result.created, list(result)) == (len(NAMES), photos.tasks.ids())
    assert fetched(photos) == {name: (folder / name).read_bytes() for name in NAMES}


def test_existing_files_are_not_uploaded_again(photos: Project, folder: Path) -> None:
    photos.upload_files(folder, progress=False)
    (folder / "new.png").write_bytes(picture())
    again = photos.upload_files(folder, progress=False)
    assert (again.created, again.skipped) == (1, len(NAMES))
    path = f"/api/projects/{photos.id}/file-uploads"
    assert len(photos.client.json("GET", path, params={"all": "true"})) == len(NAMES) + 1


def test_a_list_of_files_keeps_its_order(photos: Project, folder: Path) -> None:
    names = ["dogs/1.png", "a.png"]
    photos.upload_files([folder / name for name in names], progress=False)
    found = [photos.client.fetch(task.data["image"]).content for task in photos.tasks]
    assert found == [(folder / name).read_bytes() for name in names]


def test_files_are_uploaded_with_data_and_annotations(photos: Project, folder: Path) -> None:
    photos.upload_files(
        [folder / "cats/1.png"],
        data=lambda path: {"folder": path.parent.name},
        annotations=lambda path: [{"result": {"kind": "Cat"}}],
        progress=False,
    )
    [task] = photos.tasks
    assert task.data["folder"] == "cats"
    assert task.annotations[0]["kind"] == "Cat"


def test_a_large_file_is_uploaded_completely(photos: Project, tmp_path: Path) -> None:
    content = picture() + bytes(range(256)) * 12_000  # 3 MB
    (tmp_path / "large.png").write_bytes(content)
    photos.upload_files([tmp_path / "large.png"], progress=False)
    assert photos.client.fetch(photos.tasks[0].data["image"]).content == content
