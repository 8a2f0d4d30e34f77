"""Exports read by pages or row by row, over a real socket."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.exporting import (
    HALF,
    LONG_TASKS,
    TASK_ROW,
    ExportServer,
    assert_resumed,
    export_files,
    gateway,
    no_snapshots,
    ranged,
    task,
)
from support.stub import Answer, Stub

from label_studio_orm import Project
from label_studio_orm.errors import (
    EditionError,
    IncompleteResult,
    InvalidInput,
    LabelStudioError,
    PermissionDenied,
)


@pytest.mark.parametrize("status", [403, 404])
def test_a_server_that_makes_no_snapshots_is_read_by_pages(
    status: int,
    export_server: ExportServer,
    project: Project,
    stub: Stub,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    no_snapshots(stub, status)
    found = project.export()
    assert found.assembled
    assert [each["data"] for each in found] == [each["data"] for each in LONG_TASKS[:3]]
    assert found[0]["predictions"] == [8]
    assert found[0]["updated_by"] == 3
    path = project.export("JSON", f"{tmp_path}/")
    assert path.assembled
    assert path.name == "project-1.json"
    assert json.loads(path.read_bytes()) == found
    assert list(project.iter_export()) == found
    words = [record.getMessage() for record in caplog.records]
    assert [said for said in words if "page by page" not in said] == []
    assert len(words) == 3  # one a call


def test_exports_by_pages_respect_the_options(
    export_server: ExportServer, project: Project, stub: Stub
) -> None:
    no_snapshots(stub, 403)
    (first, *_) = project.export(predictions=True, completed_by=True, ground_truth=False)
    assert first["predictions"] == TASK_ROW["predictions"]
    assert [each["id"] for each in first["annotations"]] == [5]
    assert first["annotations"][0]["completed_by"]["email"] == "a@example.org"
    with pytest.raises(InvalidInput, match="interpolate_key_frames needs a snapshot"):
        project.export(interpolate_key_frames=True)


def test_other_formats_need_a_snapshot(
    export_server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    for status, kind in ((403, PermissionDenied), (404, EditionError)):
        no_snapshots(stub, status)
        with pytest.raises(kind):
            project.export("CSV", tmp_path / "v1.csv")
    assert export_files(tmp_path) == []


def test_json_with_media_is_read_by_pages_too_or_refused_in_our_words(
    export_server: ExportServer, project: Project, stub: Stub, tmp_path: Path
) -> None:
    no_snapshots(stub, 403)
    try:
        path = project.export("JSON", tmp_path / "out", media=True)
    except LabelStudioError:
        return
    assert path.assembled
    assert len(json.loads((path / "tasks.json").read_bytes())) == 3


def test_a_snapshot_that_is_there_is_not_assembled(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    assert project.export().assembled is False
    assert project.export("JSON", tmp_path / "v1.json").assembled is False


# -- one by one ----------------------------------------------------------------------------------


def test_the_first_task_comes_before_the_last_byte_is_sent(
    export_server: ExportServer, project: Project
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
    export_server.content = whole
    export_server.downloading[:] = [lambda request: Answer(blocks=slowly())]
    tasks = project.iter_export()
    assert next(tasks) == many[0]
    assert not sent_all.is_set()
    had.set()
    assert list(tasks) == many[1:]
    assert export_server.is_clean


def test_iterating_gives_the_same_tasks_as_export(
    export_server: ExportServer, project: Project
) -> None:
    numbers = {"big": 2**70, "low": -(2**63) - 1, "small": 1e-300, "f": 0.1, "e": 1e5}
    odd = {**numbers, "text": "😀\0\u2028", "deep": [[{}]], "none": None}
    export_server.content = json.dumps([task(1, **odd)]).encode()
    found = list(project.iter_export())
    assert found == list(project.export())
    assert repr(found) == repr(list(project.export()))  # 1.0 is not 1


def test_iterating_resumes_a_broken_download(export_server: ExportServer, project: Project) -> None:
    export_server.downloading[:] = [ranged(export_server.content, cut=HALF), gateway(502)]
    assert list(project.iter_export()) == LONG_TASKS
    assert_resumed(export_server.ranges)


def test_iterating_reports_a_wrong_checksum_at_the_end(
    export_server: ExportServer, project: Project
) -> None:
    export_server.downloading[:] = [
        ranged(export_server.content.replace(b"Review 7 ", b"Review 8 "))
    ]
    tasks = project.iter_export()
    with pytest.raises(IncompleteResult, match="is damaged"):
        list(tasks)
    assert export_server.is_clean


@pytest.mark.parametrize("body", [b"{}", b"", b"[{}, ", b"[{}}", b"<html>", b"3", b'[{"a": NaN}]'])
def test_iterating_reports_content_that_is_not_a_list(
    body: bytes, export_server: ExportServer, project: Project
) -> None:
    export_server.content = body
    with pytest.raises(LabelStudioError):
        list(project.iter_export())
    assert export_server.is_clean


def test_stopping_early_leaves_nothing(export_server: ExportServer, project: Project) -> None:
    tasks = project.iter_export()
    next(tasks)
    assert len(export_server.kept) == 1
    tasks.close()  # type: ignore[attr-defined]
    assert export_server.is_clean


def test_iterating_is_lazy_but_checks_its_options_first(
    export_server: ExportServer, project: Project, stub: Stub
) -> None:
    project.iter_export()
    with pytest.raises(TypeError, match="Did you mean 'only_finished'"):
        project.iter_export(only_finised=True)  # type: ignore[call-arg]
    with pytest.raises(InvalidInput):
        project.iter_export(timeout=-1)
    assert stub.requests == []
