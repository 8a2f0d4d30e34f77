"""A sync: begun once, waited for whatever becomes of the request, and never begun beside another.

A real server with queues, or one that dies in the middle, is not to be had: this one is made up.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest
from support.clock import Nap, tuned
from support.fake import FakeClient

from label_studio_orm import Project
from label_studio_orm.errors import (
    ConnectionFailed,
    InvalidInput,
    JobFailed,
    JobTimeout,
    LabelStudioError,
    NotFound,
    OutcomeUnknown,
    Rejected,
    ServerError,
    UnsavedChanges,
)
from label_studio_orm.records.storages import ExportStorage, ImportStorage, S3ImportStorage
from label_studio_orm.transfer.storages import syncing
from label_studio_orm.transfer.storages.syncing import Syncing, reason_in
from label_studio_orm.tuning import Clock, Tuning

PATH = "/api/storages/s3/3"
STORED: dict[str, Any] = {
    "id": 3,
    "type": "s3",
    "project": 7,
    "title": "Photos",
    "bucket": "photos",
    "status": "initialized",
    "last_sync": None,
    "last_sync_count": None,
    "last_sync_job": None,
    "traceback": None,
    "meta": {},
}
TRACEBACK = """Traceback (most recent call last):
  File "/app/io_storages/base_models.py", line 512, in sync
    self._scan_and_create_links()
io_storages.exceptions.UnsupportedFileFormatError: File "2.jpg" is not a JSON/JSONL/Parquet file.
If you're trying to import non-JSON data, edit storage settings and enable "Tasks" import method
"""
LOST = OutcomeUnknown(f"POST {PATH}/sync was sent, but no answer came back", status=None)
GATEWAY = OutcomeUnknown("A gateway gave up waiting", status=504)
FOREVER = 1e9  # seconds


def ago(seconds: float) -> str:
    """The server's words for a time."""
    return str(datetime.now(timezone.utc) - timedelta(seconds=seconds))


class FakeServer(FakeClient):
    """A server on which a sync takes as long as it is told to, by a clock that only naps.

    `story` is what becomes of a sync, by seconds since it was begun. The request gets its `answer`
    after so many seconds: None is the record itself, an error is raised.
    """

    def __init__(self) -> None:
        super().__init__(Project, ImportStorage, ExportStorage)
        self.stored = dict(STORED)
        self.story: dict[float, dict[str, Any]] = {0: {"status": "completed"}}
        self.answers_after = 0.0
        self.answer: LabelStudioError | None = None
        self.arrives = True
        self.begins_after = 0.0  # seconds, where the answer comes before that
        self.connects_for = 0.0  # seconds before it begins, for which nothing can be seen
        self.waits: list[Any] = []  # the timeouts of requests
        self.nap = Nap()
        self.clock = Clock(now=lambda: self.nap.time, sleep=self._sleep)
        self._tuning = Tuning(clock=self.clock)
        self._begun_at: float | None = None
        self._time_passes = threading.Condition()
        self._over = False
        self.answers[f"GET {PATH}"] = lambda options: self.now()
        self.answers["GET /api/storages/s3/"] = lambda options: [self.listed()]
        self.answers[f"POST {PATH}/sync"] = self._sync

    def _sleep(self, seconds: float) -> None:
        with self._time_passes:
            self.nap.clock.sleep(seconds)
            self._time_passes.notify_all()
        time.sleep(0.001)  # for the thread of the request

    def _sync(self, options: Any) -> Any:
        self.waits.append(options["timeout"])
        arrived = self.nap.time
        self._wait_until(arrived + self.connects_for)
        if self.arrives and self.begins_after:
            self.story = {self.begins_after: {"status": "queued", "meta": {"attempts": 1}}} | {
                self.begins_after + seconds: said for seconds, said in self.story.items()
            }
            self._begun_at = self.nap.time
        elif self.arrives:
            # One write of the server, and so it must be here: the other thread looks at it.
            attempts = self.stored["meta"].get("attempts", 0) + 1
            meta = {"attempts": attempts, "time_queued": ago(0)}
            self.stored = {**self.stored, "status": "queued", "meta": meta}
            self._begun_at = self.nap.time
        self._wait_until(arrived + self.answers_after)
        if self._over or self.answer:
            raise self.answer or LOST
        return self.now()

    def _wait_until(self, moment: float) -> None:
        with self._time_passes:
            self._time_passes.wait_for(lambda: self._over or self.nap.time >= moment)

    def now(self) -> dict[str, Any]:
        """Return the record as it is at this moment."""
        known = dict(self.stored)
        if self._begun_at is not None:
            for seconds, changes in self.story.items():
                if self.nap.time - self._begun_at >= seconds:
                    meta = {**known["meta"], **changes.get("meta", {})}
                    known = {**known, **changes, "meta": meta}
        return known

    def listed(self) -> dict[str, Any]:
        """Return the record from the list, which gives up what is silent."""
        known = self.now()
        ping = known["meta"].get("time_last_ping")
        silent = ping and datetime.fromisoformat(ping) < datetime.now(timezone.utc) - timedelta(
            seconds=25
        )
        if known["status"] == "in_progress" and silent:
            dead = {"status": "failed", "traceback": "It appears the job was failed because …"}
            self.stored, self._begun_at = {**known, **dead}, None
            known = dict(self.stored)
        return known

    def close(self) -> None:
        with self._time_passes:
            self._over = True
            self._time_passes.notify_all()

    @property
    def posts(self) -> int:
        return self.said.count(f"POST {PATH}/sync")

    @property
    def listings(self) -> int:
        return self.said.count("GET /api/storages/s3/")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    server = FakeServer()

    class Request(threading.Thread):
        def join(self, timeout: float | None = None) -> None:
            server.clock.sleep(timeout or 0)  # by its clock
            super().join(0.001)

    monkeypatch.setattr(syncing, "threading", SimpleNamespace(Thread=Request))
    yield server
    server.close()


@pytest.fixture
def storage(server: FakeServer) -> S3ImportStorage:
    return Project(7, client=server).import_storages.s3.get(3)


def sync(
    storage: S3ImportStorage,
    server: FakeServer,
    *,
    wait: bool = True,
    timeout: float = 3600,
    **more: Any,
) -> None:
    syncing = Syncing(storage)
    syncing.begin()
    syncing.wait(timeout, until_begun=not wait, **more)


def working(count: int | None, *, ping: float = 0) -> dict[str, Any]:
    meta = {"time_in_progress": "2026-11-22 13:29:14+00:00", "time_last_ping": ago(ping)}
    return {"status": "in_progress", "last_sync_count": count, "meta": meta}


def done(count: int = 5) -> dict[str, Any]:
    return {"status": "completed", "last_sync_count": count}


# -- the usual ------------------------------------------------------------------------------------


def test_a_sync_that_is_done_at_once(storage: S3ImportStorage, server: FakeServer) -> None:
    server.story = {0: done(5)}
    sync(storage, server)
    assert (storage.status, storage.last_sync_count, server.posts) == ("completed", 5, 1)
    assert server.nap.time <= 2


def test_sync_of_a_storage_returns_it(storage: S3ImportStorage, server: FakeServer) -> None:
    server.answers[f"POST {PATH}/sync"] = None
    server.stored |= {"status": "completed", "meta": {"attempts": 1}}
    assert storage.sync(wait=False, timeout=5, progress=False) is storage


def test_a_sync_that_takes_its_time_is_waited_for_with_progress(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story = {1: working(None), 5: working(100), 10: working(250), 15: done(400)}
    server.answers_after = 15
    told: list[tuple[int, int | None]] = []
    sync(storage, server, progress=lambda done, total: told.append((done, total)))
    assert told == [(100, None), (250, None), (400, None)]
    assert (storage.status, storage.last_sync_count, server.posts) == ("completed", 400, 1)


def test_the_count_of_the_sync_before_is_no_progress(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.stored |= {"status": "completed", "last_sync_count": 70, "meta": {"attempts": 1}}
    server.story = {0: {"last_sync_count": None}, 2: working(3), 4: done(4)}
    server.answers_after = 4
    told: list[int] = []
    sync(storage, server, progress=lambda done, total: told.append(done))
    assert told == [3, 4]


def test_the_request_has_all_the_time_that_the_server_needs(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story, server.answers_after = {1: working(None), 300: done()}, 300
    sync(storage, server)
    assert server.waits[0] >= 3600


def test_a_sync_in_a_queue_is_waited_for_after_its_answer(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story = {30: working(None), 40: working(100), 50: done(120)}
    sync(storage, server)  # answered at once: queued
    assert (storage.status, storage.last_sync_count, server.posts) == ("completed", 120, 1)
    assert 50 <= server.nap.time < 60


def test_after_a_sync_the_project_and_its_tasks_are_read_anew(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.answers["GET /api/projects/7/"] = {"id": 7, "title": "Cats", "task_number": 0}
    assert storage.project.task_number == 0
    server.answers["GET /api/projects/7/"] = {"id": 7, "title": "Cats", "task_number": 5}
    sync(storage, server)
    assert Project(7, client=server).task_number == 5


# -- failures -------------------------------------------------------------------------------------


def test_a_sync_that_fails_says_why_in_the_words_of_the_traceback(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story = {0: {"status": "failed", "traceback": TRACEBACK}}
    with pytest.raises(JobFailed) as caught:
        sync(storage, server)
    assert 'File "2.jpg" is not a JSON/JSONL/Parquet file' in str(caught.value)
    assert "import method" in str(caught.value)  # the second line helps as well
    assert "base_models.py" not in str(caught.value)
    assert "<S3ImportStorage 3 'Photos'>" in str(caught.value)


def test_a_sync_that_fails_after_a_while_has_failed(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story = {1: working(7), 9: {"status": "failed", "traceback": TRACEBACK}}
    server.answers_after = 9
    with pytest.raises(JobFailed, match="UnsupportedFileFormatError"):
        sync(storage, server)
    assert server.posts == 1


def test_a_sync_without_a_traceback_has_failed_all_the_same(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story = {0: {"status": "failed"}}
    with pytest.raises(JobFailed, match="no reason"):
        sync(storage, server)


def test_the_traceback_of_an_earlier_sync_does_not_count(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.stored |= {"status": "failed", "traceback": TRACEBACK, "meta": {"attempts": 1}}
    server.story = {0: done()}  # the server leaves the old traceback where it is
    sync(storage, server)
    assert storage.status == "completed"


def test_a_sync_of_which_a_part_failed_says_so(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    partly = {"status": "completed_with_errors", "last_sync_count": 3, "traceback": "1.json: bad"}
    server.story = {0: partly}
    with pytest.raises(JobFailed, match=r"1\.json: bad"):
        sync(storage, server)
    assert storage.last_sync_count == 3


@pytest.mark.parametrize("wait", [True, False])
def test_a_place_that_cannot_be_reached_is_a_failure_with_its_cause(
    wait: bool, storage: S3ImportStorage, server: FakeServer
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
def test_a_refusal_is_raised_as_it_is(
    refusal: LabelStudioError, wait: bool, storage: S3ImportStorage, server: FakeServer
) -> None:
    server.arrives, server.answer = False, refusal
    with pytest.raises(type(refusal)) as caught:
        sync(storage, server, wait=wait)
    assert caught.value is refusal
    assert server.posts == 1


@pytest.mark.parametrize("timeout", [-1, "60", None, float("nan"), True])
def test_a_timeout_is_a_number(timeout: Any, storage: S3ImportStorage, server: FakeServer) -> None:
    with pytest.raises(InvalidInput, match="timeout"):
        storage.sync(timeout=timeout)
    assert server.said == []


def test_unsaved_changes_are_not_dropped_by_a_sync(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    storage.aws_secret_access_key = "hush"
    with pytest.raises(UnsavedChanges) as caught:
        sync(storage, server)
    assert "hush" not in str(caught.value)
    assert (server.posts, storage.dirty) == (0, {"aws_secret_access_key"})


# -- what is lost ---------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", [LOST, GATEWAY], ids=["cut", "504"])
@pytest.mark.parametrize("after", [0, 3, 60])
def test_a_sync_whose_answer_was_lost_goes_on_and_is_waited_for(
    after: float, loss: LabelStudioError, storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story = {1: working(None), 10: working(40), 90: done(100)}
    server.answer, server.answers_after = loss, after
    sync(storage, server)
    assert (storage.status, storage.last_sync_count, server.posts) == ("completed", 100, 1)
    assert server.nap.time >= 90


@pytest.mark.parametrize("loss", [LOST, GATEWAY], ids=["cut", "504"])
def test_a_sync_whose_answer_was_lost_and_that_fails_says_why(
    loss: LabelStudioError, storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story = {1: working(None), 30: {"status": "failed", "traceback": TRACEBACK}}
    server.answer, server.answers_after = loss, 5
    with pytest.raises(JobFailed, match="UnsupportedFileFormatError"):
        sync(storage, server)
    assert server.posts == 1


def test_a_sync_that_was_done_when_its_answer_was_lost_is_done(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story, server.answer = {0: done(5)}, LOST
    sync(storage, server)
    assert (storage.last_sync_count, server.posts) == (5, 1)


def test_a_sync_that_is_done_while_its_connection_says_nothing_is_done(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story, server.answers_after = {1: working(None), 20: done(5)}, FOREVER
    sync(storage, server)  # a firewall has forgotten the connection: no answer, and no error
    assert (storage.last_sync_count, server.posts) == (5, 1)
    assert server.nap.time < 60


@pytest.mark.parametrize("loss", [LOST, GATEWAY], ids=["cut", "504"])
def test_a_request_that_never_arrived_is_not_sent_again(
    loss: LabelStudioError, storage: S3ImportStorage, server: FakeServer
) -> None:
    server.arrives, server.answer = False, loss
    with pytest.raises(OutcomeUnknown, match="call it again") as caught:
        sync(storage, server)
    assert caught.value.__cause__ is loss
    assert server.posts == 1
    assert server.nap.time < 130


def test_a_server_that_does_not_answer_in_between_is_asked_on(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story, server.answer, server.answers_after = {1: working(None), 60: done(9)}, LOST, 5

    def look(options: Any) -> Any:
        if 10 < server.nap.time < 40:
            raise ConnectionFailed("Cannot connect: it starts again")
        return server.now()

    server.answers[f"GET {PATH}"] = look
    sync(storage, server)
    assert (storage.last_sync_count, server.posts) == (9, 1)


def test_a_storage_that_was_deleted_in_between_is_not_found(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story, server.answers_after = {1: working(None)}, FOREVER

    def look(options: Any) -> Any:
        if server.nap.time > 10:
            raise NotFound("no such record", status=404)
        return server.now()

    server.answers[f"GET {PATH}"] = look
    with pytest.raises(NotFound):
        sync(storage, server)


# -- one at a time --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["queued", "in_progress"])
def test_a_sync_that_is_under_way_is_waited_for_and_no_other_is_begun(
    status: str, storage: S3ImportStorage, server: FakeServer
) -> None:
    server.stored |= {**working(10), "status": status}
    server._begun_at = 0.0
    server.story = {5: working(50), 10: done(80)}
    told: list[int] = []
    sync(storage, server, progress=lambda done, total: told.append(done))
    assert (storage.last_sync_count, server.posts) == (80, 0)
    assert told[-2:] == [50, 80]


def test_a_sync_that_is_under_way_and_fails_says_why(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.stored |= working(10)
    server._begun_at = 0.0
    server.story = {5: {"status": "failed", "traceback": TRACEBACK}}
    with pytest.raises(JobFailed, match="UnsupportedFileFormatError"):
        sync(storage, server)
    assert server.posts == 0


@pytest.mark.parametrize("status", ["queued", "in_progress"])
def test_a_sync_that_is_under_way_is_left_alone_where_nobody_waits(
    status: str, storage: S3ImportStorage, server: FakeServer
) -> None:
    server.stored |= {**working(10), "status": status}
    sync(storage, server, wait=False)
    assert (server.posts, storage.status) == (0, status)


def test_a_dead_sync_is_given_up_by_the_server_and_a_new_one_is_begun(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.stored |= working(10, ping=600)
    server.story = {0: done(5)}
    sync(storage, server)
    assert (server.listings, server.posts, storage.status) == (1, 1, "completed")


def test_a_sync_that_dies_while_it_is_waited_for_has_failed(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story = {1: working(10), 20: working(10, ping=600)}
    server.answer, server.answers_after = LOST, 10
    with pytest.raises(JobFailed, match="the job was failed"):
        sync(storage, server)
    assert (server.listings, server.posts) == (1, 1)


def test_a_sync_that_was_under_way_and_dies_has_failed(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.stored |= working(10)
    server._begun_at = 0.0
    server.story = {20: working(10, ping=600)}
    with pytest.raises(JobFailed, match="the job was failed"):
        sync(storage, server)
    assert (server.listings, server.posts) == (1, 0)


def test_one_slow_object_is_not_taken_for_a_dead_sync_while_the_request_is_open(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    # Pings come between objects only. To list storages now would have the server give it up.
    server.story = {1: working(10), 30: working(10, ping=29), 60: done(11)}
    server.answers_after = 60
    sync(storage, server)
    assert (storage.last_sync_count, server.listings, server.posts) == (11, 0, 1)


def test_a_living_sync_is_not_looked_after(storage: S3ImportStorage, server: FakeServer) -> None:
    pings = {second: working(second, ping=100 - second) for second in range(1, 100, 5)}
    server.story = {**pings, 100: done()}
    server.answer = GATEWAY
    sync(storage, server)
    assert server.listings == 0


def test_a_sync_that_is_asked_for_twice_while_the_server_connects_to_the_place_is_one(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story, server.connects_for, server.answers_after = {5: done(7)}, 30, 35
    syncing = Syncing(storage)
    syncing.begin()
    with pytest.raises(JobTimeout, match=r"still 'connecting' after 10 s.*has not begun") as caught:
        syncing.wait(10)
    assert not syncing.look_if_settled()
    assert caught.value.job.wait() is storage
    assert (storage.status, storage.last_sync_count, server.posts) == ("completed", 7, 1)


def test_a_storage_goes_on_with_the_sync_that_it_has_asked_for(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story, server.connects_for, server.answers_after = {5: done(7)}, 1_000, 1_005
    with pytest.raises(JobTimeout):
        storage.sync(timeout=0.01)
    storage.sync()
    assert (storage.last_sync_count, server.posts) == (7, 1)


@pytest.mark.parametrize("loss", [LOST, GATEWAY], ids=["cut", "504"])
def test_a_sync_whose_answer_was_lost_may_begin_yet_and_no_other_is_begun(
    loss: LabelStudioError, storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story, server.begins_after, server.answer = {5: done(7)}, 60, loss
    syncing = Syncing(storage)
    syncing.begin()
    with pytest.raises(JobTimeout):
        syncing.wait(10)
    assert not syncing.look_if_settled()  # so that storage.sync() goes on with it
    assert syncing.wait().last_sync_count == 7
    assert syncing.look_if_settled()
    assert server.posts == 1


def test_after_a_request_that_was_lost_for_good_another_is_sent(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    tuned(server, sync_begin_timeout=0.01)
    server.arrives, server.answer = False, LOST
    with pytest.raises(OutcomeUnknown, match="call it again"):
        storage.sync()
    server.arrives, server.answer, server.story = True, None, {0: done(7)}
    assert storage.sync().last_sync_count == 7
    assert server.posts == 2


def test_a_sync_that_was_left_alone_and_has_ended_is_not_taken_for_the_next(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story, server.answers_after = {0: working(None), 5: done(7)}, FOREVER
    storage.sync(wait=False)
    server.nap.time += 10
    server.story, server.answers_after = {0: done(2)}, 0
    assert storage.sync().last_sync_count == 2
    assert server.posts == 2


def test_a_sync_whose_end_was_seen_before_its_answer_is_not_gone_on_with(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story, server.answers_after = {0: {"status": "failed", "traceback": TRACEBACK}}, FOREVER
    for _ in range(2):
        with pytest.raises(JobFailed):
            storage.sync()
    assert server.posts == 2


def test_an_error_of_a_gateway_after_it_has_begun_is_not_its_end(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story, server.answers_after = {0: working(1), 60: done(9)}, 20
    server.answer = ServerError("oh", status=500)
    sync(storage, server)
    assert (storage.last_sync_count, server.posts) == (9, 1)


# -- for how long ---------------------------------------------------------------------------------


def test_a_sync_that_is_queued_for_ever_ends_the_wait(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story = {}  # no worker takes it
    with pytest.raises(JobTimeout, match=r"still 'queued' after 30 s.*sync\(\) waits on") as caught:
        sync(storage, server, timeout=30)
    assert server.nap.time == pytest.approx(30, abs=1)
    assert caught.value.job is not None
    with pytest.raises(JobTimeout):
        sync(storage, server, timeout=30)
    assert server.posts == 1


def test_a_wait_that_was_too_short_is_gone_on_with(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story, server.answers_after = {1: working(10), 100: done(80)}, 100
    with pytest.raises(JobTimeout, match=r"still 'in_progress' after 20 s.*last sign of life"):
        sync(storage, server, timeout=20)
    sync(storage, server)
    assert (storage.last_sync_count, server.posts) == (80, 1)


def test_no_time_at_all_begins_a_sync_and_does_not_wait(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story, server.answers_after = {1: working(10)}, FOREVER
    with pytest.raises(JobTimeout):
        sync(storage, server, timeout=0)
    assert server.nap.time == 0


# -- without waiting ------------------------------------------------------------------------------


def test_a_sync_that_is_not_waited_for_has_begun(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story, server.answers_after = {0: working(None), 60: done(5)}, 60
    server.connects_for = 20
    sync(storage, server, wait=False)
    assert (storage.status, server.posts) == ("in_progress", 1)
    assert 20 <= server.nap.time < 60


def test_a_sync_that_is_not_waited_for_and_cannot_begin_says_so(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.arrives, server.answer = False, ServerError("no", status=500, detail="no such bucket")
    with pytest.raises(JobFailed, match="no such bucket"):
        sync(storage, server, wait=False)


def test_a_sync_that_is_not_waited_for_may_be_done_at_once(
    storage: S3ImportStorage, server: FakeServer
) -> None:
    server.story = {0: done(5)}
    sync(storage, server, wait=False)
    assert (storage.status, storage.last_sync_count) == ("completed", 5)


# -- what a traceback says ------------------------------------------------------------------------


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
def test_a_traceback_says_what_its_last_error_says(last: str, said: str | None) -> None:
    cause = 'Traceback (most recent call last):\n  File "x.py", line 1, in f\nOSError: gone\n\n'
    again = "During handling of the above exception, another exception occurred:\n\n"
    frames = 'Traceback (most recent call last):\n  File "y.py", line 2, in g\n    raise\n'
    assert reason_in(f"{cause}{again}{frames}{last}\n") == (said or last)


def test_the_direct_cause_of_an_error_is_told_and_words_with_a_colon_below_it_stay() -> None:
    frames = 'Traceback (most recent call last):\n  File "x.py", line 1, in f\n    f()\n    ^^^\n'
    first = f"{frames}OSError: too far away\n\n"
    second = f"{frames}JSONDecodeError: line 1\n\n{syncing.CAUSED}\n\n"
    last = f"{frames}ValueError: no tasks in 1.json\nContent: <xml>\n"
    told = "ValueError: no tasks in 1.json\nContent: <xml>\nCaused by JSONDecodeError: line 1"
    assert reason_in(f"{first}{syncing.CAUSED}\n\n{second}{last}") == told


@pytest.mark.parametrize("text", ["", "It appears the job was failed.\nThis typically occurs."])
def test_what_is_no_traceback_is_told_as_it_is(text: str) -> None:
    assert reason_in(text) == text
