"""A server names files: nothing of the user's is written over, nothing lands where tools run it."""

from __future__ import annotations

import json
import stat
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from support.exporting import ExportServer, ranged, task, zipped
from support.homes import PRECIOUS, state
from support.stub import Answer, Stub

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import IncompleteResult, InvalidInput, LabelStudioError, LimitExceeded
from label_studio_orm.limits import Limits
from label_studio_orm.transfer.exports.archives import unpack
from label_studio_orm.transfer.exports.manifest import NAME as MANIFEST

pytestmark = pytest.mark.usefixtures("no_patience")

PICTURE = "/data/upload/1/a.png"


@pytest.fixture
def export_server(stub: Stub) -> ExportServer:
    stub.on("GET", PICTURE, Answer(body=b"picture"))
    return ExportServer(stub, [task(1, image=PICTURE)])


def named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


# -- names in headers ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*PRECIOUS, "CON", "nul.json", "run.sh ", "conftest.py.", "-rf"])
@pytest.mark.parametrize("format", ["JSON", "CSV", "BRUSH_TO_PNG"])
def test_a_name_in_a_header_takes_the_place_of_no_file(
    format: str, name: str, export_server: ExportServer, project: Project, home: Path
) -> None:
    export_server.names, export_server.files = (
        named(name),
        {"CSV": b"id\n1\n", "BRUSH_TO_PNG": b"PK"},
    )
    before = state(home)
    path = project.export(format, f"{home}/")
    after = state(home)
    assert {each: after[each] for each in before} == before
    assert path.parent == home
    assert path.suffix in {".json", ".csv", ".zip", ".txt"}
    assert not path.name.startswith((".", "-"))
    assert path.stem.lower() not in {"con", "nul"}
    assert stat.S_IMODE(path.stat().st_mode) & 0o111 == 0


def test_an_export_of_the_same_content_and_name_is_not_kept_twice(
    export_server: ExportServer, project: Project, home: Path
) -> None:
    export_server.names = named("project-1.json")
    first = project.export("JSON", f"{home}/")
    assert project.export("JSON", f"{home}/") == first
    export_server.content = b"[]"
    assert project.export("JSON", f"{home}/") == home / "project-1-2.json"
    assert json.loads(first.read_bytes()) != []


def test_an_export_without_snapshots_takes_the_place_of_no_file_either(
    export_server: ExportServer, project: Project, stub: Stub, home: Path
) -> None:
    (home / "project-1.json").write_text("mine")
    export_server.making[:] = [lambda request: Answer({"detail": "No."}, status=403)]
    stub.on("GET", "/api/tasks/", {"tasks": [], "total": 0})
    assert project.export("JSON", f"{home}/") == home / "project-1-2.json"
    assert (home / "project-1.json").read_text() == "mine"


def test_a_path_that_the_user_spells_out_may_be_written_over_but_is_never_executable(
    export_server: ExportServer, project: Project, home: Path
) -> None:
    path = home / "run.json"
    path.write_text("old")
    path.chmod(0o4710)
    assert project.export("JSON", path) == path
    assert path.read_bytes() == export_server.content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


# -- names in archives -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", [each for each in PRECIOUS if each != "package.json"])
def test_members_of_an_archive_take_the_place_of_no_file(
    name: str, export_server: ExportServer, project: Project, home: Path
) -> None:
    export_server.files["BRUSH_TO_PNG"] = zipped({"labels/a.txt": "0", name: "evil"})
    (home / "images/logo.txt").unlink()
    before = state(home)
    try:
        project.export("BRUSH_TO_PNG", home, media=True)
    except LabelStudioError:
        assert state(home) == before
    after = state(home)
    assert {each: after[each] for each in before} == before
    assert export_server.kept == {}


def test_a_member_over_a_file_of_the_user_is_refused(
    export_server: ExportServer, project: Project, home: Path
) -> None:
    export_server.files["BRUSH_TO_PNG"] = zipped({"package.json": "evil"})
    before = state(home)
    with pytest.raises(InvalidInput, match=r"holds package\.json, which no earlier export wrote"):
        project.export("BRUSH_TO_PNG", home, media=True)
    assert state(home) == before


ODD: Mapping[str, str] = {
    ".hidden/x.png": "hidden/x.png",
    "a/.git/x.png": "a/git/x.png",
    "aux.png": "_aux.png",
    "a/COM1.tar.png": "a/_COM1.tar.png",
    "task-1-tag-a:b?.png": "task-1-tag-ab.png",
    "dots. /x.png": "dots/x.png",
    "\u202egnp.exe.png": "gnp.exe.png",
    "-rf.png": "rf.png",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_names_in_an_archive_become_plain_ones(
    name: str, export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    export_server.files["BRUSH_TO_PNG"] = zipped({name: "0"})
    project.export("BRUSH_TO_PNG", tmp_path / "out", media=True)
    assert ODD[name] in state(tmp_path / "out")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_of_names_that_are_equal_somewhere_are_all_kept(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    names = ("Cat.png", "cat.png", "CAT.png", "é.png", "e\u0301.png")
    export_server.files["BRUSH_TO_PNG"] = zipped({name: str(n) for n, name in enumerate(names)})
    project.export("BRUSH_TO_PNG", tmp_path / "out", media=True)
    found = {
        content for name, (content, _) in state(tmp_path / "out").items() if "media" not in name
    }
    assert found >= {b"0", b"1", b"2", b"3", b"4"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_thousands_of_members_of_one_name_take_linear_time(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for _ in range(8000):
            archive.writestr("a.png", "")
        archive.writestr("../x.png", "")  # so that nothing is written
    began = time.process_time()
    with pytest.raises(IncompleteResult, match="points outside"):
        unpack(tmp_path / "x.zip", tmp_path / "out")
    assert time.process_time() - began < 5  # quadratic, it was minutes


@pytest.mark.parametrize(
    "name", ["a/" * 1900 + "x.png", "a/" * 30_000 + "x.png", f"{'x' * 200}/" * 6 + "x.png"]
)
def test_a_member_whose_path_is_too_long_is_refused(
    name: str, export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    export_server.files["BRUSH_TO_PNG"] = zipped({name: "0"})
    with pytest.raises(IncompleteResult, match="whose path is too long") as caught:
        project.export("BRUSH_TO_PNG", tmp_path / "out", media=True)
    assert len(str(caught.value)) < 500
    assert state(tmp_path) == {}


def test_an_archive_larger_than_the_limit_is_refused(
    export_server: ExportServer, stub: Stub, ls: LabelStudio, tmp_path: Path
) -> None:
    export_server.files["BRUSH_TO_PNG"] = zipped(
        {"a.png": "0" * 5000}, compression=zipfile.ZIP_DEFLATED
    )
    small = ls.with_options(limits=Limits(export_bytes=4999))
    with pytest.raises(LimitExceeded, match=r"5,000 bytes unpacked.*Limits\(export_bytes=5000\)"):
        small.projects.get(1).export("BRUSH_TO_PNG", tmp_path / "out", media=True)
    assert state(tmp_path) == {}


def test_the_mode_of_a_member_does_not_count(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    export_server.files["BRUSH_TO_PNG"] = zipped({"a.png": "0"}, mode=0o106777)
    project.export("BRUSH_TO_PNG", tmp_path / "out", media=True)
    plain = tmp_path / "plain"
    plain.touch()
    assert (tmp_path / "out/a.png").stat().st_mode == plain.stat().st_mode


# -- names in task data ----------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["JSON", "YOLO", "COCO", "VOC"])
@pytest.mark.parametrize("last", [".bashrc", ".git", "..", "CON", "a\u202eb.png", "x."])
def test_names_in_task_data_have_no_leading_dot(
    last: str,
    format: str,
    export_server: ExportServer,
    project: Project,
    stub: Stub,
    tmp_path: Path,
) -> None:
    url = f"/data/upload/1/{last}"
    answer = stub.answer
    stub.answer = (  # type: ignore[method-assign]
        lambda r: answer(r) if r.path.startswith("/api/") else Answer(body=b"x")
    )
    export_server.content = json.dumps([task(1, image=url)]).encode()
    project.export(format, tmp_path / "out", media=True)
    names = [name for name in state(tmp_path) if not name.endswith(MANIFEST)]
    parts = [part for name in names for part in name.split("/")]
    assert not any(part.startswith(".") or part.endswith(".") for part in parts)
    assert not any(part.upper().partition(".")[0] == "CON" for part in parts)
    assert all(name.startswith("out/") for name in names)


@pytest.mark.parametrize("id", ["../../../evil", "x", None, {"a": 1}, [1], 1.5, True])
def test_the_id_of_a_task_leads_nowhere(
    id: object, export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    tasks = [{**task(1, image=PICTURE), "id": id}, task(2, image=PICTURE)]
    export_server.content = json.dumps(tasks).encode()
    with pytest.raises(LabelStudioError):
        project.export("YOLO", tmp_path / "a/b/c/out", media=True)
    assert state(tmp_path) == {}


def test_a_damaged_download_of_a_hostile_name_leaves_nothing(
    export_server: ExportServer, project: Project, home: Path
) -> None:
    before = state(home)
    export_server.downloading[:] = [ranged(b"[1]", named("conftest.py"))] * 9
    with pytest.raises(IncompleteResult):
        project.export("JSON", f"{home}/")
    assert state(home) == before
