"""Snapshot exports over a real socket: lost connections, waiting, interruptions."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.clock import tuned
from support.exporting import (
    EXPORTS,
    HALF,
    LONG_TASKS,
    ExportServer,
    assert_resumed,
    export_files,
    gateway,
    lose,
    ranged,
    then,
    wait_for,
)
from support.stub import Answer, Cut, Request, Stub

from label_studio_orm import Project
from label_studio_orm.errors import (
    IncompleteResult,
    JobFailed,
    JobTimeout,
    MultipleFound,
    ServerError,
)
from label_studio_orm.orm.deadline import Deadline

# -- downloads -----------------------------------------------------------------------------------


def test_a_broken_download_resumes(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    export_server.downloading[:] = [ranged(export_server.content, cut=HALF), lose, gateway(502)]
    path = project.export("JSON", tmp_path / "v1.json")
    assert path.read_bytes() == export_server.content
    assert_resumed(export_server.ranges)
    assert len(export_server.ranges) == 4
    assert export_files(tmp_path) == ["v1.json"]
    assert export_server.is_clean


def test_a_repeatedly_broken_download_completes(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    export_server.downloading[:] = [ranged(export_server.content, cut=100_000)] * 50
    assert project.export("JSON", tmp_path / "v1.json").read_bytes() == export_server.content


def test_a_server_without_ranges_sends_all_again(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    whole = Answer(body=export_server.content)
    half = Answer(body=export_server.content, cut=HALF)
    export_server.downloading[:] = [
        lambda request: half,
        lambda request: half,
        lambda request: whole,
    ]
    assert project.export("JSON", tmp_path / "v1.json").read_bytes() == export_server.content


def test_a_file_that_changes_while_it_is_downloaded_is_not_kept(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    longer = export_server.content + b" "
    export_server.downloading[:] = [ranged(export_server.content, cut=HALF), ranged(longer)]
    with pytest.raises(IncompleteResult, match="changed during the download"):
        project.export("JSON", tmp_path / "v1.json")
    assert export_files(tmp_path) == []
    assert export_server.is_clean


def test_an_unrequested_range_is_discarded(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    size = len(export_server.content)
    said = {"Content-Range": f"bytes 4000-{size - 1}/{size}"}
    wrong = Answer(body=export_server.content[4000:], status=206, headers=said)
    export_server.downloading[:] = [ranged(export_server.content, cut=HALF), lambda request: wrong]
    with pytest.raises(
        IncompleteResult, match=r"what comes after [1-9][\d,]+ bytes, and sent .bytes 4000-"
    ):
        project.export("JSON", tmp_path / "v1.json")
    assert export_files(tmp_path) == []


def test_a_truncated_body_without_length_resumes(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    short = [export_server.content[:3000]]
    export_server.downloading[:] = [lambda request: Answer(blocks=short)]
    assert project.export("JSON", tmp_path / "v1.json").read_bytes() == export_server.content


def test_a_damaged_download_is_repeated_once(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    damaged = export_server.content.replace(b"Review 7 ", b"Review 8 ")
    export_server.downloading[:] = [ranged(damaged)]
    assert project.export("JSON", tmp_path / "v1.json").read_bytes() == export_server.content
    export_server.downloading[:] = [ranged(damaged), ranged(damaged)]
    with pytest.raises(IncompleteResult, match="is damaged"):
        project.export("JSON", tmp_path / "v1.json")
    assert (tmp_path / "v1.json").read_bytes() == export_server.content
    assert export_files(tmp_path) == ["v1.json"]
    assert export_server.is_clean


def test_a_broken_csv_download_completes(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    export_server.files["CSV"] = b"id,text\n" * 2000
    export_server.downloading[:] = [ranged(export_server.files["CSV"], cut=n) for n in (1, 0, 9999)]
    path = project.export("CSV", tmp_path / "v1.csv")
    assert path.read_bytes() == export_server.files["CSV"]


def test_a_stalled_download_ends_after_the_outage_timeout(
    export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    export_server.downloading[:] = [ranged(export_server.content, cut=HALF), *[gateway(503)] * 999]
    with pytest.raises(ServerError, match="503"):
        project.export("JSON", tmp_path / "v1.json")
    assert export_files(tmp_path) == []
    assert export_server.is_clean


# -- waiting -------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [lose, *map(gateway, (502, 503, 504))])
def test_waiting_continues_through_gateway_errors(
    fault: Any, export_server: ExportServer, project: Project
) -> None:
    export_server.waiting = 3
    export_server.looking[:] = [fault] * 30
    assert project.export() == LONG_TASKS
    assert export_server.is_clean


def test_a_timeout_says_how_to_continue(export_server: ExportServer, project: Project) -> None:
    export_server.waiting = 10**9
    with pytest.raises(JobTimeout, match=r"may reappear.*\nIncrease timeout="):
        project.export()
    assert export_server.is_clean


def test_a_snapshot_that_fails_is_removed(export_server: ExportServer, project: Project) -> None:
    export_server.waiting = 9
    export_server.looking[:] = [lambda request: {"id": 3, "status": "failed", "md5": ""}]
    with pytest.raises(JobFailed, match="Export snapshot 3 of project 1 failed"):
        project.export()
    assert export_server.is_clean


def test_ctrl_c_leaves_nothing_and_says_how_to_continue(
    export_server: ExportServer, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = Deadline.pause

    def interrupt(patience: Deadline) -> bool:
        monkeypatch.setattr(Deadline, "pause", pause)
        for row in export_server.kept.values():
            row["status"] = "completed"  # the server comes to its end
        raise KeyboardInterrupt

    export_server.waiting = 3
    monkeypatch.setattr(Deadline, "pause", interrupt)
    with pytest.raises(KeyboardInterrupt, match="Nothing of the export is left on the server"):
        project.export("JSON", tmp_path / "v1.json", ids=None)
    assert export_files(tmp_path) == []
    assert export_server.is_clean


WORK: dict[str, Callable[[Project, Path], Any]] = {
    "export": lambda project, path: project.export("JSON", path / "out.json"),
    "iter_export": lambda project, path: list(project.iter_export()),
    "media": lambda project, path: project.export("JSON", path / "out", media=True),
}


@pytest.mark.parametrize("work", WORK)
def test_ctrl_c_does_not_wait_for_a_slow_removal_and_reports_it(
    work: str,
    export_server: ExportServer,
    project: Project,
    tmp_path: Path,
) -> None:
    tuned(project.client, interrupt_timeout=0.1)
    gone = threading.Event()

    def slowly(request: Request) -> Any:
        gone.wait(60)  # so long that it would have come to its end if it were waited for
        return export_server.delete(next(iter(export_server.kept.values())))

    def interrupt(request: Request) -> Any:
        main = threading.main_thread().ident
        signal.pthread_kill(main or 0, signal.SIGINT)
        gone.wait(60)
        return Answer(body=b"[]")

    export_server.deleting[:] = [slowly]
    export_server.downloading[:] = [interrupt]
    try:
        with pytest.raises(KeyboardInterrupt, match="is still being removed") as told:
            WORK[work](project, tmp_path)
    finally:
        gone.set()
    assert "Call it again" in str(told.value)
    wait_for(lambda: export_server.is_clean)
    assert export_server.is_clean, "it goes on behind the scenes"


# -- what is made at the server ------------------------------------------------------------------

LOST = [lose, *map(gateway, (502, 504))]


@pytest.mark.parametrize("fault", LOST)
def test_a_snapshot_whose_response_is_lost_is_found_not_recreated(
    fault: Any, export_server: ExportServer, project: Project
) -> None:
    export_server.making[:] = [then(export_server.make, fault)]
    assert project.export() == LONG_TASKS
    assert export_server.made == 1
    assert export_server.is_clean


@pytest.mark.parametrize("fault", LOST)
def test_a_snapshot_that_was_never_made_is_made(
    fault: Any, export_server: ExportServer, project: Project
) -> None:
    export_server.making[:] = [fault]
    assert project.export() == LONG_TASKS
    assert export_server.made == 2
    assert export_server.is_clean


def test_a_late_duplicate_snapshot_is_removed(
    export_server: ExportServer, project: Project
) -> None:
    def twice(request: Request) -> Any:
        export_server.make(request)
        return export_server.make(request)

    export_server.making[:] = [lose, twice]
    assert project.export() == LONG_TASKS
    assert export_server.is_clean


def test_a_view_whose_response_is_lost_is_found_and_removed(
    export_server: ExportServer, project: Project, stub: Stub
) -> None:
    make = stub.rules["POST", "/api/dm/views/"]
    stub.on("POST", "/api/dm/views/", then(make, lose))
    stub.on("GET", "/api/tasks/", {"tasks": [{"id": 1}], "total": 1})
    assert project.export(ids=[1]) == LONG_TASKS
    (sent,) = export_server.asked("POST", "/exports")
    assert sent.json["task_filter_options"]["view"] > 0
    assert len(export_server.asked("POST", "/views/")) == 1
    assert export_server.is_clean


def test_a_removal_whose_response_is_lost_counts(
    export_server: ExportServer, project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    gone = then(lambda request: export_server.kept.clear(), lose)
    for script in ([gone], [lose, gateway(502)], [gateway(503)] * 9):
        export_server.deleting[:] = script
        assert project.export() == LONG_TASKS
        assert export_server.is_clean
    assert caplog.text == ""


def test_a_removal_that_is_refused_is_a_warning(
    export_server: ExportServer, project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    export_server.deleting[:] = [lambda request: Answer({"detail": "no"}, status=403)]
    assert project.export() == LONG_TASKS
    assert "could not be removed from the server" in caplog.text


def test_a_snapshot_to_stay_is_found_among_all_others(
    export_server: ExportServer, project: Project
) -> None:
    project.exports.create(title="v1")
    export_server.making[:] = [then(export_server.make, lose)]
    assert project.exports.create(title="v1").id == 4
    export_server.making[:] = [then(export_server.make, gateway(504))]
    assert project.exports.create().id == 5
    assert export_server.made == 3


def test_two_candidate_snapshots_are_named(export_server: ExportServer, project: Project) -> None:
    export_server.making[:] = [then(then(export_server.make, export_server.make), lose)]
    with pytest.raises(MultipleFound, match=r"ones have its title: 3, 4\. Give it a unique title"):
        project.exports.create(title="v1")
    assert export_server.made == 1
    assert len(export_server.kept) == 2


def test_a_snapshot_with_another_title_is_no_candidate(
    export_server: ExportServer, project: Project
) -> None:
    def another(request: Request) -> Any:
        export_server.make(Request("POST", EXPORTS, {}, {}, b'{"title": "other"}'))
        raise Cut

    export_server.making[:] = [another]
    assert project.exports.create(title="v1").id == 4
    assert export_server.made == 2
