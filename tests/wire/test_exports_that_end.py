"""Exports over a real socket: whatever breaks on the way, they come to an end, whole or not."""

from __future__ import annotations

import hashlib
import json
import signal
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.exporting import (
    EXPORTS,
    ExportServer,
    gateway,
    lose,
    ranged,
    task,
    then,
)
from support.stub import Answer, Cut, Request, Stub, html, running_stub
from support.texts import LEGACY_KEY

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import (
    ConnectionFailed,
    EditionError,
    IncompleteResult,
    InvalidInput,
    JobFailed,
    JobTimeout,
    LabelStudioError,
    MultipleFound,
    PermissionDenied,
    ServerError,
)
from label_studio_orm.orm.deadline import Deadline
from label_studio_orm.transfer.exports import temporary
from label_studio_orm.transfer.exports.manifest import NAME as MANIFEST

TASKS = [task(number, text=f"Review {number} é" + "." * 2000) for number in range(1, 200)]
HALF = 300_000  # bytes, of about 400,000


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pauses go by at once, with the time that they would have taken."""

    def pause(patience: Deadline) -> bool:
        if patience.left <= 0:
            return False
        patience._deadline -= patience._pause
        patience._pause *= 1.5
        return True

    monkeypatch.setattr(Deadline, "pause", pause)


@pytest.fixture
def server(stub: Stub) -> ExportServer:
    return ExportServer(stub, TASKS)


def files(folder: Path) -> list[str]:
    """The files in a folder, but for the record of what was written there."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return sorted(str(path.relative_to(folder)) for path in found)


def assert_that_it_went_on(ranges: list[str | None]) -> None:
    first, *others = (int(str(said).removeprefix("bytes=").rstrip("-")) for said in ranges)
    assert first == 0
    assert all(0 < start <= HALF for start in others)


# -- downloads -----------------------------------------------------------------------------------


def test_a_download_that_breaks_off_goes_on_from_there(
    server: ExportServer, project: Project, tmp_path: Path
) -> None:
    server.downloading[:] = [ranged(server.content, cut=HALF), lose, gateway(502)]
    path = project.export("JSON", tmp_path / "v1.json")
    assert path.read_bytes() == server.content
    assert_that_it_went_on(server.ranges)
    assert len(server.ranges) == 4
    assert files(tmp_path) == ["v1.json"]
    assert server.is_clean


def test_a_download_that_breaks_off_again_and_again_comes_to_its_end(
    server: ExportServer, project: Project, tmp_path: Path
) -> None:
    server.downloading[:] = [ranged(server.content, cut=100_000)] * 50
    assert project.export("JSON", tmp_path / "v1.json").read_bytes() == server.content


def test_a_server_without_ranges_sends_all_again(
    server: ExportServer, project: Project, tmp_path: Path
) -> None:
    whole = Answer(body=server.content)
    half = Answer(body=server.content, cut=HALF)
    server.downloading[:] = [lambda request: half, lambda request: half, lambda request: whole]
    assert project.export("JSON", tmp_path / "v1.json").read_bytes() == server.content


def test_a_file_that_changes_while_it_is_downloaded_is_not_kept(
    server: ExportServer, project: Project, tmp_path: Path
) -> None:
    longer = server.content + b" "
    server.downloading[:] = [ranged(server.content, cut=HALF), ranged(longer)]
    with pytest.raises(IncompleteResult, match="has changed while it was downloaded"):
        project.export("JSON", tmp_path / "v1.json")
    assert files(tmp_path) == []
    assert server.is_clean


def test_a_part_that_was_not_asked_for_is_not_kept(
    server: ExportServer, project: Project, tmp_path: Path
) -> None:
    size = len(server.content)
    said = {"Content-Range": f"bytes 4000-{size - 1}/{size}"}
    wrong = Answer(body=server.content[4000:], status=206, headers=said)
    server.downloading[:] = [ranged(server.content, cut=HALF), lambda request: wrong]
    with pytest.raises(
        IncompleteResult, match=r"what comes after [1-9][\d,]+ bytes, and sent .bytes 4000-"
    ):
        project.export("JSON", tmp_path / "v1.json")
    assert files(tmp_path) == []


def test_a_body_that_ends_too_soon_goes_on_also_where_no_length_was_said(
    server: ExportServer, project: Project, tmp_path: Path
) -> None:
    short = [server.content[:3000]]
    server.downloading[:] = [lambda request: Answer(blocks=short)]
    assert project.export("JSON", tmp_path / "v1.json").read_bytes() == server.content


def test_a_damaged_download_is_taken_once_more(
    server: ExportServer, project: Project, tmp_path: Path
) -> None:
    damaged = server.content.replace(b"Review 7 ", b"Review 8 ")
    server.downloading[:] = [ranged(damaged)]
    assert project.export("JSON", tmp_path / "v1.json").read_bytes() == server.content
    server.downloading[:] = [ranged(damaged), ranged(damaged)]
    with pytest.raises(IncompleteResult, match="arrived damaged"):
        project.export("JSON", tmp_path / "v1.json")
    assert (tmp_path / "v1.json").read_bytes() == server.content
    assert files(tmp_path) == ["v1.json"]
    assert server.is_clean


def test_a_csv_that_breaks_off_is_whole_in_the_end(
    server: ExportServer, project: Project, tmp_path: Path
) -> None:
    server.files["CSV"] = b"id,text\n" * 2000
    server.downloading[:] = [ranged(server.files["CSV"], cut=n) for n in (1, 0, 9999)]
    path = project.export("CSV", tmp_path / "v1.csv")
    assert path.read_bytes() == server.files["CSV"]


def test_a_download_that_never_goes_on_ends_after_the_longest_silence(
    server: ExportServer, project: Project, tmp_path: Path
) -> None:
    server.downloading[:] = [ranged(server.content, cut=HALF), *[gateway(503)] * 999]
    with pytest.raises(ServerError, match="503"):
        project.export("JSON", tmp_path / "v1.json")
    assert files(tmp_path) == []
    assert server.is_clean


# -- waiting -------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [lose, *map(gateway, (502, 503, 504))])
def test_waiting_goes_on_through_what_a_gateway_says(
    fault: Any, server: ExportServer, project: Project
) -> None:
    server.waiting = 3
    server.looking[:] = [fault] * 30
    assert project.export() == TASKS
    assert server.is_clean


def test_waiting_ends_when_the_time_is_over_and_says_how_to_go_on(
    server: ExportServer, project: Project
) -> None:
    server.waiting = 10**9
    with pytest.raises(JobTimeout, match=r"may come back.*\nGive it longer with timeout="):
        project.export()
    assert server.is_clean


def test_a_snapshot_that_fails_is_removed(server: ExportServer, project: Project) -> None:
    server.waiting = 9
    server.looking[:] = [lambda request: {"id": 3, "status": "failed", "md5": ""}]
    with pytest.raises(JobFailed, match="Export snapshot 3 of project 1 failed"):
        project.export()
    assert server.is_clean


def test_ctrl_c_leaves_nothing_and_says_how_to_go_on(
    server: ExportServer, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = Deadline.pause

    def interrupt(patience: Deadline) -> bool:
        monkeypatch.setattr(Deadline, "pause", pause)
        for row in server.kept.values():
            row["status"] = "completed"  # the server comes to its end
        raise KeyboardInterrupt

    server.waiting = 3
    monkeypatch.setattr(Deadline, "pause", interrupt)
    with pytest.raises(KeyboardInterrupt, match="Nothing of the export is left at the server"):
        project.export("JSON", tmp_path / "v1.json", ids=None)
    assert files(tmp_path) == []
    assert server.is_clean


WORK: dict[str, Callable[[Project, Path], Any]] = {
    "export": lambda project, path: project.export("JSON", path / "out.json"),
    "iter_export": lambda project, path: list(project.iter_export()),
    "media": lambda project, path: project.export("JSON", path / "out", media=True),
}


@pytest.mark.parametrize("work", WORK)
def test_ctrl_c_waits_for_no_removal_that_takes_long_and_tells_of_it(
    work: str,
    server: ExportServer,
    project: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(temporary, "HASTE", 0.1)
    gone = threading.Event()

    def slowly(request: Request) -> Any:
        gone.wait(60)  # so long that it would have come to its end if it were waited for
        return server.delete(next(iter(server.kept.values())))

    def interrupt(request: Request) -> Any:
        main = threading.main_thread().ident
        signal.pthread_kill(main or 0, signal.SIGINT)
        gone.wait(60)
        return Answer(body=b"[]")

    server.deleting[:] = [slowly]
    server.downloading[:] = [interrupt]
    try:
        with pytest.raises(KeyboardInterrupt, match="is still being removed") as told:
            WORK[work](project, tmp_path)
    finally:
        gone.set()
    assert "Call it again" in str(told.value)
    wait_for(lambda: server.is_clean)
    assert server.is_clean, "it goes on behind the scenes"


# -- what is made at the server ------------------------------------------------------------------

LOST = [lose, *map(gateway, (502, 504))]


@pytest.mark.parametrize("fault", LOST)
def test_a_snapshot_whose_answer_is_lost_is_found_and_not_made_twice(
    fault: Any, server: ExportServer, project: Project
) -> None:
    server.making[:] = [then(server.make, fault)]
    assert project.export() == TASKS
    assert server.made == 1
    assert server.is_clean


@pytest.mark.parametrize("fault", LOST)
def test_a_snapshot_that_was_never_made_is_made(
    fault: Any, server: ExportServer, project: Project
) -> None:
    server.making[:] = [fault]
    assert project.export() == TASKS
    assert server.made == 2
    assert server.is_clean


def test_a_snapshot_that_comes_late_is_removed_with_the_other(
    server: ExportServer, project: Project
) -> None:
    def twice(request: Request) -> Any:
        server.make(request)
        return server.make(request)

    server.making[:] = [lose, twice]
    assert project.export() == TASKS
    assert server.is_clean


def test_a_view_whose_answer_is_lost_is_found_and_removed(
    server: ExportServer, project: Project, stub: Stub
) -> None:
    make = stub.rules["POST", "/api/dm/views/"]
    stub.on("POST", "/api/dm/views/", then(make, lose))
    stub.on("GET", "/api/tasks/", {"tasks": [{"id": 1}], "total": 1})
    assert project.export(ids=[1]) == TASKS
    (sent,) = server.asked("POST", "/exports")
    assert sent.json["task_filter_options"]["view"] > 0
    assert len(server.asked("POST", "/views/")) == 1
    assert server.is_clean


def test_a_removal_whose_answer_is_lost_is_a_removal(
    server: ExportServer, project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    gone = then(lambda request: server.kept.clear(), lose)
    for script in ([gone], [lose, gateway(502)], [gateway(503)] * 9):
        server.deleting[:] = script
        assert project.export() == TASKS
        assert server.is_clean
    assert caplog.text == ""


def test_a_removal_that_is_refused_is_a_warning(
    server: ExportServer, project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    server.deleting[:] = [lambda request: Answer({"detail": "no"}, status=403)]
    assert project.export() == TASKS
    assert "could not be removed from the server" in caplog.text


def test_a_snapshot_to_stay_is_found_among_all_others(
    server: ExportServer, project: Project
) -> None:
    project.exports.create(title="v1")
    server.making[:] = [then(server.make, lose)]
    assert project.exports.create(title="v1").id == 4
    server.making[:] = [then(server.make, gateway(504))]
    assert project.exports.create().id == 5
    assert server.made == 3


def test_two_that_may_be_it_are_named(server: ExportServer, project: Project) -> None:
    server.making[:] = [then(then(server.make, server.make), lose)]
    with pytest.raises(MultipleFound, match=r"several new ones: 3, 4\. Give it a title"):
        project.exports.create(title="v1")
    assert server.made == 1
    assert len(server.kept) == 2


def test_one_with_another_title_is_not_taken_for_it(server: ExportServer, project: Project) -> None:
    def another(request: Request) -> Any:
        server.make(Request("POST", EXPORTS, {}, {}, b'{"title": "other"}'))
        raise Cut

    server.making[:] = [another]
    assert project.exports.create(title="v1").id == 4
    assert server.made == 2


# -- without snapshots ---------------------------------------------------------------------------

ROW = {
    "drafts": [],
    "predictions": [{"id": 8, "score": 0.5}],
    "updated_by": [{"user_id": 3}],
    "total_annotations": 2,
}


def no_snapshots(stub: Stub, status: int) -> None:
    """Let a server answer so to all that has to do with snapshots."""
    answer = html(404) if status == 404 else Answer({"detail": "No."}, status=status)
    for method in ("GET", "POST", "PROPFIND"):
        stub.on(method, EXPORTS, answer)
    stub.on("GET", "/api/version", {"release": "1.0", "edition": "Community"})
    notes = [{"id": 5, "completed_by": 3}, {"id": 6, "completed_by": 4, "ground_truth": True}]
    rows = [{**each, **ROW, "annotations": notes} for each in TASKS[:3]]
    stub.on("GET", "/api/tasks/", {"tasks": rows, "total": 3})
    stub.on("GET", "/api/users/", [{"id": 3, "email": "a@example.org"}])


@pytest.mark.parametrize("status", [403, 404])
def test_a_server_that_makes_no_snapshots_is_read_by_pages(
    status: int,
    server: ExportServer,
    project: Project,
    stub: Stub,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    no_snapshots(stub, status)
    found = project.export()
    assert found.assembled
    assert [each["data"] for each in found] == [each["data"] for each in TASKS[:3]]
    assert found[0]["predictions"] == [8]
    assert found[0]["updated_by"] == 3
    path = project.export("JSON", f"{tmp_path}/")
    assert path.assembled
    assert path.name == "project-1.json"
    assert json.loads(path.read_bytes()) == found
    assert list(project.iter_export()) == found
    words = [record.getMessage() for record in caplog.records]
    assert [said for said in words if "is read by pages" not in said] == []
    assert len(words) == 3  # one a call


def test_what_is_read_by_pages_heeds_the_options(
    server: ExportServer, project: Project, stub: Stub
) -> None:
    no_snapshots(stub, 403)
    (first, *_) = project.export(predictions=True, completed_by=True, ground_truth=False)
    assert first["predictions"] == ROW["predictions"]
    assert [each["id"] for each in first["annotations"]] == [5]
    assert first["annotations"][0]["completed_by"]["email"] == "a@example.org"
    with pytest.raises(InvalidInput, match="interpolates key frames"):
        project.export(interpolate_key_frames=True)


def test_other_formats_need_a_snapshot(
    server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    for status, kind in ((403, PermissionDenied), (404, EditionError)):
        no_snapshots(stub, status)
        with pytest.raises(kind):
            project.export("CSV", tmp_path / "v1.csv")
    assert files(tmp_path) == []


def test_json_with_media_is_read_by_pages_too_or_refused_in_our_words(
    server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    no_snapshots(stub, 403)
    try:
        path = project.export("JSON", tmp_path / "out", media=True)
    except LabelStudioError:
        return
    assert path.assembled
    assert len(json.loads((path / "tasks.json").read_bytes())) == 3


def test_a_snapshot_that_is_there_is_not_assembled(
    server: ExportServer, project: Project, tmp_path: Path
) -> None:
    assert project.export().assembled is False
    assert project.export("JSON", tmp_path / "v1.json").assembled is False


# -- one by one ----------------------------------------------------------------------------------


def test_the_first_task_comes_before_the_last_byte_is_sent(
    server: ExportServer, project: Project
) -> None:
    had = threading.Event()
    sent_all = threading.Event()

    def slowly() -> Iterator[bytes]:
        yield b"[" + b", ".join(json.dumps(each).encode() for each in many)
        assert had.wait(10)
        yield b"]"
        sent_all.set()

    many = [task(number, text="x" * 1000) for number in range(600)]
    whole = b"".join([b"[", b", ".join(json.dumps(each).encode() for each in many), b"]"])
    server.content = whole
    server.downloading[:] = [lambda request: Answer(blocks=slowly())]
    tasks = project.iter_export()
    assert next(tasks) == many[0]
    assert not sent_all.is_set()
    had.set()
    assert list(tasks) == many[1:]
    assert server.is_clean


def test_one_by_one_is_what_export_gives(server: ExportServer, project: Project) -> None:
    numbers = {"big": 2**70, "low": -(2**63) - 1, "small": 1e-300, "f": 0.1, "e": 1e5}
    odd = {**numbers, "text": "😀\0\u2028", "deep": [[{}]], "none": None}
    server.content = json.dumps([task(1, **odd)]).encode()
    found = list(project.iter_export())
    assert found == list(project.export())
    assert repr(found) == repr(list(project.export()))  # 1.0 is not 1


def test_one_by_one_goes_on_where_the_download_broke_off(
    server: ExportServer, project: Project
) -> None:
    server.downloading[:] = [ranged(server.content, cut=HALF), gateway(502)]
    assert list(project.iter_export()) == TASKS
    assert_that_it_went_on(server.ranges)


def test_one_by_one_tells_in_the_end_that_what_came_is_not_what_was_sent(
    server: ExportServer, project: Project
) -> None:
    server.downloading[:] = [ranged(server.content.replace(b"Review 7 ", b"Review 8 "))]
    tasks = project.iter_export()
    with pytest.raises(IncompleteResult, match="arrived damaged"):
        list(tasks)
    assert server.is_clean


@pytest.mark.parametrize("body", [b"{}", b"", b"[{}, ", b"[{}}", b"<html>", b"3", b'[{"a": NaN}]'])
def test_one_by_one_what_is_no_list_is_told(
    body: bytes, server: ExportServer, project: Project
) -> None:
    server.content = body
    with pytest.raises(LabelStudioError):
        list(project.iter_export())
    assert server.is_clean


def test_who_leaves_early_leaves_nothing(server: ExportServer, project: Project) -> None:
    tasks = project.iter_export()
    next(tasks)
    assert len(server.kept) == 1
    tasks.close()  # type: ignore[attr-defined]
    assert server.is_clean


def test_nothing_is_asked_before_the_first_task_but_what_is_wrong_is_said(
    server: ExportServer, project: Project, stub: Stub
) -> None:
    project.iter_export()
    with pytest.raises(TypeError, match="Did you mean 'only_finished'"):
        project.iter_export(only_finised=True)  # type: ignore[call-arg]
    with pytest.raises(InvalidInput):
        project.iter_export(timeout=-1)
    assert stub.requests == []


# -- media ---------------------------------------------------------------------------------------

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
    server: ExportServer, project: Project, stub: Stub, elsewhere: Stub, tmp_path: Path
) -> None:
    urls = ["/data/upload/1/a é.png", f"{elsewhere.url}/b.png", "s3://bucket/c.png"]
    with_media(server, *urls)
    stub.on("GET", "/data/upload/1/a%20%C3%A9.png", Answer(body=b"a"))
    elsewhere.on("GET", "/b.png", Answer(body=b"b"))
    to = Answer(status=303, headers={"Location": f"{elsewhere.url}/signed?key=1"})
    stub.on("GET", "/tasks/3/presign/", to)
    elsewhere.on("GET", "/signed", Answer(body=b"c"))
    result = project.export("JSON", tmp_path / "out", media=True)
    assert (result.media.fetched, result.media.kept, result.media.missing) == (3, 0, ())
    named = json.loads((result / "media.json").read_bytes())
    assert [(result / named[url]).read_bytes() for url in urls] == [b"a", b"b", b"c"]
    assert json.loads((result / "tasks.json").read_bytes()) == json.loads(server.content)
    assert len(files(result)) == 5
    assert keys(stub) == {f"Token {LEGACY_KEY}"}
    assert keys(elsewhere) == {None}
    assert server.is_clean


def test_a_redirect_to_another_host_and_back_takes_the_key_to_neither(
    server: ExportServer, project: Project, stub: Stub, elsewhere: Stub, tmp_path: Path
) -> None:
    with_media(server, "/data/upload/1/a.png")
    there = Answer(status=302, headers={"Location": f"{elsewhere.url}/a"})
    stub.on("GET", "/data/upload/1/a.png", there)
    elsewhere.on("GET", "/a", Answer(status=302, headers={"Location": f"{stub.url}/b"}))
    stub.on("GET", "/b", Answer(body=b"a"))
    assert project.export("JSON", tmp_path, media=True).media.fetched == 1
    assert keys(elsewhere) == {None}
    assert [r.headers.get("Authorization") for r in stub.requests if r.path == "/b"] == [None]


def test_yolo_finds_its_images(
    server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    with_media(server, "/data/upload/1/0f-a.png", "/data/upload/1/0f-b.png")
    for name in "ab":
        stub.on("GET", f"/data/upload/1/0f-{name}.png", Answer(body=name.encode()))
    result = project.export("YOLO", tmp_path, media=True)
    assert files(result) == [
        "classes.txt",
        "images/0f-a.png",
        "images/0f-b.png",
        "labels/0f-a.txt",
        "labels/0f-b.txt",
        "media.json",
        "notes.json",
    ]


def test_what_is_missing_is_reported_with_the_reason_and_fetched_the_next_time(
    server: ExportServer, project: Project, stub: Stub, elsewhere: Stub, tmp_path: Path
) -> None:
    urls = [f"/data/upload/1/{name}.png" for name in "abc"] + [f"{elsewhere.url}/d.png"]
    with_media(server, *urls)
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
    assert len(files(tmp_path / "media")) == 1
    for name in "bc":
        stub.on("GET", f"/data/upload/1/{name}.png", Answer(body=b"x"))
    again = project.export("JSON", tmp_path, media=True).media
    assert (again.fetched, again.kept, len(again.missing)) == (2, 1, 1)
    assert stub.said.count("GET /data/upload/1/a.png") == 1


def test_a_file_that_several_tasks_share_is_fetched_once(
    server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    with_media(server, *["/data/upload/1/a.png"] * 5)
    stub.on("GET", "/data/upload/1/a.png", Answer(body=b"a"))
    report = project.export("JSON", tmp_path, media=True).media
    assert (report.fetched, report.kept) == (1, 0)
    assert stub.said.count("GET /data/upload/1/a.png") == 1


def test_missing_names_the_task_whose_picture_it_is(
    server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    with_media(server, "/data/upload/1/a.png", "/data/upload/2/a.png")
    stub.on("GET", "/data/upload/1/a.png", Answer(body=b"a"))
    result = project.export("YOLO", tmp_path, media=True)
    assert result.media.fetched == 1
    (missing,) = result.media.missing
    assert (missing.task, missing.url) == (2, "/data/upload/2/a.png")
    assert "404" in missing.reason
    assert len([*(tmp_path / "labels").iterdir()]) == 2


def test_one_picture_of_two_tasks_is_fetched_once_and_there_for_each(
    server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    with_media(server, *["/data/upload/1/a.png"] * 2)
    stub.on("GET", "/data/upload/1/a.png", Answer(body=b"a"))
    for fetched, kept in ((1, 0), (0, 1)):
        result = project.export("YOLO", tmp_path, media=True)
        assert (result.media.fetched, result.media.kept) == (fetched, kept)
        images = [path.read_bytes() for path in (tmp_path / "images").iterdir()]
        assert images == [b"a", b"a"]
    assert stub.said.count("GET /data/upload/1/a.png") == 1


def test_pictures_get_the_suffix_that_their_urls_lack(
    server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    png = b"\x89PNG\r\n\x1a\n"
    with_media(server, "/data/upload/1/a", "/data/upload/1/v1.2")
    for name in ("a", "v1.2"):
        stub.on("GET", f"/data/upload/1/{name}", Answer(body=png))
    for fetched, kept in ((2, 0), (0, 2)):
        result = project.export("YOLO", tmp_path, media=True)
        assert (result.media.fetched, result.media.kept) == (fetched, kept)
        assert files(tmp_path / "images") == ["a.png", "v1.2.png"]
        assert files(tmp_path / "labels") == ["a.txt", "v1.2.txt"]


PATHS = ("C:\\photos\\1.jpg", "file:///photos/1.jpg", "/home/x/1.jpg", "1.jpg")


@pytest.mark.parametrize("format", ["JSON", "YOLO"])
def test_what_is_no_address_is_missing_too(
    format: str, server: ExportServer, project: Project, tmp_path: Path
) -> None:
    with_media(server, *PATHS)
    missing = project.export(format, tmp_path, media=True).media.missing
    assert [(each.task, each.url) for each in missing] == [*enumerate(PATHS, 1)]
    assert all("upload_files()" in each.reason for each in missing[:3])


def test_a_picture_that_stands_in_the_data_is_a_file_of_a_dataset(
    server: ExportServer, project: Project, tmp_path: Path
) -> None:
    with_media(server, "data:image/png;base64,QUJD")
    result = project.export("YOLO", tmp_path, media=True)
    assert [path.read_bytes() for path in (result / "images").iterdir()] == [b"ABC"]
    assert result.media.missing == ()


def test_a_folder_with_other_files_is_refused_before_anything_is_made(
    server: ExportServer, project: Project, tmp_path: Path
) -> None:
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "old.txt").write_text("0 1 1 1 1")
    with pytest.raises(InvalidInput, match=r"holds labels/old\.txt, which no earlier export wrote"):
        project.export("YOLO", tmp_path, media=True)
    assert server.made == 0


@pytest.mark.parametrize("format", ["YOLO", "COCO", "VOC"])
def test_a_dataset_of_images_needs_images(
    format: str, server: ExportServer, project: Project, tmp_path: Path
) -> None:
    server.config = '<View><Text name="text" value="$text"/></View>'
    for media in (True, False):
        with pytest.raises(InvalidInput, match=f"{format} needs images, but the labeling config"):
            project.export(format, tmp_path / "out", media=media)
    assert server.made == 0


def test_a_dataset_is_made_of_pages_where_the_server_makes_no_snapshots(
    server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    no_snapshots(stub, 403)
    path = project.export("YOLO", tmp_path / "out.zip")
    assert path.assembled
    assert zipfile.is_zipfile(path)


@pytest.mark.parametrize("at_the_server", [True, False])
def test_a_file_that_breaks_off_goes_on_from_there(
    at_the_server: bool,
    server: ExportServer,
    project: Project,
    stub: Stub,
    elsewhere: Stub,
    tmp_path: Path,
) -> None:
    host = stub if at_the_server else elsewhere
    host.on("GET", "/data/upload/a.png", ranged(PICTURE, cut=HALF), ranged(PICTURE))
    with_media(server, ("" if at_the_server else elsewhere.url) + "/data/upload/a.png")
    result = project.export("JSON", tmp_path, media=True)
    (path,) = (result / "media").iterdir()
    assert path.read_bytes() == PICTURE
    asked = [r.headers.get("Range") for r in host.requests if r.path.endswith(".png")]
    assert_that_it_went_on(asked)


def test_a_file_that_never_comes_whole_is_missing_and_leaves_no_part(
    server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    with_media(server, "/data/upload/a.png")
    stub.on("GET", "/data/upload/a.png", Answer(body=PICTURE, cut=HALF))
    report = project.export("JSON", tmp_path, media=True).media
    assert len(report.missing) == 1
    assert files(tmp_path) == ["media.json", "tasks.json"]


def test_files_come_by_eight_threads(
    server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    together = threading.Barrier(8, timeout=10)

    def meet(request: Request) -> Answer:
        together.wait()  # which breaks with fewer
        return Answer(body=b"x")

    urls = [f"/data/upload/{number}.png" for number in range(24)]
    with_media(server, *urls)
    for url in urls:
        stub.on("GET", url, meet)
    assert project.export("JSON", tmp_path, media=True).media.fetched == 24


def test_a_name_that_is_too_long_for_the_disk_is_no_end_of_the_export(
    server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    with_media(server, "s3://bucket/" + "日" * 300, "/data/upload/a.png")
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
    server: ExportServer,
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

    with_media(server, "/data/upload/a.png", "/data/upload/b.png")
    stub.on("GET", "/data/upload/a.png", Answer(body=b"a"))
    stub.on("GET", "/data/upload/b.png", slow)
    monkeypatch.setattr("label_studio_orm.transfer.media.fetcher.wait", interrupt)
    began = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            connect_to(timeout=3).projects.get(1).export("JSON", tmp_path, media=True)
    finally:
        gone.set()
    assert time.monotonic() - began < 2
    (kept,) = (tmp_path / "media").iterdir()
    assert kept.read_bytes() == b"a"
    assert server.is_clean


def wait_for(condition: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)


def test_an_answer_that_is_an_error_is_closed(ls: LabelStudio, elsewhere: Stub) -> None:
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


def test_media_need_a_folder(server: ExportServer, project: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (None, tmp_path / "file"):
        with pytest.raises(InvalidInput, match="With media an export is a folder"):
            project.export("JSON", path, media=True)  # type: ignore[call-overload]
    assert server.made == 0


def test_a_folder_that_is_given_twice_is_the_same(
    server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    with_media(server, "/data/upload/a.png")
    stub.on("GET", "/data/upload/a.png", Answer(body=b"a"))
    one, two = (project.export("JSON", tmp_path, media=True) for _ in range(2))
    assert one == two == tmp_path
    assert hashlib.md5((two / "tasks.json").read_bytes()).digest()
    assert two.media.kept == 1
