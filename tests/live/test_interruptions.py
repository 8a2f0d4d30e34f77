"""Ctrl-C during long operations: nothing temporary remains, and the error says how to continue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.cleaning import delete
from support.faults import FaultProxy, running_proxy
from support.truth import Truth, difference
from support.worker import rows
from support.working import working

from label_studio_orm import LabelStudio, Project
from label_studio_orm.server import LocalServer

IMAGES = (
    '<View><Image name="image" value="$image"/><Choices name="kind" toName="image">'
    '<Choice value="Cat"/><Choice value="Dog"/></Choices></View>'
)
IMPORT, EXPORTS = "/import$", r"/exports$"
SNAPSHOT, CONVERT, DOWNLOAD = r"/exports/\d+$", r"/exports/\d+/convert$", r"/download$"
VIEWS, VIEW, MEDIA = r"/dm/views/$", r"/dm/views/\d+/$", "^/data/upload/"
SOON = 3.0  # seconds in which a process ends after Ctrl-C, but for the server's cleaning up
MANY = 800  # rows, in chunks of 40: more than any server takes before the interrupt


@pytest.fixture(scope="module")
def proxy(local_server: LocalServer) -> Iterator[FaultProxy]:
    with running_proxy(local_server.url) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def photo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with files to upload."""
    folder = tmp_path_factory.mktemp("photos")
    for number in range(8):
        (folder / f"{number}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes([number]) * 20_000)
    return folder


@pytest.fixture(scope="module")
def labeled(local_server: LocalServer, photo_folder: Path) -> Iterator[Project]:
    """A project with something to export, and media."""
    project = local_server.client().projects.create(title="Cats", label_config=IMAGES)
    project.upload_files(photo_folder)
    result = [{"from_name": "kind", "to_name": "image", "type": "choices"}]
    for task in project.tasks:
        task.annotate([{**result[0], "value": {"choices": ["Cat"]}}])
    yield project
    delete(project)


@pytest.mark.parametrize("after", [0, 0.05])
@pytest.mark.parametrize(
    ("work", "method", "path", "nth"),
    [
        ("export", "GET", "/export/formats", 1),
        ("export", "POST", EXPORTS, 1),
        ("export", "GET", SNAPSHOT, 1),
        ("export", "GET", DOWNLOAD, 1),
        ("export", "DELETE", SNAPSHOT, 1),
        ("conversion", "POST", CONVERT, 1),
        ("conversion", "GET", DOWNLOAD, 1),
        ("export of ids", "POST", VIEWS, 1),
        ("export of ids", "POST", EXPORTS, 1),
        ("export of ids", "DELETE", SNAPSHOT, 1),
        ("export of ids", "DELETE", VIEW, 1),
        ("iter_export", "POST", VIEWS, 1),
        ("iter_export", "POST", EXPORTS, 1),
        ("iter_export", "GET", DOWNLOAD, 1),
        ("export with media", "POST", EXPORTS, 1),
        ("export with media", "GET", MEDIA, 3),
    ],
)
def test_an_interrupted_export_leaves_nothing_behind(
    work: str,
    method: str,
    path: str,
    nth: int,
    after: float,
    local_server: LocalServer,
    proxy: FaultProxy,
    labeled: Project,
    tmp_path: Path,
) -> None:
    proxy.log.clear()
    with working(local_server, proxy, work, labeled, tmp_path) as process:
        proxy.faults = process.interrupt_at(method, path, nth, after=after)
        process.begin()
        told = process.told()
    proxy.faults = None
    proxy.quiet()
    assert process.took - proxy.worked(process.stopped) < SOON
    assert [said for said in proxy.log if said[0] == method], "the moment never came"
    left = Truth(local_server).left_over(labeled.id)
    for made in (*labeled.exports, *labeled.views):
        made.delete()
    assert left == [] or "keep this process running" in told["said"], (left, told)
    assert [*tmp_path.rglob("*.part")] == []
    if told["ended"]:
        assert told["ended"] == "KeyboardInterrupt"
        if (tmp_path / "out.json").exists():
            assert len(json.loads((tmp_path / "out.json").read_text())) == 8
        if (method, path) != ("GET", "/export/formats"):
            assert "again" in told["said"], told


@pytest.mark.parametrize("after", [0.1, 0.6])
def test_an_unfinished_snapshot_is_deleted_after_an_interruption(
    after: float, local_server: LocalServer, proxy: FaultProxy, project: Project, tmp_path: Path
) -> None:
    project.import_tasks(rows(2_000))  # of which the server makes a snapshot for a second or two
    with working(local_server, proxy, "export", project, tmp_path) as process:
        proxy.faults = process.interrupt_at("POST", EXPORTS, after=after)
        process.begin()
        told = process.told()
    proxy.faults = None
    proxy.quiet()
    assert told["ended"] == "KeyboardInterrupt"
    left = Truth(local_server).left_over(project.id)
    assert left == [] or "keep this process running" in told["said"], (left, told)


@pytest.mark.parametrize("after", [0, 0.1])
@pytest.mark.parametrize("nth", [1, 3])
@pytest.mark.parametrize("work", ["import", "import with key"])
def test_an_interrupted_import_says_how_to_continue(
    work: str,
    nth: int,
    after: float,
    local_server: LocalServer,
    proxy: FaultProxy,
    project: Project,
    tmp_path: Path,
) -> None:
    with working(local_server, proxy, work, project, tmp_path, MANY) as process:
        proxy.faults = process.interrupt_at("POST", IMPORT, nth, after=after)
        process.begin()
        told = process.told()
    proxy.faults = None
    assert told["ended"] == "KeyboardInterrupt"
    assert "tasks were imported before that" in told["said"]
    if work == "import with key":
        assert "Call it again as it is" in told["said"]
        project.import_tasks(rows(MANY), key="n")
        proxy.quiet()
        found = Truth(local_server).tasks(project.id)
        assert difference(found.values(), rows(MANY)) == ""
    else:
        assert "of the source are done" in told["said"]


@pytest.mark.parametrize("after", [0, 0.05])
@pytest.mark.parametrize("nth", [1, 2, 5, 8])  # uploads and imports take turns
def test_an_interrupted_upload_is_resumed(
    nth: int,
    after: float,
    local_server: LocalServer,
    proxy: FaultProxy,
    photo_folder: Path,
    ls: LabelStudio,
) -> None:
    project = ls.projects.create(title="Cats", label_config=IMAGES)
    with working(local_server, proxy, "upload", project, photo_folder) as process:
        proxy.faults = process.interrupt_at("POST", IMPORT, nth, after=after)
        process.begin()
        told = process.told()
    proxy.faults = None
    proxy.quiet()
    project.upload_files(photo_folder)
    assert len(project.tasks) == len(Truth(local_server).uploads(project.id)) == 8
    if told["ended"]:  # else it was through already
        assert told["ended"] == "KeyboardInterrupt"
        assert "again" in told["said"]
    delete(project)
