"""Faults of the connection or the server: nothing is created twice."""

from __future__ import annotations

import io
import multiprocessing
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.clock import tuned
from support.stub import Answer, Cut, Request, Stub, counted, html, nowhere
from support.texts import LEGACY_KEY

from label_studio_orm import LabelStudio
from label_studio_orm.errors import (
    ConnectionFailed,
    EditionError,
    IncompleteResult,
    InvalidInput,
    JobFailed,
    NotFound,
    Outcome,
    OutcomeUnknown,
    PermissionDenied,
    Rejected,
    ServerError,
    ServerTimeout,
)
from label_studio_orm.tuning import RetryPolicy

VERSION = {"release": "1.23.2", "edition": "Community"}


def cut(request: Request) -> Any:
    raise Cut


def slow(request: Request) -> Any:
    time.sleep(0.5)
    return {}


# -- reading -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        cut,
        Answer({"id": 1, "title": "Reviews"}, cut=10),
        Answer({}, status=429, headers={"Retry-After": "0"}),
        Answer({}, status=502),
        Answer({}, status=503),
        html(504),
    ],
    ids=["no answer", "half an answer", "429", "502", "503", "504"],
)
def test_a_read_is_retried(fault: Any, ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/api/projects/1/", fault, fault, {"id": 1, "title": "Reviews"})
    assert ls.projects.get(1).title == "Reviews"
    assert stub.said == ["GET /api/projects/1/"] * 3


def test_a_read_fails_after_three_retries(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/api/version", Answer({"detail": "too busy"}, status=503))
    with pytest.raises(ServerError, match="GET /api/version → 503: too busy"):
        _ = ls.info
    assert len(stub.requests) == 4


def test_a_lost_connection_names_the_server_and_the_request(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/api/version", cut)
    with pytest.raises(ConnectionFailed, match=f"Lost {stub.url} during GET /api/version"):
        _ = ls.info


def test_a_timeout_names_its_seconds(connect_to: Callable[..., LabelStudio], stub: Stub) -> None:
    stub.on("GET", "/api/version", slow)
    with pytest.raises(ServerTimeout, match=r"no answer to GET /api/version in 0\.05 s"):
        _ = connect_to(timeout=0.05).info
    assert len(stub.requests) == 4


def test_a_server_that_is_down_is_named_with_the_cause() -> None:
    url = nowhere()
    ls = LabelStudio(url, api_key=LEGACY_KEY)
    ls._transport.backoff = ls._transport.backoff.new(total=1, backoff_factor=0, backoff_jitter=0)
    with pytest.raises(ConnectionError, match=f"Cannot connect to {url}: Connection refused"):
        ls.whoami()


# -- changing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_write_whose_response_is_lost_is_not_sent_again(
    method: str, ls: LabelStudio, stub: Stub
) -> None:
    stub.on(method, "/api/projects/1/", cut)
    with pytest.raises(OutcomeUnknown, match="may have been made or not"):
        ls.request(method, "/api/projects/1/", json={})
    assert len(stub.requests) == 1


@pytest.mark.parametrize(
    "fault",
    [cut, slow, Answer({"id": 1}, cut=3), html(502), html(504)],
    ids=["no answer", "too late", "half an answer", "502", "504"],
)
def test_a_new_project_is_never_made_twice(
    fault: Any, connect_to: Callable[..., LabelStudio], stub: Stub
) -> None:
    stub.on("POST", "/api/projects/", fault)
    with pytest.raises(OutcomeUnknown):
        connect_to(timeout=0.2).projects.create(title="Reviews")
    assert stub.said == ["POST /api/projects/"]


def test_a_write_that_was_refused_temporarily_is_sent_again(ls: LabelStudio, stub: Stub) -> None:
    busy = Answer({}, status=429, headers={"Retry-After": "0"})
    stub.on("POST", "/api/projects/", busy, {"id": 1, "title": "Reviews"})
    assert ls.projects.create(title="Reviews").id == 1
    assert len(stub.requests) == 2


def test_a_write_that_was_never_sent_is_sent_again() -> None:
    url = nowhere()
    ls = LabelStudio(url, api_key=LEGACY_KEY)
    ls._transport.backoff = ls._transport.backoff.new(total=2, backoff_factor=0, backoff_jitter=0)
    attempts = counted(ls)
    with pytest.raises(ConnectionFailed, match="Cannot connect"):  # not OutcomeUnknown
        ls.projects.create(title="Reviews")
    assert len(attempts) == 3


def test_a_redirected_write_does_not_become_a_read(ls: LabelStudio, stub: Stub) -> None:
    there = Answer(status=301, headers={"Location": f"{stub.url}/elsewhere/"})
    stub.on("POST", "/api/projects/", there)
    with pytest.raises(ConnectionFailed, match=r"was redirected to .*use the server's final URL"):
        ls.projects.create(title="Reviews")
    assert len(stub.requests) == 1


@pytest.fixture
def hurried(ls: LabelStudio) -> None:
    """Imports in chunks of two tasks that do not wait long for what was lost."""
    retries = RetryPolicy(first_interval=0, lost_timeout=0)
    tuned(ls, import_tasks=2, import_retries=retries)


ROWS = [{"text": text} for text in "abcd"]
EMPTY = {"tasks": [], "total": 0}
PROJECT = {"id": 1, "label_config": "<View></View>"}


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    "fault",
    [cut, html(502), html(504), Answer({}, status=500), Answer({"task_count": 2}, cut=3)],
    ids=["no answer", "502", "504", "500", "half an answer"],
)
def test_tasks_that_were_not_made_are_sent_again(fault: Any, ls: LabelStudio, stub: Stub) -> None:
    done, rest = ({"task_count": 2, "task_ids": ids} for ids in ([1, 2], [3, 4]))
    stub.on("POST", "/api/projects/1/import", done, fault, rest)
    stub.on("GET", "/api/projects/1/", PROJECT)
    stub.on("GET", "/api/tasks/", EMPTY)
    assert list(ls.projects.get(1).import_tasks(ROWS)) == [1, 2, 3, 4]
    posted = [request.json for request in stub.requests if request.method == "POST"]
    assert [len(tasks) for tasks in posted] == [2, 2, 2]
    assert posted[1] == posted[2]


@pytest.mark.usefixtures("hurried")
def test_tasks_that_were_made_are_not_sent_again(ls: LabelStudio, stub: Stub) -> None:
    def look(request: Request) -> Any:
        if "filter:tasks:id" not in request.query["query"]:
            return EMPTY
        there = [{"id": 7 + n, "data": row, "total_annotations": 0} for n, row in enumerate(ROWS)]
        return {"tasks": there[2:], "total": 2}

    stub.on("POST", "/api/projects/1/import", {"task_count": 2, "task_ids": [1, 2]}, cut)
    stub.on("GET", "/api/projects/1/", PROJECT)
    stub.on("GET", "/api/tasks/", look)
    assert list(ls.projects.get(1).import_tasks(ROWS)) == [1, 2, 9, 10]
    assert [request.method for request in stub.requests] == ["GET", "GET", "POST", "POST", "GET"]


@pytest.mark.usefixtures("hurried")
def test_an_interrupted_import_reports_what_is_on_the_server(ls: LabelStudio, stub: Stub) -> None:
    stub.on("POST", "/api/projects/1/import", {"task_count": 2, "task_ids": [1, 2]}, cut)
    stub.on("GET", "/api/projects/1/", PROJECT)
    stub.on("GET", "/api/tasks/", EMPTY)
    with pytest.raises(OutcomeUnknown, match="2 tasks were imported before that") as caught:
        ls.projects.get(1).import_tasks(ROWS)
    assert list(caught.value.imported) == [1, 2]


@pytest.mark.parametrize(
    "body",
    [
        {"files": {"file": ("a.txt", io.BytesIO(b"text"))}},
        {"data": io.BytesIO(b"text")},
        {"data": iter([b"text"])},
    ],
    ids=["files", "file", "generator"],
)
def test_a_body_that_was_read_is_not_sent_again_empty(
    body: Any, ls: LabelStudio, stub: Stub
) -> None:
    stub.on("POST", "/api/projects/1/import", Answer({"detail": "busy"}, status=429))
    with pytest.raises(ServerError, match="busy"):
        ls.request("POST", "/api/projects/1/import", **body)
    assert len(stub.requests) == 1


# -- requests that are too large, data that no database takes -----------------------------------


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(status=413, body=b"<h1>413</h1>"), r"→ 413: .*\nIts body has 13 bytes, too many"),
        (Answer(status=414, body=b"<h1>414</h1>"), r"→ 414: .*\nIts URL has 5,0\d\d characters"),
        (Answer(status=431, body=b"<h1>431</h1>"), r"→ 431: .*\nIts headers are too large"),
        (
            Answer(
                status=400,  # as gunicorn answers
                body=b"<p>Request Line is too large (5054 &gt; 4094)</p>",
                headers={"Content-Type": "text/html"},
            ),
            r"→ 400: .*\nIts URL has 5,0\d\d characters",
        ),
    ],
    ids=["413", "414", "431", "gunicorn"],
)
def test_a_request_that_is_too_large_says_which_part(
    answer: Answer, says: str, ls: LabelStudio, stub: Stub
) -> None:
    stub.on("POST", "/api/anything", answer)
    with pytest.raises(Rejected, match=says):
        ls.request("POST", "/api/anything", params={"q": "x" * 5_000}, json={"a": "b" * 5})


def test_a_database_error_is_readable(ls: LabelStudio, stub: Stub) -> None:
    detail = 'value too long for type character varying(9)\nLINE 1: UPDATE "a"\n     ^'
    stub.on("PATCH", "/api/a/1/", Answer({"id": "f00", "detail": detail}, status=500))
    with pytest.raises(ServerError) as caught:
        ls.request("PATCH", "/api/a/1/", json={})
    assert str(caught.value) == (
        "PATCH /api/a/1/ → 500: value too long for type character varying(9). "
        "A text is too long for the server's database."
    )
    assert caught.value.detail == detail
    assert len(stub.requests) == 1


def test_a_query_with_nul_is_not_sent(ls: LabelStudio, stub: Stub) -> None:
    with pytest.raises(InvalidInput, match="title must not contain NUL"):
        ls.request("GET", "/api/projects/", params={"title": "a\x00"})
    assert stub.requests == []


# -- answers that are none ---------------------------------------------------------------------


def test_a_missing_endpoint_of_the_edition_is_recognized_by_the_response(
    ls: LabelStudio, stub: Stub
) -> None:
    stub.on("GET", "/api/workspaces", html(404))
    stub.on("PROPFIND", "/api/workspaces", html(404))
    stub.on("GET", "/api/version", VERSION)
    with pytest.raises(EditionError, match="only Label Studio Enterprise has workspaces"):
        ls.request("GET", "/api/workspaces")


def test_a_record_that_is_missing_behind_a_web_page_is_not_found(
    ls: LabelStudio, stub: Stub
) -> None:
    stub.on("GET", "/api/projects/1/exports/9", html(404))
    stub.on("PROPFIND", "/api/projects/1/exports/9", Answer({}, status=405))
    stub.on("GET", "/api/version", VERSION)
    with pytest.raises(NotFound, match="there is no such record"):
        _ = ls.projects.get(1).exports.get(9).status


@pytest.mark.parametrize("status", [200, 404])
def test_a_server_that_is_not_label_studio_is_reported(
    status: int, ls: LabelStudio, stub: Stub
) -> None:
    stub.on("GET", "/api/projects/1/", html(status))
    stub.on("GET", "/api/version", html(status))
    with pytest.raises(ConnectionFailed, match=r"text/html .*Is it the address of a Label Studio"):
        _ = ls.projects.get(1).title


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Rejected),
        (403, PermissionDenied),
        (404, NotFound),
        (409, Rejected),
        (500, ServerError),
    ],
)
def test_a_refusal_carries_what_the_server_said(
    status: int, kind: type[Exception], ls: LabelStudio, stub: Stub
) -> None:
    said = {"id": "e-1", "detail": "Bad.", "validation_errors": {"title": ["Too long."]}}
    stub.on("PATCH", "/api/projects/1/", Answer(said, status=status))
    project = ls.projects.get(1)
    project.title = "Reviews"
    with pytest.raises(kind, match="title: Too long") as caught:
        project.save()
    error: Any = caught.value
    assert (error.status, error.detail, error.error_id) == (status, "Bad.", "e-1")
    assert error.validation_errors == {"title": ["Too long."]}
    assert (error.method, error.path) == ("PATCH", "/api/projects/1/")


def test_problems_by_field_are_told_where_they_are_the_whole_answer(
    ls: LabelStudio, stub: Stub
) -> None:
    said = {"label_config": ["no element found: line 1, column 6"]}
    stub.on("POST", "/api/projects/validate/", Answer(said, status=400))
    check = ls.projects.check_config("<View>")
    assert [problem.message for problem in check.problems] == said["label_config"]


def test_what_was_deleted_meanwhile_is_not_found_whatever_the_status(
    ls: LabelStudio, stub: Stub
) -> None:
    gone = {"detail": "Task matching query does not exist."}
    stub.on("POST", "/api/tasks/1/drafts", Answer(gone, status=500))
    with pytest.raises(NotFound, match="Task matching query does not exist") as caught:
        ls.request("POST", "/api/tasks/1/drafts", json={})
    assert caught.value.outcome is Outcome.REFUSED


def test_a_path_that_is_a_url_is_refused(ls: LabelStudio) -> None:
    with pytest.raises(InvalidInput, match="must start with '/'"):
        ls.request("GET", "https://elsewhere.example.org/")


# -- imports and exports of servers with queues (mocked: Community works at once) --------------


def test_an_import_that_the_server_puts_in_a_queue_is_waited_for(
    ls: LabelStudio, stub: Stub
) -> None:
    stub.on("GET", "/api/projects/1/", PROJECT)
    stub.on("GET", "/api/tasks/", EMPTY)
    stub.on("POST", "/api/projects/1/import", {"import": 5})
    stub.on(
        "GET",
        "/api/projects/1/imports/5/",
        {"status": "created"},
        {"status": "in_progress"},
        {"status": "completed", "task_count": 2, "task_ids": [8, 9]},
    )
    assert list(ls.projects.get(1).import_tasks([{"text": "a"}, {"text": "b"}])) == [8, 9]


def test_a_queued_import_that_fails_raises_the_servers_reason(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/api/projects/1/", PROJECT)
    stub.on("GET", "/api/tasks/", EMPTY)
    stub.on("POST", "/api/projects/1/import", {"import": 5})
    stub.on("GET", "/api/projects/1/imports/5/", {"status": "failed", "error": "no text in data"})
    with pytest.raises(JobFailed, match="Import 5 into project 1 failed: no text in data"):
        ls.projects.get(1).import_tasks([{"text": "a"}])


class Exporting:
    """A server that makes and converts snapshots in a queue."""

    md5 = "d751713988987e9331980363e24189ce"  # of b"[]"

    def __init__(self, stub: Stub, md5: str = md5, conversion: str = "completed") -> None:
        snapshot = {"id": 3, "md5": md5, "converted_formats": []}
        done = {**snapshot, "status": "completed"}
        converted = {"export_type": "CSV", "status": conversion, "traceback": "no annotations"}
        running = {**converted, "status": "in_progress"}
        path = "/api/projects/1/exports"
        formats = [{"name": "JSON"}, {"name": "CSV"}]
        stub.on("GET", "/api/projects/1/export/formats", formats)
        stub.on("POST", path, {**snapshot, "md5": "", "status": "in_progress"})
        stub.on(
            "GET",
            f"{path}/3",
            {**snapshot, "status": "in_progress"},
            done,
            done,
            {**done, "converted_formats": [running]},
            {**done, "converted_formats": [converted]},
        )
        stub.on("POST", f"{path}/3/convert", {"export_type": "CSV"})
        name = {"Content-Disposition": 'attachment; filename="../../v1.json"'}
        stub.on("GET", f"{path}/3/download", Answer(body=b"[]", headers=name))
        stub.on("DELETE", f"{path}/3", Answer(status=204, body=b""))


def test_an_export_waits_for_the_snapshot_and_then_for_its_conversion(
    ls: LabelStudio, stub: Stub, tmp_path: Path
) -> None:
    Exporting(stub)
    written = ls.projects.get(1).export("CSV", tmp_path / "v1.csv")
    assert written.read_bytes() == b"[]"
    path = "/api/projects/1/exports"
    assert stub.said == [
        "GET /api/projects/1/export/formats",
        f"POST {path}",
        f"GET {path}/3",
        f"GET {path}/3",
        f"GET {path}/3",
        f"POST {path}/3/convert",
        f"GET {path}/3",
        f"GET {path}/3",
        f"GET {path}/3/download",
        f"GET {path}/3/download",  # the JSON, by which it is told what CSV leaves out
        "GET /api/projects/1/",
        f"DELETE {path}/3",
    ]


def test_an_export_without_tasks_is_refused(
    ls: LabelStudio, stub: Stub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Exporting(stub, md5="0" * 32)  # so that the JSON is damaged
    assert ls.projects.get(1).export("CSV", tmp_path / "v1.csv").read_bytes() == b"[]"
    assert "Could not check what the CSV export leaves out" in caplog.text


def test_a_conversion_that_fails_raises_the_servers_reason_and_leaves_nothing(
    ls: LabelStudio, stub: Stub, tmp_path: Path
) -> None:
    Exporting(stub, conversion="failed")
    with pytest.raises(JobFailed, match="Conversion of export snapshot 3 to CSV failed: no annot"):
        ls.projects.get(1).export("CSV", tmp_path / "v1.csv")
    assert list(tmp_path.iterdir()) == []
    assert "DELETE /api/projects/1/exports/3" in stub.said


def test_a_download_with_a_wrong_md5_is_removed(
    ls: LabelStudio, stub: Stub, tmp_path: Path
) -> None:
    Exporting(stub, md5="0" * 32)
    with pytest.raises(IncompleteResult, match="is damaged"):
        ls.projects.get(1).export("JSON", tmp_path / "v1.json")
    assert list(tmp_path.iterdir()) == []


def test_a_download_that_breaks_off_is_not_kept(
    ls: LabelStudio, stub: Stub, tmp_path: Path
) -> None:
    tuned(ls, outage_timeout=0)
    Exporting(stub)
    stub.on("GET", "/api/projects/1/exports/3/download", Answer(body=b"x" * 9999, cut=100))
    with pytest.raises(ConnectionFailed, match="was lost within a response"):
        ls.projects.get(1).export("JSON", tmp_path / "v1.json")
    assert list(tmp_path.iterdir()) == []


def test_a_hostile_file_name_stays_in_the_folder(
    ls: LabelStudio, stub: Stub, tmp_path: Path
) -> None:
    Exporting(stub)
    written = ls.projects.get(1).export("JSON", tmp_path / "inner")
    assert written == tmp_path / "inner"
    assert ls.projects.get(1).export("JSON", f"{tmp_path}/deep/") == tmp_path / "deep" / "v1.json"


# -- forks -------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_opens_connections_of_its_own(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/api/version", VERSION)
    assert _release(ls) == "1.23.2"
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    sibling = ls.with_options(timeout=5)
    child = context.Process(
        target=lambda: queue.put((_release(sibling), sibling._transport.connections.pid))
    )
    child.start()
    assert queue.get(timeout=10) == ("1.23.2", child.pid)
    child.join()
    assert _release(ls) == "1.23.2"
    ports = [request.port for request in stub.requests]
    assert ports[0] == ports[2] != ports[1]


def _release(ls: LabelStudio) -> str:
    return str(ls.json("GET", "/api/version")["release"])


# -- text that no database takes -------------------------------------------------------------------

NUL_WRITES: dict[str, Callable[[LabelStudio], Any]] = {
    "create": lambda ls: ls.projects.create(title="Rev\x00iews"),
    "save": lambda ls: _renamed(ls.projects.get(1), "Rev\x00iews").save(),
    "task": lambda ls: ls.projects.get(1).tasks.create({"text": "a\x00b"}),
    "annotate": lambda ls: ls.projects.get(1).tasks.get(2).annotate(_say("a\x00b"), validate=False),
    "predict": lambda ls: (
        ls.projects.get(1).tasks.get(2).predict([], validate=False, model_version="\x00")
    ),
    "own request": lambda ls: ls.json("POST", "/api/anything", json={"deep": [{"k\x00": 1}]}),
}


def _renamed(project: Any, title: str) -> Any:
    project.title = title
    return project


def _say(text: str) -> list[dict[str, Any]]:
    said = {"from_name": "t", "to_name": "t", "type": "textarea"}
    return [{**said, "value": {"text": [text]}}]


@pytest.mark.parametrize("write", NUL_WRITES.values(), ids=NUL_WRITES)
def test_a_body_with_nul_is_not_sent(
    write: Callable[[LabelStudio], Any], ls: LabelStudio, stub: Stub
) -> None:
    stub.on("GET", "/api/projects/1/", PROJECT)
    stub.on("GET", "/api/tasks/2/", {"id": 2, "project": 1, "data": {"text": "a"}})
    with pytest.raises(InvalidInput, match=r"must not contain NUL \(\\x00\)"):
        write(ls)
    assert [request for request in stub.requests if request.method != "GET"] == []
