"""Uploaded files: which requests are sent for them, and that nobody else's are deleted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Project, Task, UploadedFile
from label_studio_orm.errors import IncompleteResult, InvalidInput, NotFound, UnknownName

LIST, DELETE = "GET /api/projects/7/file-uploads", "DELETE /api/projects/7/file-uploads"
ONE = "GET /api/import/file-upload/1"


def row(id: int, name: str, project: int = 7) -> dict[str, Any]:
    return {"id": id, "file": f"upload/{project}/1f2e3d4c-{name}", "size": 9}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient(Project, Task, UploadedFile)
    client.answers[LIST] = lambda options: [row(2, "b c.png"), row(1, "a.png")]
    client.answers[ONE] = row(1, "a.png")
    client.answers[DELETE] = lambda options: {"deleted": len(options["json"]["file_upload_ids"])}
    return client


@pytest.fixture
def project(client: FakeClient) -> Project:
    return Project(7, client=client)


def test_all_own_files_are_listed_in_the_order_of_their_ids(
    project: Project, client: FakeClient
) -> None:
    asked = []
    client.answers[LIST] = lambda options: asked.append(options["params"]) or [row(2, "b c.png")]
    [file] = project.files
    assert asked == [{"all": "true"}]
    assert (file.name, file.size) == ("1f2e3d4c-b c.png", 9)
    assert file.url == "/data/upload/7/1f2e3d4c-b%20c.png"
    assert file.project == project
    assert repr(file) == "<UploadedFile 2 '1f2e3d4c-b c.png'>"
    assert client.said == [LIST]


def test_files_are_found_by_name(project: Project) -> None:
    assert project.files.filter(UploadedFile.name.contains("b c")).ids() == [2]
    assert project.files.get(name="1f2e3d4c-a.png").id == 1


def test_several_files_are_deleted_in_one_request(project: Project, client: FakeClient) -> None:
    assert project.files.delete() == 2
    assert client.calls[-1] == (DELETE, {"file_upload_ids": [1, 2]})
    assert client.changed == [DELETE]


def test_an_interruption_tells_how_many_files_were_deleted_before_it(
    project: Project, client: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("label_studio_orm.records.file.FILES_PER_REQUEST", 1)

    def answer(options: Any) -> Any:
        if options["json"]["file_upload_ids"] == [2]:
            raise KeyboardInterrupt
        return {"deleted": 1}

    client.answers[DELETE] = answer
    with pytest.raises(KeyboardInterrupt, match="1 of the 2 files were deleted") as e:
        project.files.delete()
    assert "_render_traceback_" in vars(e.value)


def test_a_query_that_finds_nothing_sends_no_deletion(project: Project, client: FakeClient) -> None:
    assert project.files.filter(name="other").delete() == 0
    assert project.files.limit(0).delete() == 0
    client.answers[LIST] = []
    assert project.files.delete() == 0
    assert client.changed == []


def test_more_deletions_than_files_are_an_error(project: Project, client: FakeClient) -> None:
    client.answers[DELETE] = {"deleted": 40}  # without its body, the request means all files
    with pytest.raises(IncompleteResult, match=r"1 files were to be deleted, and .* deleted 40"):
        project.files.limit(1).delete()


def test_a_file_of_another_project_is_neither_read_nor_deleted(
    project: Project, client: FakeClient
) -> None:
    client.answers[ONE] = row(1, "a.png", project=8)
    for use in (lambda file: file.name, lambda file: file.delete()):
        with pytest.raises(NotFound, match="belongs to project 8, not 7"):
            use(project.files.get(1))
    assert client.changed == []


def test_an_older_server_sends_no_size(project: Project, client: FakeClient) -> None:
    client.answers[ONE] = {"id": 1, "file": "upload/7/1f2e3d4c-a.png"}
    assert project.files.get(1).size is None


def test_the_tasks_of_a_file_are_those_with_its_whole_path(project: Project) -> None:
    assert "upload/7/1f2e3d4c-a.png" in repr(project.files[0].tasks)


def test_only_a_file_that_the_server_takes_can_replace_one(
    project: Project, client: FakeClient, tmp_path: Path
) -> None:
    file = project.files.get(1)
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "run.exe").write_bytes(b"x")
    for path, problem in (
        (tmp_path / "nothing.png", "There is no file"),
        (tmp_path / "run.exe", "the server takes files of"),
        (tmp_path, "path must be a file, not a folder"),
    ):
        with pytest.raises(InvalidInput, match=problem):
            file.replace(path)
    assert client.changed == []


@pytest.mark.parametrize("path", [None, 7, b"a.png", ["a.png"], True])
def test_what_is_no_path_is_refused(path: Any, project: Project, client: FakeClient) -> None:
    file = project.files.get(1)
    for verb in (file.download, file.replace):
        with pytest.raises(InvalidInput, match="path must be a path such as"):
            verb(path)
    assert client.changed == []


def test_files_say_how_they_are_added_and_what_cannot_be_set(
    project: Project, client: FakeClient
) -> None:
    with pytest.raises(UnknownName, match=r"To upload files: project\.upload_files"):
        project.files.create("a.png")  # type: ignore[attr-defined]
    with pytest.raises(UnknownName, match=r"UploadedFile\.name is read-only: the server sets it"):
        project.files.update(name="b.png")
    assert client.calls == []
