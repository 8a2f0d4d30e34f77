"""Syncs are started once, waited for after lost responses, and report their outcome."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from support.syncing import (
    FOREVER,
    GATEWAY,
    LOST,
    PATH,
    TRACEBACK,
    SyncServer,
    done,
    sync,
    working,
)

from label_studio_orm import Project
from label_studio_orm.errors import (
    ConnectionFailed,
    InvalidInput,
    JobFailed,
    LabelStudioError,
    NotFound,
    OutcomeUnknown,
    Rejected,
    ServerError,
    UnsavedChanges,
)
from label_studio_orm.records.storages import S3ImportStorage
from label_studio_orm.transfer.storages import syncing
from label_studio_orm.transfer.storages.syncing import reason_in

# -- successful syncs -----------------------------------------------------------------------------


def test_a_sync_that_is_complete_at_once(storage: S3ImportStorage, server: SyncServer) -> None:
    server.story = {0: done(5)}
    sync(storage, server)
    assert (storage.status, storage.last_sync_count, server.posts) == ("completed", 5, 1)
    assert server.nap.time <= 2


def test_sync_returns_the_storage(storage: S3ImportStorage, server: SyncServer) -> None:
    server.answers[f"POST {PATH}/sync"] = None
    server.stored |= {"status": "completed", "meta": {"attempts": 1}}
    assert storage.sync(wait=False, timeout=5, progress=False) is storage


def test_a_long_sync_is_waited_for_with_progress(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story = {1: working(None), 5: working(100), 10: working(250), 15: done(400)}
    server.answers_after = 15
    told: list[tuple[int, int | None]] = []
    sync(storage, server, progress=lambda done, total: told.append((done, total)))
    assert told == [(100, None), (250, None), (400, None)]
    assert (storage.status, storage.last_sync_count, server.posts) == ("completed", 400, 1)


def test_the_count_of_the_previous_sync_is_not_progress(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.stored |= {"status": "completed", "last_sync_count": 70, "meta": {"attempts": 1}}
    server.story = {0: {"last_sync_count": None}, 2: working(3), 4: done(4)}
    server.connects_for, server.answers_after = 5, 9
    told: list[int] = []
    sync(storage, server, progress=lambda done, total: told.append(done))
    assert told == [3, 4]


def test_a_status_read_before_the_response_is_read_again(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    read, answered = threading.Event(), threading.Event()

    def post(options: Any) -> Any:
        read.wait(5)
        server.stored |= {**done(5), "meta": {"attempts": 1}}
        answered.set()
        return dict(server.stored)

    def look(options: Any) -> Any:
        found = dict(server.stored)
        if f"POST {PATH}/sync" in server.said and not answered.is_set():
            read.set()
            answered.wait(5)
            time.sleep(0.05)  # until the thread of the request has ended
        return found

    server.answers |= {f"POST {PATH}/sync": post, f"GET {PATH}": look}
    sync(storage, server)
    assert storage.last_sync_count == 5


def test_the_request_waits_at_least_an_hour(storage: S3ImportStorage, server: SyncServer) -> None:
    server.story, server.answers_after = {1: working(None), 300: done()}, 300
    sync(storage, server)
    assert server.waits[0] >= 3600


def test_a_queued_sync_is_waited_for_after_the_response(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story = {30: working(None), 40: working(100), 50: done(120)}
    sync(storage, server)  # the response comes at once: queued
    assert (storage.status, storage.last_sync_count, server.posts) == ("completed", 120, 1)
    assert 50 <= server.nap.time < 60


def test_after_a_sync_the_project_and_its_tasks_are_loaded_again(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.answers["GET /api/projects/7/"] = {"id": 7, "title": "Cats", "task_number": 0}
    assert storage.project.task_number == 0
    server.answers["GET /api/projects/7/"] = {"id": 7, "title": "Cats", "task_number": 5}
    sync(storage, server)
    assert Project(7, client=server).task_number == 5


# -- failures -------------------------------------------------------------------------------------


def test_the_error_of_a_failed_sync_quotes_the_traceback(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story = {0: {"status": "failed", "traceback": TRACEBACK}}
    with pytest.raises(JobFailed) as caught:
        sync(storage, server)
    assert 'File "2.jpg" is not a JSON/JSONL/Parquet file' in str(caught.value)
    assert "import method" in str(caught.value)  # the second line is reported as well
    assert "base_models.py" not in str(caught.value)
    assert "<S3ImportStorage 3 'Photos'>" in str(caught.value)


def test_a_sync_that_fails_later_raises_an_error(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story = {1: working(7), 9: {"status": "failed", "traceback": TRACEBACK}}
    server.answers_after = 9
    with pytest.raises(JobFailed, match="UnsupportedFileFormatError"):
        sync(storage, server)
    assert server.posts == 1


def test_a_failed_sync_without_a_traceback_raises_an_error(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story = {0: {"status": "failed"}}
    with pytest.raises(JobFailed, match="no reason"):
        sync(storage, server)


def test_the_traceback_of_an_earlier_sync_does_not_count(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.stored |= {"status": "failed", "traceback": TRACEBACK, "meta": {"attempts": 1}}
    server.story = {0: done()}  # the server keeps the old traceback
    sync(storage, server)
    assert storage.status == "completed"


def test_a_partly_failed_sync_raises_an_error(storage: S3ImportStorage, server: SyncServer) -> None:
    partly = {"status": "completed_with_errors", "last_sync_count": 3, "traceback": "1.json: bad"}
    server.story = {0: partly}
    with pytest.raises(JobFailed, match=r"1\.json: bad"):
        sync(storage, server)
    assert storage.last_sync_count == 3


@pytest.mark.parametrize("wait", [True, False])
def test_an_unreachable_storage_raises_an_error_with_its_cause(
    wait: bool, storage: S3ImportStorage, server: SyncServer
) -> None:
    server.arrives = False
    server.answer = ServerError("500", status=500, detail="'s3://photos/cats not found.'")
    with pytest.raises(JobFailed, match="s3://photos/cats not found"):
        sync(storage, server, wait=wait)
    assert server.posts == 1
    assert storage.status == "initialized"


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize(
    "refusal",
    [
        Rejected("Storage 3 is not synchronizable", status=400),
        NotFound("no such record", status=404),
        ServerError("too many requests", status=429),
        ConnectionFailed("Cannot connect"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_refusal_is_raised_unchanged(
    refusal: LabelStudioError, wait: bool, storage: S3ImportStorage, server: SyncServer
) -> None:
    server.arrives, server.answer = False, refusal
    with pytest.raises(type(refusal)) as caught:
        sync(storage, server, wait=wait)
    assert caught.value is refusal
    assert server.posts == 1


@pytest.mark.parametrize("timeout", [-1, "60", None, float("nan"), True])
def test_a_timeout_must_be_a_number(
    timeout: Any, storage: S3ImportStorage, server: SyncServer
) -> None:
    with pytest.raises(InvalidInput, match="timeout"):
        storage.sync(timeout=timeout)
    assert server.said == []


def test_a_sync_keeps_unsaved_changes(storage: S3ImportStorage, server: SyncServer) -> None:
    storage.aws_secret_access_key = "hush"
    with pytest.raises(UnsavedChanges) as caught:
        sync(storage, server)
    assert "hush" not in str(caught.value)
    assert (server.posts, storage.dirty) == (0, {"aws_secret_access_key"})


# -- lost requests and responses ------------------------------------------------------------------


@pytest.mark.parametrize("loss", [LOST, GATEWAY], ids=["cut", "504"])
@pytest.mark.parametrize("after", [0, 3, 60])
def test_a_sync_with_a_lost_response_is_waited_for(
    after: float, loss: LabelStudioError, storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story = {1: working(None), 10: working(40), 90: done(100)}
    server.answer, server.answers_after = loss, after
    sync(storage, server)
    assert (storage.status, storage.last_sync_count, server.posts) == ("completed", 100, 1)
    assert server.nap.time >= 90


@pytest.mark.parametrize("loss", [LOST, GATEWAY], ids=["cut", "504"])
def test_a_failed_sync_with_a_lost_response_reports_the_reason(
    loss: LabelStudioError, storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story = {1: working(None), 30: {"status": "failed", "traceback": TRACEBACK}}
    server.answer, server.answers_after = loss, 5
    with pytest.raises(JobFailed, match="UnsupportedFileFormatError"):
        sync(storage, server)
    assert server.posts == 1


def test_a_sync_that_ended_before_its_response_was_lost_succeeds(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story, server.answer = {0: done(5)}, LOST
    sync(storage, server)
    assert (storage.last_sync_count, server.posts) == (5, 1)


def test_a_sync_that_ends_while_its_connection_hangs_succeeds(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story, server.answers_after = {1: working(None), 20: done(5)}, FOREVER
    sync(storage, server)  # a firewall dropped the connection: no response and no error
    assert (storage.last_sync_count, server.posts) == (5, 1)
    assert server.nap.time < 60


@pytest.mark.parametrize("loss", [LOST, GATEWAY], ids=["cut", "504"])
def test_a_sync_request_that_never_arrived_is_not_sent_again(
    loss: LabelStudioError, storage: S3ImportStorage, server: SyncServer
) -> None:
    server.arrives, server.answer = False, loss
    with pytest.raises(OutcomeUnknown, match="call it again") as caught:
        sync(storage, server)
    assert caught.value.__cause__ is loss
    assert server.posts == 1
    assert server.nap.time < 130


def test_a_wait_continues_through_an_outage(storage: S3ImportStorage, server: SyncServer) -> None:
    server.story, server.answer, server.answers_after = {1: working(None), 60: done(9)}, LOST, 5

    def look(options: Any) -> Any:
        if 10 < server.nap.time < 40:
            raise ConnectionFailed("Cannot connect: it starts again")
        return server.now()

    server.answers[f"GET {PATH}"] = look
    sync(storage, server)
    assert (storage.last_sync_count, server.posts) == (9, 1)


def test_a_storage_deleted_during_the_sync_is_not_found(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story, server.answers_after = {1: working(None)}, FOREVER

    def look(options: Any) -> Any:
        if server.nap.time > 10:
            raise NotFound("no such record", status=404)
        return server.now()

    server.answers[f"GET {PATH}"] = look
    with pytest.raises(NotFound):
        sync(storage, server)


# -- tracebacks -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ("re.error: missing ), unterminated subpattern", None),
        ("ValueError: Can't import JSON-formatted tasks from 1.json.", None),
        ("AttributeError: 'int' object has no attribute 'get'", None),
        ("botocore.errorfactory.NoSuchBucket: An error occurred (NoSuchBucket)", None),
        ("io_storages.exceptions.UnsupportedFileFormatError: 2.jpg\nIf you import: edit", None),
        ("KeyError\n", "KeyError"),
    ],
)
def test_the_last_error_of_a_traceback_is_reported(last: str, said: str | None) -> None:
    cause = 'Traceback (most recent call last):\n  File "x.py", line 1, in f\nOSError: gone\n\n'
    again = "During handling of the above exception, another exception occurred:\n\n"
    frames = 'Traceback (most recent call last):\n  File "y.py", line 2, in g\n    raise\n'
    assert reason_in(f"{cause}{again}{frames}{last}\n") == (said or last)


def test_the_direct_cause_is_reported_with_the_lines_below_the_error() -> None:
    frames = 'Traceback (most recent call last):\n  File "x.py", line 1, in f\n    f()\n    ^^^\n'
    first = f"{frames}OSError: too far away\n\n"
    second = f"{frames}JSONDecodeError: line 1\n\n{syncing.CAUSED}\n\n"
    last = f"{frames}ValueError: no tasks in 1.json\nContent: <xml>\n"
    told = "ValueError: no tasks in 1.json\nContent: <xml>\nCaused by JSONDecodeError: line 1"
    assert reason_in(f"{first}{syncing.CAUSED}\n\n{second}{last}") == told


@pytest.mark.parametrize("text", ["", "It appears the job was failed.\nThis typically occurs."])
def test_a_text_that_is_not_a_traceback_is_reported_unchanged(text: str) -> None:
    assert reason_in(text) == text
