"""A sync: begun once, and waited for, whatever becomes of the request.

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

from attrs import define, field

from ...errors import (
    JobFailed,
    JobTimeout,
    LabelStudioError,
    OutcomeUnknown,
    ServerError,
    note,
)
from ...orm.deadline import (
    ONE_HOUR,
    Clock,
    Deadline,
    checked_timeout,
    connect_deadline,
    outage_deadline,
    retry_transient,
)
from ...progress import Advance, Progress, progress_bar
from ..outcomes import may_be_made
from ..ports import StoragePort, error_hint, expire_kinds, list_path, path_of, project_id, unit_of

UNDER_WAY = ("queued", "in_progress")
ENDED = ("completed", "completed_with_errors", "failed")
LONGEST_REQUEST = 24 * 3600.0  # seconds that the server may work within the request
PULSE = 1.0  # seconds between two looks
CHECK_FAILED = 500  # the status where the place cannot be reached, before a sync is begun
# Seconds without a sign of life after which we have the server give a sync up for dead. It would do
# so after 25, but gives signs between objects only, and a large one takes longer.
SILENT = 600.0
# Seconds after which a request whose answer was lost has surely not arrived: a sync begins when the
# server has reached the place, which it tries for up to two minutes.
BEGINS_WITHIN = 120.0
CAUSED = "The above exception was the direct cause of the following exception:"
# A frame of a traceback: all that is indented below it is not yet what the error says.
FRAME = re.compile(r"^  File .*\n(?:  .*\n)*", re.MULTILINE)


@define(eq=False, repr=False)
class Syncing:
    """One sync of a storage, from the request to its end."""

    storage: StoragePort
    clock: Clock = field(factory=Clock)
    _request: threading.Thread | None = None  # none where somebody else has begun
    _error: Exception | None = None  # of the request
    _answered: bool = False
    _given_up: bool = False  # nothing was heard of the request, and nothing has begun
    _before: Any = None  # what tells this sync from the one before
    _ping: Any = None  # the server's last sign of life
    _heard: float = 0.0  # when that was new, by our clock, which may differ from the server's
    _checked: float = -math.inf  # when the server was last asked whether it is dead

    def begin(self) -> None:
        """Ask for a sync, unless one is under way: then it is that one."""
        self._look(connect_deadline(self.clock))
        self._bury_if_dead()
        if self.storage.status not in UNDER_WAY:
            self._before = self._attempt()
            self._request = threading.Thread(target=self._post, daemon=True)
            self._request.start()

    def is_settled(self) -> bool:
        """Look whether nothing comes of it any more, so that another may be begun."""
        self._look(connect_deadline(self.clock))
        if self._has_begun:
            return self.storage.status in ENDED
        answered = self._answered or self._given_up or self._refusal is not None
        return answered and not self._is_asking

    def wait(
        self, timeout: float = ONE_HOUR, *, progress: Progress = None, until_begun: bool = False
    ) -> StoragePort:
        """Return the storage once the sync has ended, or begun.

        Raises `JobFailed` with the server's reason, or `JobTimeout`: its `job.wait()` goes on.
        """
        deadline = Deadline(checked_timeout(timeout), self.clock)
        try:
            with progress_bar(
                progress, what="Syncing", unit=f" {unit_of(self.storage)}"
            ) as advance:
                told = 0
                while not self._is_over(deadline) and not (until_begun and self._has_begun):
                    told = self._tell(advance, told)
                    self._look_again(deadline)
                self._tell(advance, told)
        except KeyboardInterrupt as error:
            note(error, f"The sync of {self.storage!r} goes on at the server; sync() waits on.")
            raise
        finally:
            self._expire()
        return self.storage

    @property
    def _is_asking(self) -> bool:
        """Tell whether the request is open: the server works on it, or connects to the place."""
        return self._request is not None and self._request.is_alive()

    def _post(self) -> None:
        path = f"{path_of(self.storage)}/sync"
        try:
            self.storage.client.json("POST", path, timeout=LONGEST_REQUEST)
            self._answered = True
        except Exception as error:  # it is raised by who waits
            self._error = error

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.storage!r}>"

    # -- where it stands --------------------------------------------------------------------------

    @property
    def _has_begun(self) -> bool:
        return self._attempt() != self._before or self.storage.status in UNDER_WAY

    def _is_over(self, deadline: Deadline) -> bool:
        """Tell whether the sync has ended well; raise if it has failed, or has never begun."""
        status = self.storage.status
        if self._has_begun:
            over = status in ENDED  # whether or not the request was answered
        elif self._is_asking:
            over = False
        else:
            status = self._status_after_the_request(deadline)
            over = status not in UNDER_WAY
        if over and status in ("failed", "completed_with_errors"):
            raise self._failed(reason_in(self.storage.traceback or "") or "no reason was given")
        return over

    def _status_after_the_request(self, deadline: Deadline) -> str:
        self._look()
        refusal = self._refusal  # asked for once: a hint may ask the server
        if refusal:
            raise refusal
        if not self._answered:
            self._expect(deadline)
        return self.storage.status

    @property
    def _refusal(self) -> Exception | None:
        """The error by which the request was answered before a sync has begun."""
        error = self._error
        if error is None or self._has_begun:
            return None
        if isinstance(error, ServerError) and error.status == CHECK_FAILED:
            failed = self._failed(str(error.detail or error))
            failed.__cause__ = error
            return failed
        lost = isinstance(error, LabelStudioError) and may_be_made(error)
        return None if lost else error

    def _expect(self, deadline: Deadline) -> None:
        """Wait for the sync of a request whose answer was lost to begin; raise if it does not."""
        wait = Deadline(min(BEGINS_WITHIN, deadline.left), self.clock)
        while not self._has_begun and wait.pause():
            self._look()
        if not self._has_begun and wait.seconds < BEGINS_WITHIN:
            raise JobTimeout(self._told(deadline), job=self) from self._error
        if not self._has_begun:
            self._given_up = True
            raise OutcomeUnknown(
                f"The request for a sync of {self.storage!r} was lost, and none has begun in "
                f"{BEGINS_WITHIN:g} s: call it again."
            ) from self._error

    def _attempt(self) -> Any:
        """Return what changes with each sync."""
        meta = self._meta
        return meta.get("attempts"), meta.get("time_queued"), meta.get("time_in_progress")

    # -- looking ----------------------------------------------------------------------------------

    def _look_again(self, deadline: Deadline) -> None:
        """Look after a while, no longer than until there is an answer."""
        if deadline.left <= 0:
            raise JobTimeout(self._told(deadline), job=self)
        seconds = min(PULSE, deadline.left)
        if self._request is not None and self._is_asking:
            self._request.join(seconds)
        else:
            self.clock.sleep(seconds)
        self._look()
        if not self._is_asking:  # else the server works on it, however silently
            self._bury_if_dead()

    def _look(self, deadline: Deadline | None = None) -> None:
        retry_transient(self.storage.refresh, deadline or outage_deadline(self.clock))
        ping = (self.storage.status, self._pinged)
        if ping != self._ping:
            self._ping, self._heard = ping, self.clock.now()

    def _bury_if_dead(self) -> None:
        """Let the server give up a sync that is dead: it does so when storages are listed."""
        asked = self.clock.now() - self._checked < SILENT
        if self.storage.status != "in_progress" or self._silence < SILENT or asked:
            return
        path, params = list_path(self.storage), {"project": project_id(self.storage)}
        retry_transient(lambda: self.storage.client.json("GET", path, params=params))
        self._checked = self.clock.now()
        self._look()

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
        return max(self.clock.now() - self._heard, age.total_seconds())

    def _expire(self) -> None:
        """Let what a sync changes be read anew."""
        expire_kinds(self.storage.client, "project", "task", "annotation")

    # -- telling ----------------------------------------------------------------------------------

    def _tell(self, advance: Advance, told: int) -> int:
        found = (self.storage.last_sync_count or 0) if self._has_begun else 0
        if found > told:
            advance(found - told)
        return max(found, told)

    def _failed(self, reason: str) -> JobFailed:
        storage = self.storage
        hint = error_hint(storage, reason)
        lines = [f"The sync of {storage!r} failed: {reason}", hint]
        return JobFailed("\n".join(filter(None, lines)), job=self)

    def _told(self, deadline: Deadline) -> str:
        status = self.storage.status
        signs = {
            "queued": "; no worker of the server has begun with it",
            "in_progress": f"; its last sign of life came {self._silence:.0f} s ago",
        }
        stands = f"was still {status!r}"
        if not self._has_begun:
            stands = "had not begun, as the server connects to the place first,"
        return (
            f"The sync of {self.storage!r} {stands} after {deadline.seconds:g} s"
            f"{signs.get(status, '')}. It goes on at the server; sync() waits on."
        )


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
