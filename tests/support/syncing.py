"""A server on which a sync takes as long as it is told to. One with queues is not to be had."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Any

from label_studio_orm import Project
from label_studio_orm.errors import (
    LabelStudioError,
    OutcomeUnknown,
)
from label_studio_orm.records.storages import ExportStorage, ImportStorage, S3ImportStorage
from label_studio_orm.transfer.storages.syncing import Syncing
from label_studio_orm.tuning import Clock, Tuning
from support.clock import Nap
from support.fake import FakeClient

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


class SyncServer(FakeClient):
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


def sync(
    storage: S3ImportStorage,
    server: SyncServer,
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
