"""Exports with media files, over a real socket."""

from __future__ import annotations

import hashlib
import json
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.exporting import (
    HALF,
    ExportServer,
    assert_resumed,
    export_files,
    lose,
    no_snapshots,
    ranged,
    task,
    wait_for,
)
from support.stub import Answer, Request, Stub, running_stub
from support.texts import LEGACY_KEY

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import (
    ConnectionFailed,
    InvalidInput,
)

PICTURE = bytes(range(256)) * 1600


@pytest.fixture
def elsewhere() -> Iterator[Stub]:
    with running_stub() as elsewhere:
        yield elsewhere


def with_media(server: ExportServer, *urls: str) -> None:
    server.content = json.dumps(
        [task(number, image=url) for number, url in enumerate(urls, 1)]
    ).encode()


def keys(stub: Stub) -> set[str | None]:
    return {request.headers.get("Authorization") for request in stub.requests}


def test_media_come_from_the_server_with_the_key_and_from_elsewhere_without(
    export_server: ExportServer, project: Project, stub: Stub, elsewhere: Stub, tmp_path: Path
) -> None:
    urls = ["/data/upload/1/a é.png", f"{elsewhere.url}/b.png", "s3://bucket/c.png"]
    with_media(export_server, *urls)
    stub.on("GET", "/data/upload/1/a%20%C3%A9.png", Answer(body=b"a"))
    elsewhere.on("GET", "/b.png", Answer(body=b"b"))
    to = Answer(status=303, headers={"Location": f"{elsewhere.url}/signed?key=1"})
    stub.on("GET", "/tasks/3/presign/", to)
    elsewhere.on("GET", "/signed", Answer(body=b"c"))
    result = project.export("JSON", tmp_path / "out", media=True)
    assert (result.media.fetched, result.media.kept, result.media.missing) == (3, 0, ())
    named = json.loads((result / "media.json").read_bytes())
    assert [(result / named[url]).read_bytes() for url in urls] == [b"a", b"b", b"c"]
    assert json.loads((result / "tasks.json").read_bytes()) == json.loads(export_server.content)
    assert len(export_files(result)) == 5
    assert keys(stub) == {f"Token {LEGACY_KEY}"}
    assert keys(elsewhere) == {None}
    assert export_server.is_clean


def test_a_redirect_to_another_host_and_back_takes_the_key_to_neither(
    export_server: ExportServer, project: Project, stub: Stub, elsewhere: Stub, tmp_path: Path
) -> None:
    with_media(export_server, "/data/upload/1/a.png")
    there = Answer(status=302, headers={"Location": f"{elsewhere.url}/a"})
    stub.on("GET", "/data/upload/1/a.png", there)
    elsewhere.on("GET", "/a", Answer(status=302, headers={"Location": f"{stub.url}/b"}))
    stub.on("GET", "/b", Answer(body=b"a"))
    assert project.export("JSON", tmp_path, media=True).media.fetched == 1
    assert keys(elsewhere) == {None}
    assert [r.headers.get("Authorization") for r in stub.requests if r.path == "/b"] == [None]


def test_yolo_finds_its_images(
    export_server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    with_media(export_server, "/data/upload/1/0f-a.png", "/data/upload/1/0f-b.png")
    for name in "ab":
        stub.on("GET", f"/data/upload/1/0f-{name}.png", Answer(body=name.encode()))
    result = project.export("YOLO", tmp_path, media=True)
    assert export_files(result) == [
        "classes.txt",
        "images/0f-a.png",
        "images/0f-b.png",
        "labels/0f-a.txt",
        "labels/0f-b.txt",
        "media.json",
        "notes.json",
    ]


def test_missing_files_are_reported_and_fetched_the_next_time(
    export_server: ExportServer, project: Project, stub: Stub, elsewhere: Stub, tmp_path: Path
) -> None:
    urls = [f"/data/upload/1/{name}.png" for name in "abc"] + [f"{elsewhere.url}/d.png"]
    with_media(export_server, *urls)
    stub.on("GET", "/data/upload/1/a.png", Answer(body=b"a"))
    stub.on("GET", "/data/upload/1/b.png", Answer({"detail": "not yours"}, status=403))
    elsewhere.on("GET", "/d.png", Answer({}, status=503))
    stub.on("GET", "/data/upload/1/c.png", lose)
    report = project.export("JSON", tmp_path, media=True).media
    assert (report.fetched, report.kept) == (1, 0)
    said = {(each.task, each.url): each.reason for each in report.missing}
    assert list(said) == [(2, urls[1]), (3, urls[2]), (4, urls[3])]
    for reason, part in zip(said.values(), ["403: not yours", "Lost http", "503"], strict=True):
        assert part in reason
    assert repr(report) == "<MediaReport: 1 fetched, 0 kept, 3 missing>"
    assert len(export_files(tmp_path / "media")) == 1
    for name in "bc":
        stub.on("GET", f"/data/upload/1/{name}.png", Answer(body=b"x"))
    again = project.export("JSON", tmp_path, media=True).media
    assert (again.fetched, again.kept, len(again.missing)) == (2, 1, 1)
    assert stub.said.count("GET /data/upload/1/a.png") == 1


def test_a_file_that_several_tasks_share_is_fetched_once(
    export_server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    with_media(export_server, *["/data/upload/1/a.png"] * 5)
    stub.on("GET", "/data/upload/1/a.png", Answer(body=b"a"))
    report = project.export("JSON", tmp_path, media=True).media
    assert (report.fetched, report.kept) == (1, 0)
    assert stub.said.count("GET /data/upload/1/a.png") == 1


def test_missing_names_the_task_whose_picture_it_is(
    export_server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    with_media(export_server, "/data/upload/1/a.png", "/data/upload/2/a.png")
    stub.on("GET", "/data/upload/1/a.png", Answer(body=b"a"))
    result = project.export("YOLO", tmp_path, media=True)
    assert result.media.fetched == 1
    (missing,) = result.media.missing
    assert (missing.task, missing.url) == (2, "/data/upload/2/a.png")
    assert "404" in missing.reason
    assert len([*(tmp_path / "labels").iterdir()]) == 2


def test_one_picture_of_two_tasks_is_fetched_once_and_there_for_each(
    export_server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    with_media(export_server, *["/data/upload/1/a.png"] * 2)
    stub.on("GET", "/data/upload/1/a.png", Answer(body=b"a"))
    for fetched, kept in ((1, 0), (0, 1)):
        result = project.export("YOLO", tmp_path, media=True)
        assert (result.media.fetched, result.media.kept) == (fetched, kept)
        images = [path.read_bytes() for path in (tmp_path / "images").iterdir()]
        assert images == [b"a", b"a"]
    assert stub.said.count("GET /data/upload/1/a.png") == 1


def test_pictures_get_the_suffix_that_their_urls_lack(
    export_server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    png = b"\x89PNG\r\n\x1a\n"
    with_media(export_server, "/data/upload/1/a", "/data/upload/1/v1.2")
    for name in ("a", "v1.2"):
        stub.on("GET", f"/data/upload/1/{name}", Answer(body=png))
    for fetched, kept in ((2, 0), (0, 2)):
        result = project.export("YOLO", tmp_path, media=True)
        assert (result.media.fetched, result.media.kept) == (fetched, kept)
        assert export_files(tmp_path / "images") == ["a.png", "v1.2.png"]
        assert export_files(tmp_path / "labels") == ["a.txt", "v1.2.txt"]


PATHS = ("C:\\photos\\1.jpg", "file:///photos/1.jpg", "/home/x/1.jpg", "1.jpg")


@pytest.mark.parametrize("format", ["JSON", "YOLO"])
def test_invalid_addresses_are_missing(
    format: str, export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    with_media(export_server, *PATHS)
    missing = project.export(format, tmp_path, media=True).media.missing
    assert [(each.task, each.url) for each in missing] == [*enumerate(PATHS, 1)]
    assert all("upload_files()" in each.reason for each in missing[:3])


def test_a_picture_that_stands_in_the_data_is_a_file_of_a_dataset(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    with_media(export_server, "data:image/png;base64,QUJD")
    result = project.export("YOLO", tmp_path, media=True)
    assert [path.read_bytes() for path in (result / "images").iterdir()] == [b"ABC"]
    assert result.media.missing == ()


def test_a_folder_with_other_files_is_refused_before_anything_is_made(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "old.txt").write_text("0 1 1 1 1")
    with pytest.raises(InvalidInput, match=r"holds labels/old\.txt, which no earlier export wrote"):
        project.export("YOLO", tmp_path, media=True)
    assert export_server.made == 0


@pytest.mark.parametrize("format", ["YOLO", "COCO", "VOC"])
def test_a_dataset_of_images_needs_images(
    format: str, export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    export_server.config = '<View><Text name="text" value="$text"/></View>'
    for media in (True, False):
        with pytest.raises(InvalidInput, match=f"{format} needs images, but the labeling config"):
            project.export(format, tmp_path / "out", media=media)
    assert export_server.made == 0


def test_a_dataset_is_made_of_pages_where_the_server_makes_no_snapshots(
    export_server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    no_snapshots(stub, 403)
    path = project.export("YOLO", tmp_path / "out.zip")
    assert path.assembled
    assert zipfile.is_zipfile(path)


@pytest.mark.parametrize("at_the_server", [True, False])
def test_a_broken_file_download_resumes(
    at_the_server: bool,
    export_server: ExportServer,
    project: Project,
    stub: Stub,
    elsewhere: Stub,
    tmp_path: Path,
) -> None:
    host = stub if at_the_server else elsewhere
    host.on("GET", "/data/upload/a.png", ranged(PICTURE, cut=HALF), ranged(PICTURE))
    with_media(export_server, ("" if at_the_server else elsewhere.url) + "/data/upload/a.png")
    result = project.export("JSON", tmp_path, media=True)
    (path,) = (result / "media").iterdir()
    assert path.read_bytes() == PICTURE
    asked = [r.headers.get("Range") for r in host.requests if r.path.endswith(".png")]
    assert_resumed(asked)


def test_an_incomplete_file_is_missing_and_leaves_no_part(
    export_server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    with_media(export_server, "/data/upload/a.png")
    stub.on("GET", "/data/upload/a.png", Answer(body=PICTURE, cut=HALF))
    report = project.export("JSON", tmp_path, media=True).media
    assert len(report.missing) == 1
    assert export_files(tmp_path) == ["media.json", "tasks.json"]


def test_files_come_by_eight_threads(
    export_server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    together = threading.Barrier(8, timeout=10)

    def meet(request: Request) -> Answer:
        together.wait()  # which breaks with fewer
        return Answer(body=b"x")

    urls = [f"/data/upload/{number}.png" for number in range(24)]
    with_media(export_server, *urls)
    for url in urls:
        stub.on("GET", url, meet)
    assert project.export("JSON", tmp_path, media=True).media.fetched == 24


def test_a_file_name_too_long_for_the_disk_does_not_end_the_export(
    export_server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    with_media(export_server, "s3://bucket/" + "日" * 300, "/data/upload/a.png")
    stub.on("GET", "/tasks/1/presign/", Answer(body=b"x"))
    stub.on("GET", "/data/upload/a.png", Answer(body=b"a"))
    report = project.export("JSON", tmp_path, media=True).media
    assert report.fetched + len(report.missing) == 2


def test_a_server_in_a_folder_has_its_uploads_there(
    stub: Stub, connect_to: Callable[..., LabelStudio], tmp_path: Path
) -> None:
    ExportServer(stub, [task(1, image="/ls/data/upload/1/a.png")])
    answer = stub.answer

    def without_folder(request: Request) -> Answer:
        request.path = request.path.removeprefix("/ls")
        return answer(request)

    stub.answer = without_folder  # type: ignore[method-assign]
    stub.on("GET", "/data/upload/1/a.png", Answer(body=b"a"))
    ls = LabelStudio(f"{stub.url}/ls", api_key=LEGACY_KEY)
    assert ls.projects.get(1).export("JSON", tmp_path, media=True).media.fetched == 1


@pytest.mark.parametrize("silent", [True, False])
def test_ctrl_c_keeps_whole_files_and_no_part_and_waits_for_no_host(
    silent: bool,
    export_server: ExportServer,
    connect_to: Callable[..., LabelStudio],
    stub: Stub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone = threading.Event()

    def slow(request: Request) -> Answer:
        def blocks() -> Iterator[bytes]:
            while not gone.wait(60 if silent else 0.05):
                yield bytes(1000)

        return Answer(blocks=blocks())

    def interrupt(*args: Any, **options: Any) -> Any:
        wait_for(lambda: any((tmp_path / "media").glob("*.png")))
        raise KeyboardInterrupt

    with_media(export_server, "/data/upload/a.png", "/data/upload/b.png")
    stub.on("GET", "/data/upload/a.png", Answer(body=b"a"))
    stub.on("GET", "/data/upload/b.png", slow)
    monkeypatch.setattr("label_studio_orm.transfer.media.fetcher.wait_for_any", interrupt)
    began = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            connect_to(timeout=3).projects.get(1).export("JSON", tmp_path, media=True)
    finally:
        gone.set()
    assert time.monotonic() - began < 2
    (kept,) = (tmp_path / "media").iterdir()
    assert kept.read_bytes() == b"a"
    assert export_server.is_clean


def test_a_response_that_is_an_error_is_closed(ls: LabelStudio, elsewhere: Stub) -> None:
    elsewhere.on("GET", "/a", Answer(status=404, body=bytes(100_000)))
    answers = []
    session = ls._transport.connections.external(private=True)
    send = session.request

    def request(*args: Any, **options: Any) -> Any:
        answers.append(send(*args, **options))
        return answers[-1]

    session.request = request  # type: ignore[method-assign]
    with pytest.raises(ConnectionFailed):
        ls.fetch(f"{elsewhere.url}/a", stream=True)
    assert answers[0].raw.closed


def test_media_need_a_folder(export_server: ExportServer, project: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (None, tmp_path / "file"):
        with pytest.raises(InvalidInput, match="path must be a folder for an export with media"):
            project.export("JSON", path, media=True)  # type: ignore[call-overload]
    assert export_server.made == 0


def test_the_same_folder_can_be_used_twice(
    export_server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    with_media(export_server, "/data/upload/a.png")
    stub.on("GET", "/data/upload/a.png", Answer(body=b"a"))
    one, two = (project.export("JSON", tmp_path, media=True) for _ in range(2))
    assert one == two == tmp_path
    assert hashlib.md5((two / "tasks.json").read_bytes()).digest()
    assert two.media.kept == 1
