"""Syncs of storages: begun once, and waited for, whatever becomes of the request.

The server works within the request (Community), or in a queue. It goes on when the connection is
cut, and a second sync beside the first one doubles tasks: so none is begun while one is under way,
and none again after a lost answer.
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

UNDER_WAY = ("queued", "in_progress")
ENDED = ("completed", "completed_with_errors", "failed")
BROKEN = ("completed_with_errors", "failed")
CONNECTING = "connecting"  # the server reaches for the place before it begins
CHECK_FAILED = 500  # the status where the place cannot be reached, before a sync is begun
CAUSED = "The above exception was the direct cause of the following exception:"
# A frame of a traceback: all that is indented below it is not yet what the error says.
FRAME = re.compile(r"^  File .*\n(?:  .*\n)*", re.MULTILINE)


@define(eq=False, repr=False)
class Syncing:
    """One sync of a storage, from the request to its end."""

    storage: StoragePort
    _request: threading.Thread | None = None  # none where somebody else has begun
    _error: Exception | None = None  # of the request
    _answered: bool = False
    _is_asking: bool = False  # the request was open when we looked last
    _lost_at: float | None = None  # when the request was seen to be over without an answer
    _given_up: bool = False  # nothing was heard of the request, and nothing has begun
    _told: int = 0  # what was brought, for the progress bar
    _advance: Advance = field(default=lambda count: None)
    _before: Any = None  # what tells this sync from the one before
    _ping: Any = None  # the server's last sign of life
    _heard: float = 0.0  # when that was new, by our clock, which may differ from the server's
    _checked: float = -math.inf  # when the server was last asked whether it is dead

    @property
    def _tuning(self) -> Tuning:
        return self.storage.client._tuning

    def begin(self) -> None:
        """Ask for a sync, unless one is under way: then it is that one."""
        retry_transient(self._look, connect_deadline(self.storage.client))
        if self.storage.status not in UNDER_WAY:
            self._before = self._attempt()
            self._request = threading.Thread(target=self._post, daemon=True)
            self._request.start()

    def look_if_settled(self) -> bool:
        """Look whether nothing comes of it any more, so that another may be begun."""
        retry_transient(self._refresh, connect_deadline(self.storage.client))
        if self._has_begun:
            return self.storage.status in ENDED
        is_over = self._answered or self._given_up or self._is_refused
        return is_over and not self._is_asking

    def wait(
        self, timeout: float = ONE_HOUR, *, progress: Progress = None, until_begun: bool = False
    ) -> StoragePort:
        """Return the storage once the sync has ended, or begun.

        Raises `JobFailed` with the server's reason, or `JobTimeout`: its `job.wait()` goes on.
        """
        unit, self._told = f" {unit_of(self.storage)}", 0
        try:
            with progress_bar(progress, what="Syncing", unit=unit) as self._advance:
                return self._job(until_begun).wait(timeout)
        except JobFailed as failed:
            raise failed from self._error
        except KeyboardInterrupt as error:
            note(error, f"The sync of {self.storage!r} goes on at the server; sync() waits on.")
            raise
        finally:  # what a sync changes is read anew
            expire_kinds(self.storage.client, "project", "task", "annotation")

    def _job(self, until_begun: bool) -> Job[StoragePort]:
        interval = self._tuning.sync_interval
        return Job(
            f"The sync of {self.storage!r}",
            look=self._look_and_tell,
            status=lambda storage: self._status(until_begun),
            reason=lambda storage: self._reason(),
            note=lambda storage: self._note(),
            resume="sync()",
            tuning=evolve(
                self._tuning,
                clock=Clock(self._tuning.clock.now, self._rest),
                first_interval=interval,
                longest_interval=interval,
            ),
        )

    def _rest(self, seconds: float) -> None:
        """Wait, no longer than until there is an answer."""
        if self._request is not None and self._is_open:
            self._request.join(seconds)
        else:
            self._tuning.clock.sleep(seconds)

    @property
    def _is_open(self) -> bool:
        """Tell whether the request is open: the server works on it, or connects to the place."""
        return self._request is not None and self._request.is_alive()

    def _post(self) -> None:
        path, timeout = f"{path_of(self.storage)}/sync", self._tuning.sync_request_timeout
        try:
            self.storage.client.json("POST", path, timeout=timeout)
            self._answered = True
        except Exception as error:  # it is raised by who waits
            self._error = error

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.storage!r}>"

    # -- where it stands --------------------------------------------------------------------------

    @property
    def _has_begun(self) -> bool:
        return self._attempt() != self._before or self.storage.status in UNDER_WAY

    def _status(self, until_begun: bool) -> str:
        """Return how far the sync is; raise if it has never begun, and does not any more."""
        status = self.storage.status
        if not self._has_begun and (self._is_asking or not self._answered):
            return self._status_of_request()
        if self._has_begun and until_begun and status not in BROKEN:
            return COMPLETED
        over = status in ENDED if self._has_begun else status not in UNDER_WAY
        if over:
            return FAILED if status in BROKEN else COMPLETED
        return status

    def _status_of_request(self) -> str:
        """Return how far it is before it has begun; raise if it was refused, or lost for good."""
        if self._is_asking:
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
            f"The request for a sync of {self.storage!r} was lost, and none has begun in "
            f"{timeout:g} s: call it again."
        ) from self._error

    @property
    def _check_failed(self) -> bool:
        """Tell whether the server could not reach the place, and so has not begun."""
        return isinstance(self._error, ServerError) and self._error.status == CHECK_FAILED

    @property
    def _is_refused(self) -> bool:
        """Tell whether it is known that the request has begun nothing."""
        outcome = getattr(self._error, "outcome", Outcome.REFUSED)
        lost = outcome is Outcome.UNKNOWN and not self._check_failed
        return self._error is not None and not lost

    def _attempt(self) -> Any:
        """Return what changes with each sync."""
        meta = self._meta
        return meta.get("attempts"), meta.get("time_queued"), meta.get("time_in_progress")

    # -- looking ----------------------------------------------------------------------------------

    def _look_and_tell(self) -> StoragePort:
        """Look, and let the progress bar show what came."""
        self._look()
        found = (self.storage.last_sync_count or 0) if self._has_begun else 0
        if found > self._told:
            self._advance(found - self._told)
            self._told = found
        return self.storage

    def _look(self) -> None:
        """Read how it stands; have the server give up a sync that is dead."""
        self._refresh()
        if not self._is_asking:  # else the server works on it, however silently
            self._bury_if_dead()

    def _refresh(self) -> None:
        self._is_asking = self._is_open  # before the reading, which is then newer than the answer
        self.storage.refresh()
        ping = (self.storage.status, self._pinged)
        if ping != self._ping:
            self._ping, self._heard = ping, self._tuning.clock.now()

    def _bury_if_dead(self) -> None:
        """Let the server give up a sync that is dead: it does so when storages are listed."""
        silent, now = self._tuning.sync_silence_timeout, self._tuning.clock.now()
        asked = now - self._checked < silent
        if self.storage.status != "in_progress" or self._silence < silent or asked:
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
        """Seconds since the last sign of life: that we have seen, or by the server's words."""
        try:
            age = datetime.now(timezone.utc) - datetime.fromisoformat(self._pinged)
        except (TypeError, ValueError):
            age = timedelta(0)
        return max(self._tuning.clock.now() - self._heard, age.total_seconds())

    # -- telling ----------------------------------------------------------------------------------

    def _reason(self) -> str:
        """Return why it failed, and what to do about it, for which the server may be asked."""
        storage = self.storage
        if self._has_begun or self._error is None:
            reason = reason_in(storage.traceback or "")
        else:
            reason = str(getattr(self._error, "detail", None) or self._error)
        hint = error_hint(storage, reason)
        return "\n".join(filter(None, [reason or "no reason was given", hint]))

    def _note(self) -> str:
        """Return what is known besides of a sync that takes longer than it is waited for."""
        if not self._has_begun:
            return " It has not begun: the server connects to the place first."
        if self.storage.status == "queued":
            return " No worker of the server has begun with it."
        return f" Its last sign of life came {self._silence:.0f} s ago."


def reason_in(traceback: str) -> str:
    """Return what a traceback of Python says in the end, and of what that is the result.

    >>> reason_in("Traceback (most recent call last):\\n  File …\\nValueError: No tasks in 1.json")
    'ValueError: No tasks in 1.json'
    """
    *causes, last = (_words_of(part) for part in traceback.split(CAUSED)[-2:])
    return "\n".join([last, *(f"Caused by {cause}" for cause in causes)])


def _words_of(traceback: str) -> str:
    end = 0
    for frame in FRAME.finditer(traceback):
        end = frame.end()
    return traceback[end:].strip() or traceback.strip()
