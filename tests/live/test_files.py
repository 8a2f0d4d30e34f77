"""Uploaded files as records, and the files that tasks refer to, on a real server."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from support.cleaning import delete

from label_studio_orm import LabelStudio, Project, UploadedFile
from label_studio_orm.errors import HostNotAllowed, InvalidInput, LimitExceeded, NotFound
from label_studio_orm.limits import Limits

CONFIG = (
    '<View><Image name="i" value="$image"/>'
    '<Choices name="c" toName="i"><Choice value="Cat"/><Choice value="Dog"/></Choices></View>'
)
ORIENTATION, ROTATED = 0x0112, 6


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three images: the last is stored on its side, as cameras do."""
    folder = tmp_path_factory.mktemp("images")
    Image.new("RGB", (8, 6), "red").save(folder / "a.png")
    Image.new("RGB", (4, 2), "blue").save(folder / "b c.png")
    exif = Image.Exif()
    exif[ORIENTATION] = ROTATED
    Image.new("RGB", (40, 30)).save(folder / "turned.jpg", exif=exif)
    return folder


@pytest.fixture
def project(ls: LabelStudio, images: Path) -> Iterator[Project]:
    project = ls.projects.create(title="Animals", label_config=CONFIG)
    project.upload_files([images / "a.png", images / "b c.png"])
    yield project
    delete(project)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "label-studio-orm" / "media"


def named(project: Project, end: str) -> UploadedFile:
    return next(file for file in project.files if file.name.endswith(end))


# -- uploads ---------------------------------------------------------------------------------------


@pytest.mark.operations("files.list", "files.get", "files.download")
def test_uploads_are_listed_read_and_downloaded(
    project: Project, images: Path, tmp_path: Path
) -> None:
    first, second = project.files
    assert [first.name[8:], second.name[8:]] == ["-a.png", "-b_c.png"]
    assert first.size == (images / "a.png").stat().st_size
    assert {file.url for file in project.files} == {task.data["image"] for task in project.tasks}
    again = project.files.get(first.id)
    assert (again.name, again.project.id) == (first.name, project.id)
    assert again.download(tmp_path / "here.png").read_bytes() == (images / "a.png").read_bytes()
    assert second.download(tmp_path).name == second.name


def test_a_file_of_another_project_is_not_found(ls: LabelStudio, project: Project) -> None:
    file = project.files[0]
    other = ls.projects.create(title="Other")
    with pytest.raises(NotFound, match=rf"belongs to project {project.id}, not {other.id}"):
        other.files.get(file.id).delete()
    assert project.files.count() == 2
    assert UploadedFile.get(file.id, client=ls).project == project
    delete(other)


@pytest.mark.operations("files.update")
def test_a_replaced_file_has_another_address_and_its_tasks_keep_the_old_one(
    project: Project, images: Path
) -> None:
    file = named(project, "a.png")
    old, [task] = file.url, file.tasks
    assert task.data["image"] == old
    file.replace(images / "turned.jpg")
    assert file.name.endswith("-turned.jpg")
    assert file.size == (images / "turned.jpg").stat().st_size
    [task] = file.tasks
    assert task.data["image"] == old != file.url
    with pytest.raises(NotFound, match="does not have this file any more"):
        task.open("image")
    task.data["image"] = file.url
    task.save()
    assert task.size("image") == (30, 40)


@pytest.mark.operations("files.delete", "files.delete_many")
def test_files_are_deleted_one_or_several_and_never_all_by_an_empty_query(
    project: Project, images: Path
) -> None:
    project.upload_files([images / "turned.jpg"])
    assert project.files.filter(UploadedFile.name.contains("nothing")).delete() == 0
    assert project.files.count() == 3
    named(project, "turned.jpg").delete()
    assert project.files.filter(UploadedFile.name.contains("a.png")).delete() == 1
    [left] = project.files
    assert left.name.endswith("b_c.png")
    assert project.files.delete() == 1
    assert [task.file_upload for task in project.tasks] == [None, None, None]


def test_a_media_export_tells_that_a_file_is_gone(project: Project, tmp_path: Path) -> None:
    named(project, "a.png").delete()
    media = project.export("JSON", tmp_path / "out", media=True).media
    assert media is not None
    assert [missing.reason.partition(": ")[2] for missing in media.missing] == [
        "the server does not have this file any more: its upload was deleted or replaced."
    ]


# -- files of tasks --------------------------------------------------------------------------------


def test_the_file_of_a_task_is_fetched_once(project: Project, images: Path, cache: Path) -> None:
    task = project.tasks[0]
    with task.open("image") as file:
        assert file.read() == (images / "a.png").read_bytes()
    path = task.path("image")
    assert path.name.endswith("-a.png")
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    named(project, "a.png").delete()
    assert task.path("image") == path
    assert task.size("image") == (8, 6)
    with pytest.raises(NotFound):
        task.path("image", refresh=True)
    assert [each for each in cache.rglob("*") if each.is_file()] == [path]


def test_the_size_of_an_image_obeys_its_orientation(project: Project, images: Path) -> None:
    project.upload_files([images / "turned.jpg"])
    assert project.tasks[2].size("image") == (30, 40)  # stored as 40 × 30


def test_inline_files_and_lists_are_read(project: Project) -> None:
    upload = project.tasks[1].data["image"]
    task = project.tasks.create(image=["data:text/plain;base64,R29vZA==", upload])
    assert task.path("image", item=0).read_bytes() == b"Good"
    assert task.size("image", item=1) == (4, 2)
    with pytest.raises(InvalidInput, match="is a list of 2: name one, as item=0"):
        task.path("image")
    with pytest.raises(InvalidInput, match=r"item must be a position in .* a list of 2, not 2"):
        task.path("image", item=2)


def test_a_wrong_key_and_a_value_that_is_no_address_are_refused(project: Project) -> None:
    task = project.tasks[0]
    with pytest.raises(InvalidInput, match=r"has no 'imgae'\. Did you mean 'image'"):
        task.path("imgae")
    task.data = {"image": "/home/ann/cat.png", "text": "A cat.", "number": 7}
    with pytest.raises(InvalidInput, match="local path, which the server does not serve: upload"):
        task.open("image")
    with pytest.raises(InvalidInput, match=r"must be the URL of a file, not 'A cat\.'"):
        task.size("text")
    with pytest.raises(InvalidInput, match="must be the URL of a file, not 7"):
        task.size("number")


def test_limits_and_hosts_hold_for_the_files_of_tasks(ls: LabelStudio, project: Project) -> None:
    limited = ls.with_options(limits=Limits(file_bytes=10))
    with pytest.raises(LimitExceeded):
        limited.projects.get(project.id).tasks[0].path("image")
    task = project.tasks[0]
    task.data["image"] = "http://10.1.2.3/cat.png"
    with pytest.raises(HostNotAllowed):
        task.path("image")
