"""Uploads: each local file becomes one task of a real server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.cleaning import delete
from support.clock import tuned
from support.faults import FaultProxy, always, impatient, once, running_proxy

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import InvalidInput, Rejected
from label_studio_orm.server import LocalServer
from label_studio_orm.transfer.uploads import stored
from label_studio_orm.tuning import RetryPolicy

IMAGE = (
    '<View><Image name="i" value="$image"/>'
    '<Choices name="c" toName="i"><Choice value="Cat"/><Choice value="Dog"/></Choices></View>'
)
TWO = IMAGE.replace("<Choices", '<Text name="t" value="$caption"/><Choices', 1)
PNG = b"\x89PNG\r\n\x1a\n"
IMPORT = r"/import$"
NAMES = ["a.png", "two words.png", "ünï 日本.jpg", "cats/1.png", "dogs/1.png", "UPPER.PNG"]


def animal(value: str) -> list[dict[str, Any]]:
    region = {"from_name": "c", "to_name": "i", "type": "choices", "value": {"choices": [value]}}
    return [{"result": [region]}]


@pytest.fixture
def project(ls: LabelStudio) -> Iterator[Project]:
    project = ls.projects.create(title="Animals", label_config=IMAGE)
    yield project
    delete(project)


@pytest.fixture
def two(ls: LabelStudio) -> Iterator[Project]:
    project = ls.projects.create(title="Animals with captions", label_config=TWO)
    yield project
    delete(project)


@pytest.fixture
def proxy(local_server: LocalServer) -> Iterator[FaultProxy]:
    with running_proxy(local_server.url) as proxy:
        yield proxy


def touch(folder: Path, *names: str) -> list[Path]:
    """Make files, each with its name in it."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(PNG + name.encode())
    return [folder / name for name in names]


def uploads(project: Project) -> list[str]:
    """Return the names of all files that were uploaded to a project."""
    path = f"/api/projects/{project.id}/file-uploads"
    return [each["file"] for each in project.client.json("GET", path, params={"all": "true"})]


def contents(project: Project, field: str = "image") -> list[bytes]:
    """Return the bytes that the server has under the address in each task."""
    return [project.client.fetch(task.data[field]).content for task in project.tasks]


def whole(project: Project, names: list[str]) -> bool:
    """Tell whether each file has exactly one task, with the bytes of the file."""
    found = {task.meta["upload"]["file"]: task.data["image"] for task in project.tasks}
    there = {name: project.client.fetch(url).content for name, url in found.items()}
    return len(project.tasks) == len(names) and there == {
        name: PNG + name.encode() for name in names
    }


@pytest.mark.operations("files.download", "files.list")
def test_a_folder_becomes_tasks_and_a_rerun_sends_nothing(project: Project, tmp_path: Path) -> None:
    touch(tmp_path, *NAMES)
    touch(tmp_path, ".hidden.png", ".git/b.png")
    result = project.upload_files(tmp_path, progress=False)
    assert (result.created, result.skipped) == (len(NAMES), 0)
    assert list(result) == project.tasks.ids()
    assert whole(project, NAMES)
    again = project.upload_files(tmp_path, progress=False)
    assert (again.created, again.skipped) == (0, len(NAMES))
    assert len(uploads(project)) == len(NAMES)


def test_a_list_of_paths_keeps_its_order(project: Project, tmp_path: Path) -> None:
    project.upload_files(touch(tmp_path, "b.png", "a.png"), progress=False)
    assert contents(project) == [PNG + b"b.png", PNG + b"a.png"]


def test_a_changed_file_is_a_new_task(project: Project, tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "b.png")
    project.upload_files(tmp_path, progress=False)
    (tmp_path / "a.png").write_bytes(PNG + b"changed")
    again = project.upload_files(tmp_path, progress=False)
    assert (again.created, again.skipped) == (1, 1)
    assert contents(project) == [PNG + b"a.png", PNG + b"b.png", PNG + b"changed"]


def test_files_are_uploaded_with_data_and_annotations(project: Project, tmp_path: Path) -> None:
    touch(tmp_path, "cats/1.png", "dogs/1.png")
    result = project.upload_files(
        tmp_path,
        data=lambda path: {"folder": path.parent.name},
        annotations={"cats/1.png": animal("Cat"), "dogs/1.png": animal("Dog")},
        progress=False,
    )
    assert (result.created, result.annotations) == (2, 2)
    found = {
        task.data["folder"]: task.annotations[0].result[0]["value"]["choices"]
        for task in project.tasks
    }
    assert found == {"cats": ["Cat"], "dogs": ["Dog"]}


def test_files_are_uploaded_into_the_chosen_field(two: Project, tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "b.png")
    result = two.upload_files(
        tmp_path, field="image", data={"caption": "An animal."}, progress=False
    )
    assert result.created == 2
    assert {task.data["caption"] for task in two.tasks} == {"An animal."}
    assert contents(two) == [PNG + b"a.png", PNG + b"b.png"]
    assert len(uploads(two)) == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *(("a.txt", b"one\ntwo"), ("a.txt", "naïve".encode("latin-1")), ("a.txt", b"\n")),
        *(("a.csv", b"x,y\n1,2\n"), ("a.tsv", b"x\ty\n1\t2\n"), ("a.csv", b"x,y\n")),
        *(("a.json", b'{"a": 1}'), ("a.json", b"[1, 2]"), ("a.json", b"[]"), ("a.json", b"no")),
        *(("a.html", b"<b>bold</b>"), ("a.xml", b"<a/>"), ("a.pdf", b"%PDF-1.4")),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    ],
)
def test_a_file_is_one_task_whatever_its_contents(
    name: str, content: bytes, project: Project, tmp_path: Path
) -> None:
    """The server tries to read tasks from some kinds of files."""
    (tmp_path / name).write_bytes(content)
    assert project.upload_files(tmp_path, progress=False).created == 1
    assert contents(project) == [content]
    assert len(uploads(project)) == 1


def test_files_of_different_kinds_are_uploaded_together(project: Project, tmp_path: Path) -> None:
    files = {"a.csv": b"x,y\n1,2\n", "b.png": PNG, "c.txt": b"hello", "d.tsv": b"q\tr\n1\t2\n"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert project.upload_files(tmp_path, progress=False).created == len(files)
    assert contents(project) == list(files.values())
    assert len(uploads(project)) == len(files)


def test_refused_annotations_name_the_file_and_the_uploads_are_reused(
    project: Project, tmp_path: Path
) -> None:
    paths = touch(tmp_path, "a.png", "b.png")
    refused = [{"lead_time": 2.5}]  # by the server: an annotation has a result
    with pytest.raises(Rejected, match=str(paths[1])):
        project.upload_files(
            tmp_path, annotations={"b.png": refused}, validate=False, progress=False
        )
    assert len(project.tasks) == 0
    project.upload_files(tmp_path, annotations={"b.png": animal("Cat")}, progress=False)
    assert whole(project, ["a.png", "b.png"])
    assert len(uploads(project)) == 2


def test_a_deleted_task_is_created_again(project: Project, tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "b.png")
    project.upload_files(tmp_path, progress=False)
    project.tasks[0].delete()
    again = project.upload_files(tmp_path, progress=False)
    assert (again.created, again.skipped) == (1, 1)
    assert whole(project, ["a.png", "b.png"])


def test_many_files_are_uploaded_in_groups_and_keep_their_order(
    project: Project, tmp_path: Path
) -> None:
    names = [f"{number:03}.png" for number in range(120)]
    touch(tmp_path, *names)
    assert project.upload_files(tmp_path, progress=False).created == 120
    assert [task.meta["upload"]["file"] for task in project.tasks] == names
    assert whole(project, names)


def test_an_upload_with_a_long_name_is_reused(project: Project, tmp_path: Path) -> None:
    """The server truncates the name, and appends a suffix."""
    (path,) = touch(tmp_path, "n" * 150 + ".png")
    stored_only(project, path)
    assert project.upload_files(tmp_path, progress=False).created == 1
    assert len(uploads(project)) == 1


def stored_only(project: Project, path: Path) -> None:
    """Upload a file without creating a task."""
    with path.open("rb") as file:
        project.client.request(
            "POST",
            f"/api/projects/{project.id}/import",
            params={"commit_to_project": "false"},
            files={"file": (path.name, file)},
        )


# -- faults ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 2], ids=["upload", "tasks"])
@pytest.mark.parametrize("kind", ["cut before", "drop in", "cut after", "504 after", "503", "429"])
def test_each_file_becomes_one_task_after_a_lost_response(
    kind: str, number: int, project: Project, proxy: FaultProxy, tmp_path: Path
) -> None:
    """The first import request uploads the files, the second creates the tasks."""
    touch(tmp_path, *NAMES)
    proxy.faults = once(kind, "POST", IMPORT, nth=number)
    there = impatient(project.client, proxy.url).projects.get(project.id)
    assert there.upload_files(tmp_path, progress=False).created == len(NAMES)
    proxy.quiet()
    assert [kind for _, _, kind in proxy.log if kind] == [kind]
    assert whole(project, NAMES)
    assert len(uploads(project)) == len(NAMES)


@pytest.mark.parametrize("kind", ["cut after", "drop out", "503"])
def test_transient_errors_of_reads_are_retried_during_an_upload(
    kind: str, project: Project, proxy: FaultProxy, tmp_path: Path
) -> None:
    touch(tmp_path, *NAMES)
    for path in ("/file-uploads$", "/api/tasks/$"):
        for number in (1, 2):
            proxy.faults = once(kind, "GET", path, nth=number)
            there = impatient(project.client, proxy.url).projects.get(project.id)
            there.upload_files(tmp_path, progress=False)
    assert whole(project, NAMES)


def test_requests_that_are_too_large_for_a_gateway_are_halved(
    project: Project, proxy: FaultProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = stored.StoredFiles.post

    def refusing(self: Any, files: Any) -> Any:
        if len(files) > 2:
            raise Rejected("POST → 413: Request Entity Too Large", status=413)
        return sent(self, files)

    monkeypatch.setattr(stored.StoredFiles, "post", refusing)
    touch(tmp_path, *NAMES)
    assert project.upload_files(tmp_path, progress=False).created == len(NAMES)
    assert whole(project, NAMES)
    assert len(uploads(project)) == len(NAMES)


def test_an_unreachable_server_raises_an_error_and_a_rerun_resumes(
    project: Project,
    proxy: FaultProxy,
    tmp_path: Path,
) -> None:
    touch(tmp_path, *NAMES)
    there = impatient(project.client, proxy.url).projects.get(project.id)
    tuned(there.client, upload_retries=RetryPolicy(first_interval=0.01))
    proxy.faults = always("502", "POST", IMPORT)
    with pytest.raises(OSError, match="502"):
        there.upload_files(tmp_path, progress=False)
    proxy.faults = None
    there.upload_files(tmp_path, progress=False)
    assert whole(project, NAMES)
    assert len(uploads(project)) == len(NAMES)


KILLED = """
import sys
from label_studio_orm import LabelStudio
url, key, project, folder = sys.argv[1:]
LabelStudio(url, api_key=key).projects.get(int(project)).upload_files(folder, progress=False)
"""


@pytest.mark.parametrize("stored", [1, 60, 110])
def test_a_killed_upload_is_resumed(
    stored: int, project: Project, local_server: LocalServer, tmp_path: Path
) -> None:
    names = [f"{number:03}.png" for number in range(160)]
    touch(tmp_path, *names)
    arguments = [local_server.url, local_server.api_key, str(project.id), str(tmp_path)]
    process = subprocess.Popen([sys.executable, "-c", KILLED, *arguments])
    deadline = time.monotonic() + 60
    while len(uploads(project)) < stored and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    _settle(project)
    before = len(uploads(project))
    assert before >= stored
    result = project.upload_files(tmp_path, progress=False)
    assert result.created + result.skipped == 160
    assert whole(project, names)
    assert len(uploads(project)) == 160


def _settle(project: Project) -> None:
    """Wait until the server has finished the requests of the killed process."""
    seen = -1
    while seen != (seen := len(uploads(project)) + len(project.tasks)):
        time.sleep(1)


def test_the_meta_identifies_the_file(project: Project, tmp_path: Path) -> None:
    touch(tmp_path, "cats/1.png")
    project.upload_files(tmp_path, progress=False)
    (task,) = project.export()
    assert json.loads(json.dumps(task["meta"]))["upload"]["file"] == "cats/1.png"
    assert task["file_upload"].endswith("-1.png")


# -- files that change while they are sent ---------------------------------------------------------


@pytest.mark.parametrize("now", [b"", b"x", b"x" * 300_000])
def test_a_file_that_changes_during_the_upload_is_refused_and_a_rerun_resumes(
    now: bytes, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "a.png", "b.png")
    with monkeypatch.context() as patch:
        meanwhile(patch, lambda: (tmp_path / "b.png").write_bytes(now))
        with pytest.raises(InvalidInput, match=r"b\.png has changed while it was sent\.") as caught:
            project.upload_files(tmp_path, progress=False)
    assert "cannot be sent" not in str(caught.value)
    assert len(project.tasks) == 0
    touch(tmp_path, "b.png")
    project.upload_files(tmp_path, progress=False)
    assert whole(project, ["a.png", "b.png"])


def test_a_file_that_disappears_during_the_upload_is_named(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "a.png", "b.png")
    meanwhile(monkeypatch, (tmp_path / "b.png").unlink)
    with pytest.raises(InvalidInput, match=r"b\.png"):
        project.upload_files(tmp_path, progress=False)


def meanwhile(patch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """Do something between the scan of the files and the first byte that is sent."""

    class Changing(stored.Multipart):
        def __iter__(self) -> Iterator[bytes]:
            do()
            return super().__iter__()

    patch.setattr(stored, "Multipart", Changing)
