"""A server that means harm: it writes nowhere else."""

from __future__ import annotations

import json
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from support.exporting import ExportServer, ranged, task, zipped
from support.stub import Answer, Stub

from label_studio_orm import Project
from label_studio_orm.errors import LabelStudioError

pytestmark = pytest.mark.usefixtures("no_patience")


@pytest.fixture
def export_server(stub: Stub) -> ExportServer:
    return ExportServer(stub, [task(1, image="/data/upload/1/a.png")])


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def all_inside(out: Path, tmp_path: Path) -> bool:
    return all(name.startswith("a/b/out/") for name in files(tmp_path))


@pytest.mark.parametrize(
    "name",
    [
        "../../x.json",
        "/tmp/hostile-x.json",
        "..\\..\\x.json",
        "C:\\x.json",
        "C:x.json",
        "..",
        ".",
        "",
        "a\0b.json",
        "x" * 300 + ".json",
        "é" * 200 + ".json",
        "%2e%2e%2fx.json",
        "~/x.json",
        "a/",
    ],
)
def test_a_name_in_a_header_leads_nowhere_else(
    name: str, export_server: ExportServer, project: Project, out: Path, tmp_path: Path
) -> None:
    said = f'attachment; filename="{name}"'.encode().decode("latin-1")
    export_server.names = {"Content-Disposition": said}
    path = project.export("JSON", f"{out}/")
    assert path.parent == out
    assert all_inside(out, tmp_path)
    assert len(files(out)) == 1
    assert not Path("/tmp/hostile-x.json").exists()


@pytest.mark.parametrize(
    "header",
    [
        "attachment; filename=../../x.json",
        "attachment; filename*=UTF-8''..%2F..%2Fx.json",
        "attachment; filename=",
        'attachment; filename="',
        "filename=a; filename=../../b",
        ";;;",
    ],
)
def test_a_header_of_another_shape_leads_nowhere_else(
    header: str, export_server: ExportServer, project: Project, out: Path, tmp_path: Path
) -> None:
    export_server.names = {"Content-Disposition": header}
    assert project.export("JSON", f"{out}/").parent == out
    assert all_inside(out, tmp_path)


def test_a_name_in_a_header_does_not_count_where_one_was_given(
    export_server: ExportServer, project: Project, out: Path
) -> None:
    export_server.names = {"Content-Disposition": 'attachment; filename="x.exe"'}
    assert project.export("JSON", out / "v1.json") == out / "v1.json"
    assert files(out) == ["v1.json"]


@pytest.mark.parametrize(
    "member", ["../../x", "/tmp/hostile-x", "..\\..\\x", "C:\\x", "C:x", "a/../../x", "..", "."]
)
def test_an_archive_that_points_outside_is_not_unpacked(
    member: str, export_server: ExportServer, project: Project, out: Path, tmp_path: Path
) -> None:
    export_server.files["BRUSH_TO_PNG"] = zipped({"classes.txt": "Cat", member: "evil"})
    with pytest.raises(LabelStudioError):
        project.export("BRUSH_TO_PNG", out, media=True)
    assert files(tmp_path) == []
    assert not Path("/tmp/hostile-x").exists()
    assert export_server.kept == {}


def test_an_archive_with_a_link_in_it_makes_none(
    export_server: ExportServer, project: Project, out: Path, stub: Stub, tmp_path: Path
) -> None:
    link = zipfile.ZipInfo("images")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    path = tmp_path / "made.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("labels/a.txt", "0")
        archive.writestr(link, "/tmp")
    export_server.files["BRUSH_TO_PNG"] = path.read_bytes()
    path.unlink()
    stub.on("GET", "/data/upload/1/a.png", Answer(body=b"x"))
    with suppress(LabelStudioError):  # images is a file and no folder
        project.export("BRUSH_TO_PNG", out, media=True)
    assert not any(each.is_symlink() for each in out.rglob("*"))
    assert all_inside(out, tmp_path)
    assert not Path("/tmp/a.png").exists()


@pytest.mark.parametrize(
    "url",
    [
        "/data/upload/1/../../../../x.png",
        "/data/upload/..",
        "/data/local-files/?d=/etc/passwd",
        "/data/upload/1/..\\..\\x.png",
        "s3://bucket/../../x.png",
        "/data/upload/1/a\0.png",
        "/data/upload/1/" + "x" * 5000,
    ],
)
@pytest.mark.parametrize("format", ["JSON", "YOLO"])
def test_data_that_points_outside_is_written_inside(
    format: str,
    url: str,
    export_server: ExportServer,
    project: Project,
    stub: Stub,
    out: Path,
    tmp_path: Path,
) -> None:
    answer = stub.answer
    stub.answer = (  # type: ignore[method-assign]
        lambda r: answer(r) if r.path.startswith("/api/") else Answer(body=b"x")
    )
    export_server.content = json.dumps([task(1, image=url)]).encode()
    export_server.files["BRUSH_TO_PNG"] = zipped({"labels/a.txt": "0"})
    report = project.export(format, out, media=True).media
    assert report.fetched + len(report.missing) == 1
    assert all_inside(out, tmp_path)


@pytest.mark.parametrize("name", ["result_coco.json", "images", "images/a.png"])
def test_an_archive_of_another_shape_is_reported_in_our_words(
    name: str, export_server: ExportServer, project: Project, stub: Stub, out: Path, tmp_path: Path
) -> None:
    stub.on("GET", "/data/upload/1/a.png", Answer(body=b"x"))
    export_server.files["BRUSH_TO_COCO"] = zipped({name: "evil"})
    with pytest.raises(LabelStudioError):
        project.export("BRUSH_TO_COCO", out, media=True)
    assert all_inside(out, tmp_path)


@pytest.mark.parametrize("body", [b"[1]", b"[null]", b'["x"]', b'[{"id": 1}]', b'[{"data": 3}]'])
def test_invalid_tasks_are_reported_in_our_words(
    body: bytes, export_server: ExportServer, project: Project, out: Path
) -> None:
    export_server.content = body
    with pytest.raises(LabelStudioError):
        project.export("JSON", out, media=True)
    assert export_server.kept == {}


def test_a_wrong_content_length_ends_the_download(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    huge = {"Content-Length": str(10**15)}
    export_server.downloading[:] = [ranged(export_server.content, huge, cut=10**6)] * 99
    with pytest.raises(LabelStudioError):
        project.export("JSON", tmp_path / "v1.json")
    assert files(tmp_path) == []
