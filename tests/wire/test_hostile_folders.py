"""Links and manifests that somebody else has put into the folder of an export."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support.exporting import ExportServer, task
from support.homes import state
from support.stub import Answer, Request, Stub

from label_studio_orm import Project
from label_studio_orm.errors import InvalidInput
from label_studio_orm.transfer import files as transfer_files
from label_studio_orm.transfer.exports.manifest import NAME as MANIFEST
from label_studio_orm.transfer.files import BY_FOLDER

pytestmark = pytest.mark.usefixtures("no_patience")

PICTURE = "/data/upload/1/a.png"

needs_other_users = pytest.mark.skipif(
    getattr(os, "geteuid", lambda: 1)() != 0, reason="only root can make files of other users"
)
SOMEBODY_ELSE = 65534


@pytest.fixture
def export_server(stub: Stub) -> ExportServer:
    stub.on("GET", PICTURE, Answer(body=b"picture"))
    return ExportServer(stub, [task(1, image=PICTURE)])


# -- links in the folder ---------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["JSON", "YOLO"])
@pytest.mark.parametrize("there", [True, False], ids=["to a folder", "dangling"])
@pytest.mark.parametrize("name", ["images", "labels", "media"])
def test_a_folder_that_is_a_link_is_a_reason_to_refuse(
    name: str,
    there: bool,
    format: str,
    export_server: ExportServer,
    project: Project,
    tmp_path: Path,
) -> None:
    out, precious = tmp_path / "out", tmp_path / "precious"
    out.mkdir()
    if there:
        precious.mkdir()
    (out / name).symlink_to(precious)
    used = (name == "media") == (format == "JSON")
    if used:
        with pytest.raises(InvalidInput, match="is a link"):
            project.export(format, out, media=True)
        assert state(tmp_path) == {}
    else:
        project.export(format, out, media=True)
    assert precious.exists() == there
    assert not there or not [*precious.iterdir()]


@pytest.mark.parametrize("name", ["tasks.json", "media.json", "media/x.png", MANIFEST])
def test_a_file_that_is_a_link_is_not_written_through(
    name: str, export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    out, precious = tmp_path / "out", tmp_path / "precious"
    precious.write_text("mine")
    (out / name).parent.mkdir(parents=True)
    (out / name).symlink_to(precious)
    if name == MANIFEST:
        project.export("JSON", out, media=True)
    else:
        with pytest.raises(InvalidInput, match=f"holds {name}, which no earlier export wrote"):
            project.export("JSON", out, media=True)
    assert precious.read_text() == "mine"


def test_a_file_of_an_export_that_became_a_link_is_replaced(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    out, precious = tmp_path / "out", tmp_path / "precious"
    precious.write_text("mine")
    project.export("JSON", out, media=True)
    (media,) = (out / "media").iterdir()
    for path in (media, out / "media.json"):
        content = path.read_bytes()
        path.unlink()
        path.symlink_to(tmp_path / "same")
        (tmp_path / "same").write_bytes(content)
    project.export("JSON", out, media=True)
    assert not media.is_symlink()
    assert media.read_bytes() == b"picture"
    assert not (out / "media.json").is_symlink()


def test_the_folder_itself_may_be_a_link(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk")
    project.export("JSON", tmp_path / "out", media=True)
    assert "disk/tasks.json" in state(tmp_path)


def test_a_link_of_the_user_is_followed_where_it_is_the_path(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    (tmp_path / "newest.json").symlink_to(tmp_path / "v7.json")
    project.export("JSON", tmp_path / "newest.json")
    assert (tmp_path / "v7.json").read_bytes() == export_server.content
    assert (tmp_path / "newest.json").is_symlink()


@needs_other_users
def test_a_link_of_another_user_is_not_followed(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    link, precious = tmp_path / "v1.json", tmp_path / "precious"
    precious.write_text("mine")
    link.symlink_to(precious)
    os.lchown(link, SOMEBODY_ELSE, SOMEBODY_ELSE)
    with pytest.raises(InvalidInput, match="it is a link of another user"):
        project.export("JSON", link)
    assert precious.read_text() == "mine"


@needs_other_users
def test_the_mode_of_a_file_of_another_user_does_not_count(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "v1.json"
    path.touch()
    os.chown(path, SOMEBODY_ELSE, SOMEBODY_ELSE)
    path.chmod(0o666)
    project.export("JSON", path)
    assert path.stat().st_mode & 0o022 == 0
    assert path.stat().st_uid == 0


@needs_other_users
@pytest.mark.parametrize("options", [{}, {"media": True}], ids=["a file in it", "the folder"])
def test_a_folder_that_is_a_link_of_another_user_is_not_followed(
    options: Mapping[str, bool], export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    link, precious = tmp_path / "out", tmp_path / "precious"
    precious.mkdir()
    link.symlink_to(precious)
    os.lchown(link, SOMEBODY_ELSE, SOMEBODY_ELSE)
    with pytest.raises(InvalidInput, match="it is a link of another user"):
        project.export("JSON", link, **options)
    assert not [*precious.iterdir()]


@needs_other_users
def test_a_link_of_the_user_to_a_link_of_another_user_is_not_followed(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    link, theirs, precious = tmp_path / "v1.json", tmp_path / "theirs", tmp_path / "precious"
    precious.write_text("mine")
    link.symlink_to(theirs)
    theirs.symlink_to(precious)
    os.lchown(theirs, SOMEBODY_ELSE, SOMEBODY_ELSE)
    with pytest.raises(InvalidInput, match="it is a link of another user"):
        project.export("JSON", link)
    assert precious.read_text() == "mine"


def test_circular_links_are_refused(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    (tmp_path / "a.json").symlink_to(tmp_path / "b.json")
    (tmp_path / "b.json").symlink_to(tmp_path / "a.json")
    with pytest.raises(InvalidInput, match="it is a link that leads to itself"):
        project.export("JSON", tmp_path / "a.json")


@pytest.mark.skipif(not BY_FOLDER, reason="this system opens no files by their folder")
def test_a_folder_that_becomes_a_link_while_files_come_is_not_followed(
    export_server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    media, precious = tmp_path / "out/media", tmp_path / "precious"
    precious.mkdir()

    def exchange(request: Request) -> Answer:
        media.rename(tmp_path / "moved")
        media.symlink_to(precious)
        return Answer(body=b"picture")

    stub.on("GET", PICTURE, exchange)
    project.export("JSON", tmp_path / "out", media=True)
    assert not [*precious.iterdir()]
    assert [path.read_bytes() for path in (tmp_path / "moved").iterdir()] == [b"picture"]


@pytest.mark.skipif(not BY_FOLDER, reason="this system opens no files by their folder")
def test_a_link_that_is_planted_between_check_and_opening_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "precious").mkdir()
    (tmp_path / "out/labels").symlink_to(tmp_path / "precious")
    monkeypatch.setattr(transfer_files, "check_no_links", lambda folder, path: None)
    place = tmp_path / "out/labels/1.txt"
    with (
        pytest.raises(InvalidInput, match="Cannot write to"),
        transfer_files.target(place, within=tmp_path / "out"),
    ):
        pass
    (tmp_path / "precious/1.txt").write_text("mine")
    transfer_files.remove(tmp_path / "out", "labels/1.txt")
    assert state(tmp_path / "precious").keys() == {"1.txt"}
    (tmp_path / "out/1.txt").symlink_to(tmp_path / "precious/1.txt")
    with pytest.raises(OSError, match="symbolic links"):
        transfer_files.open_itself(tmp_path / "out/1.txt")


# -- planted manifests -----------------------------------------------------------------------------


def planted(out: Path, server: str, files: Mapping[str, str], media: Mapping[str, str]) -> Path:
    kept = {"server": server, "project": 1, "format": "JSON", "files": files, "media": media}
    out.mkdir(exist_ok=True)
    (out / MANIFEST).write_text(json.dumps(kept))
    return out / MANIFEST


@pytest.mark.parametrize("part", ["files", "media"])
@pytest.mark.parametrize(
    "path",
    [
        "conftest.py",
        ".bashrc",
        ".git/config",
        "run.sh",
        "../x.json",
        "/x.json",
        "C:\\x.json",
        "src",
    ],
)
def test_a_planted_manifest_removes_no_file(
    path: str, part: str, export_server: ExportServer, project: Project, stub: Stub, home: Path
) -> None:
    (home / "src").mkdir()
    before = state(home.parent)
    planted(home, stub.url, **{"files": {}, "media": {}, part: {path: ""}})
    project.export("JSON", home, media=True)
    after = state(home.parent)
    assert {each: after[each] for each in before} == before
    assert (home / "src").is_dir() or path == "src"


def test_a_planted_manifest_does_not_lead_through_a_link(
    export_server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    precious = tmp_path / "precious" / "x.json"
    precious.parent.mkdir()
    precious.write_text("mine")
    out = tmp_path / "out"
    planted(out, stub.url, {"sub/x.json": ""}, {})
    (out / "sub").symlink_to(precious.parent)
    with pytest.raises(InvalidInput, match="is a link"):
        project.export("JSON", out, media=True)
    assert precious.read_text() == "mine"


@needs_other_users
def test_a_manifest_of_another_user_is_not_believed(
    export_server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    path = planted(out, stub.url, {"data.json": ""}, {})
    os.chown(path, SOMEBODY_ELSE, SOMEBODY_ELSE)
    (out / "data.json").write_text("mine")
    with pytest.raises(InvalidInput, match="belongs to another user"):
        project.export("JSON", out, media=True)
    assert (out / "data.json").read_text() == "mine"


@pytest.mark.parametrize("kind", ["pipe", "folder", "part"])
def test_a_special_file_in_place_of_a_file_neither_hangs_nor_harms(
    kind: str, export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    if kind == "pipe":
        os.mkfifo(out / MANIFEST)
    else:
        (out / (MANIFEST if kind == "folder" else ".0123456789abcdef.part")).mkdir()
    if kind == "folder":
        with pytest.raises(InvalidInput, match="Cannot write"):
            project.export("JSON", out, media=True)
    else:
        project.export("JSON", out, media=True)
        assert (out / "tasks.json").exists()


@pytest.mark.parametrize(
    "files",
    [
        {"tasks.txt/x.json": ""},
        {"a/" * 900 + "x.json": ""},
        {f"{'x' * 240}/" * 20 + "x.json": "1"},
        {"\ud800.json": ""},
        [["a.json", {}]],
        "abc",
        None,
    ],
    ids=["below a file", "deep", "long", "half a character", "a list", "a text", "nothing"],
)
def test_a_planted_manifest_of_another_shape_is_no_bare_error(
    files: Any, export_server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    planted(out, stub.url, files, {})
    (out / "tasks.txt").write_text("mine")
    project.export("JSON", out, media=True)
    assert (out / "tasks.txt").read_text() == "mine"
    assert (out / "tasks.json").read_bytes() == export_server.content
