"""Syncs of storages, started once and awaited, even if the request is lost.

The server works within the request (Community), or in a queue. It continues after a lost
connection, and a parallel sync duplicates tasks: so none is started while one is in progress, or
again after a lost response.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from attrs import define, evolve, field

from ...errors import JobFailed, Outcome, OutcomeUnknown, ServerError, note
from ...orm.deadline import ONE_HOUR, connect_deadline, retry_transient
from ...orm.job import COMPLETED, FAILED, Job
from ...progress import Advance, Progress, progress_bar
from ...tuning import Clock, Tuning
from ..ports import StoragePort, error_hint, expire_kinds, list_path, path_of, project_id, unit_of

RUNNING = ("queued", "in_progress")
ENDED = ("completed", "completed_with_errors", "failed")
WITH_ERRORS = ("completed_with_errors", "failed")
CONNECTING = "connecting"  # the server checks the bucket or folder before it starts
CHECK_FAILED = 500  # the status if that check failed, so no sync has started
CAUSED = "The above exception was the direct cause of the following exception:"
# A frame of a traceback, with the indented lines below it.
FRAME = re.compile(r"^  File .*\n(?:  .*\n)*", re.MULTILINE)


@define(eq=False, repr=False)
class Syncing:
    """One sync of a storage, from the request to its end."""

    storage: StoragePort
    _request: threading.Thread | None = None  # None if another client has started the sync
    _error: Exception | None = None  # of the request
    _succeeded: bool = False
    _was_open: bool = False  # at the last poll
    _lost_at: float | None = None  # when the request was seen to have ended without a response
    _given_up: bool = False  # the request was lost, and no sync has started
    _shown: int = 0  # tasks or annotations shown in the progress bar
    _advance: Advance = field(default=lambda count: None)
    _before: Any = None  # identifies the sync before this one
    _ping: Any = None  # the server's last heartbeat
    _pinged_at: float = 0.0  # when it was first seen, by the local clock
    _checked: float = -math.inf  # when the server last checked whether it is dead

    @property
    def _tuning(self) -> Tuning:
        return self.storage.client._tuning

    def begin(self) -> None:
        """Start a sync, or join the one in progress."""
        retry_transient(self._poll, connect_deadline(self.storage.client))
        if self.storage.status not in RUNNING:
            self._before = self._attempt()
            self._request = threading.Thread(target=self._post, daemon=True)
            self._request.start()

    def has_ended(self) -> bool:
        """Poll, and tell whether it is over, so that another may be started."""
        retry_transient(self._refresh, connect_deadline(self.storage.client))
        if self._has_started:
            return self.storage.status in ENDED
        is_over = self._succeeded or self._given_up or self._is_refused
        return is_over and not self._was_open

    def wait(
        self, timeout: float = ONE_HOUR, *, progress: Progress = None, until_begun: bool = False
    ) -> StoragePort:
        """Return the storage once the sync has ended, or started.

        Raises `JobFailed` with the server's reason, or `JobTimeout`: its `job.wait()` continues.
        """
        unit, self._shown = f" {unit_of(self.storage)}", 0
        try:
            with progress_bar(progress, what="Syncing", unit=unit) as self._advance:
                return self._job(until_begun).wait(timeout)
        except JobFailed as failed:
            raise failed from self._error
        except KeyboardInterrupt as error:
            note(error, f"The sync of {self.storage!r} continues; sync() resumes waiting.")
            raise
        finally:  # a sync changes these
            expire_kinds(self.storage.client, "project", "task", "annotation")

    def _job(self, until_begun: bool) -> Job[StoragePort]:
        interval = self._tuning.sync_interval
        return Job(
            f"The sync of {self.storage!r}",
            look=self._poll_and_advance,
            status=lambda storage: self._status(until_begun),
            reason=lambda storage: self._reason(),
            note=lambda storage: self._note(),
            resume="sync()",
            tuning=evolve(
                self._tuning,
                clock=Clock(self._tuning.clock.now, self._sleep),
                first_interval=interval,
                longest_interval=interval,
            ),
        )

    def _sleep(self, seconds: float) -> None:
        """Sleep, at most until the response comes."""
        if self._request is not None and self._is_open:
            self._request.join(seconds)
        else:
            self._tuning.clock.sleep(seconds)

    @property
    def _is_open(self) -> bool:
        """Whether the request is open: the server syncs, or connects to the bucket or folder."""
        return self._request is not None and self._request.is_alive()

    def _post(self) -> None:
        path, timeout = f"{path_of(self.storage)}/sync", self._tuning.sync_request_timeout
        try:
            self.storage.client.json("POST", path, timeout=timeout)
            self._succeeded = True
        except Exception as error:  # raised in wait()
            self._error = error

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.storage!r}>"

    # -- status -----------------------------------------------------------------------------------

    @property
    def _has_started(self) -> bool:
        return self._attempt() != self._before or self.storage.status in RUNNING

    def _status(self, until_begun: bool) -> str:
        """Return the status of the sync; raise if it has not started, and never will."""
        status = self.storage.status
        if not self._has_started and (self._was_open or not self._succeeded):
            return self._status_of_request()
        if self._has_started and until_begun and status not in WITH_ERRORS:
            return COMPLETED
        over = status in ENDED if self._has_started else status not in RUNNING
        if over:
            return FAILED if status in WITH_ERRORS else COMPLETED
        return status

    def _status_of_request(self) -> str:
        """Return the status before the start; raise if the request was refused or lost."""
        if self._was_open:
            return CONNECTING
        if self._check_failed:
            return FAILED
        if self._error is not None and self._is_refused:
            raise self._error
        now, timeout = self._tuning.clock.now(), self._tuning.sync_begin_timeout
        self._lost_at = now if self._lost_at is None else self._lost_at
        if now - self._lost_at < timeout:
            return CONNECTING
        self._given_up = True
        raise OutcomeUnknown(
            f"The request for a sync of {self.storage!r} was lost, and none has started "
            f"within {timeout:g} s: call it again."
        ) from self._error

    @property
    def _check_failed(self) -> bool:
        """Whether the server could not connect to the bucket or folder, so no sync has started."""
        return isinstance(self._error, ServerError) and self._error.status == CHECK_FAILED

    @property
    def _is_refused(self) -> bool:
        """Whether the request has certainly not started a sync."""
        outcome = getattr(self._error, "outcome", Outcome.REFUSED)
        lost = outcome is Outcome.UNKNOWN and not self._check_failed
        return self._error is not None and not lost

    def _attempt(self) -> Any:
        """Return values that differ for each sync."""
        meta = self._meta
        return meta.get("attempts"), meta.get("time_queued"), meta.get("time_in_progress")

    # -- polling ----------------------------------------------------------------------------------

    def _poll_and_advance(self) -> StoragePort:
        """Poll, and advance the progress bar."""
        self._poll()
        found = (self.storage.last_sync_count or 0) if self._has_started else 0
        if found > self._shown:
            self._advance(found - self._shown)
            self._shown = found
        return self.storage

    def _poll(self) -> None:
        """Read the status; let the server end a dead sync."""
        self._refresh()
        if not self._was_open:  # else the server works on it, even without heartbeats
            self._end_if_dead()

    def _refresh(self) -> None:
        self._was_open = self._is_open  # first, so that the status is newer
        self.storage.refresh()
        ping = (self.storage.status, self._pinged)
        if ping != self._ping:
            self._ping, self._pinged_at = ping, self._tuning.clock.now()

    def _end_if_dead(self) -> None:
        """Let the server end a dead sync: it checks for them when it lists storages."""
        silent, now = self._tuning.sync_silence_timeout, self._tuning.clock.now()
        was_checked = now - self._checked < silent
        if self.storage.status != "in_progress" or self._silence < silent or was_checked:
            return
        params = {"project": project_id(self.storage)}
        self.storage.client.json("GET", list_path(self.storage), params=params)
        self._checked = now
        self._refresh()

    @property
    def _pinged(self) -> str:
        return str(self._meta.get("time_last_ping"))

    @property
    def _meta(self) -> Mapping[str, Any]:
        meta = self.storage.meta
        return meta if isinstance(meta, Mapping) else {}

    @property
    def _silence(self) -> float:
        """Seconds since the last heartbeat, the longer of local and server time."""
        try:
            age = datetime.now(timezone.utc) - datetime.fromisoformat(self._pinged)
        except (TypeError, ValueError):
            age = timedelta(0)
        return max(self._tuning.clock.now() - self._pinged_at, age.total_seconds())

    # -- messages ---------------------------------------------------------------------------------

    def _reason(self) -> str:
        """Return why it failed, and what to do about it; this may send requests."""
        storage = self.storage
        if self._has_started or self._error is None:
            reason = reason_in(storage.traceback or "")
        else:
            reason = str(getattr(self._error, "detail", None) or self._error)
        hint = error_hint(storage, reason)
        return "\n".join(filter(None, [reason or "no reason was given", hint]))

    def _note(self) -> str:
        """Return details for the error of a timeout."""
        if not self._has_started:
            return " It has not started: the server is still connecting to the bucket or folder."
        if self.storage.status == "queued":
            return " No worker of the server has started it."
        return f" Its last heartbeat was {self._silence:.0f} s ago."


def reason_in(traceback: str) -> str:
    """Return the message of a Python traceback, and of its direct cause.

    >>> reason_in("Traceback (most recent call last):\\n  File …\\nValueError: No tasks in 1.json")
    'ValueError: No tasks in 1.json'
    """
    *causes, last = (_message_in(part) for part in traceback.split(CAUSED)[-2:])
    return "\n".join([last, *(f"Caused by {cause}" for cause in causes)])


def _message_in(traceback: str) -> str:
    end = 0
    for frame in FRAME.finditer(traceback):
        end = frame.end()
    return traceback[end:].strip() or traceback.strip()
