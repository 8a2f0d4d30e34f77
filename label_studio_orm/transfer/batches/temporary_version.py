"""Temporary model versions: predictions that become annotations, and are removed in all cases.

The name of a version tells who made it, so that the next batch finds what a killed process has
left behind: "label-studio-orm batch 3f2a9c1e 4711 1764275830 b0d1c2d3 8a4e 0001" has the host, the
process, the time, the client, the request and the number of the version in it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import platform
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from ...errors import LabelStudioError, Outcome, ServerError, note
from ...http.database_errors import FAILED, failed_itself
from ...orm.context import Context
from ...orm.deadline import Deadline, outage_deadline, poll, retry_transient
from ...orm.response_shape import count_of, shaped
from ...text import message_of
from ..ports import ProjectPort, expire_kinds, facts
from ..removal import is_interruption, remove_in_background

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

log = logging.getLogger(__name__)

PREFIX = "label-studio-orm batch "
LONGEST = 3600.0  # seconds that a batch may need one of its versions
LOADED = time.time()  # a version of this process is not older
IN_USE, CLIENT = "temporary model versions", "client of temporary model versions"  # facts
LEFT_BEHIND = (
    "%r has %s temporary predictions of a batch that process %d did not end: they are removed. "
    "The annotations that were made of them stay."
)
NAMESPACE = Path("/proc/self/ns/pid")  # within which the ids of processes are unique


@frozen
class Maker:
    """Who made a version, and when."""

    host: str
    process: int
    time: int
    client: str

    @classmethod
    def here(cls, client: Context) -> Maker:
        """Return the maker of a new version."""
        own = facts(client).setdefault(CLIENT, secrets.token_hex(4))
        return cls(_host(), os.getpid(), int(time.time()), own)

    @classmethod
    def of(cls, name: str) -> Maker | None:
        """Return the maker of a version; None if it is no temporary one."""
        parts = name.removeprefix(PREFIX).split(" ")
        if not name.startswith(PREFIX) or len(parts) != 6 or not all(map(_digits, parts[1:3])):
            return None
        return cls(parts[0], int(parts[1]), int(parts[2]), parts[3])

    def has_ended(self, now: Maker) -> bool:
        """Tell whether nobody uses a version of this maker any more."""
        if now.time - self.time > LONGEST:
            return True
        if self.host != now.host:
            return False
        if self.process != now.process:
            return not _is_running(self.process)
        return self.client == now.client or self.time < int(LOADED)

    def __str__(self) -> str:
        return f"{PREFIX}{self.host} {self.process} {self.time} {self.client}"


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20


def _host() -> str:
    """Return a digest of what tells hosts, and containers on them, apart."""
    space = NAMESPACE.readlink() if NAMESPACE.is_symlink() else ""
    text = f"{platform.node()} {space}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:8]


def _is_running(process: int) -> bool:
    if os.name != "posix":  # elsewhere there is no harmless signal
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # it is another user's
        return True
    return True


@define(eq=False)
class TemporaryVersions:
    """The temporary model versions of a project that a batch uses."""

    project: ProjectPort
    client: Context  # that repeats each read
    names: list[str] = field(factory=list)  # that are to be removed
    late: set[str] = field(factory=set)  # whose predictions may still come

    def new(self, count: int) -> list[str]:
        """Return names for some versions; they are removed by `remove()`."""
        made = f"{Maker.here(self.project.client)} {secrets.token_hex(4)}"
        names = [f"{made} {number:04}" for number in range(count)]
        self._in_use.update(names)
        self.names += names
        return names

    @property
    def _in_use(self) -> set[str]:
        """The versions that batches of this client use, in whichever thread."""
        names: set[str] = facts(self.project.client).setdefault(IN_USE, set())
        return names

    def counts(self) -> Mapping[str, int]:
        """Return how many predictions there are of each version of the project."""
        answer = self.client.json("GET", self._path)
        return {str(name): count for name, count in shaped(answer, {}).items()}

    @contextmanager
    def in_progress(self, names: Sequence[str]) -> Iterator[None]:
        """Send predictions; if nobody knows what became of the request, they may come late."""
        self.late.update(names)
        try:
            yield
        except LabelStudioError as error:
            if error.outcome is not Outcome.UNKNOWN:  # there is nothing to remove
                self.names = [name for name in self.names if name not in names]
                self._in_use.difference_update(names)
            if error.outcome is not Outcome.UNKNOWN or failed_itself(error):
                self.late.difference_update(names)
            raise
        self.late.difference_update(names)

    def are_complete(self, expected: Mapping[str, int], deadline: Deadline) -> bool:
        """Wait until versions have as many predictions as expected, or the time is over."""

        def look() -> bool:
            counts = self.counts()
            return all(counts.get(name) == count for name, count in expected.items())

        return poll(look, bool, deadline)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self.remove(error)
        except BaseException as interrupted:
            self.remove(interrupted)
            raise

    def remove(self, error: BaseException | None = None) -> list[str]:
        """Remove the versions; return the failures, which are logged and noted on the error."""
        interrupted, tuning = is_interruption(error), self.project.client._tuning
        late = tuning.batch_retries.lost_timeout if interrupted else tuning.late_timeout
        failures = remove_in_background(
            lambda: self._remove_all(late),
            error,
            timeout=tuning.interrupt_timeout,
            what=f"Temporary predictions of {self.project!r} are",
            daemon=False,
        )
        for failure in failures:
            log.warning("%s", message_of(failure))
            if error is not None:
                note(error, failure)
        return failures

    def remove_leftovers(self) -> None:
        """Remove the versions of processes that have ended before they could do so."""
        now = Maker.here(self.project.client)
        try:
            for name, count in self.counts().items():
                maker = Maker.of(name)
                if maker and name not in self._in_use and maker.has_ended(now):
                    log.warning(LEFT_BEHIND, self.project, count, maker.process)
                    self._delete(name)
        except LabelStudioError as error:
            log.warning("Temporary predictions of %r were not removed: %s", self.project, error)

    def _remove_all(self, late: float) -> list[str]:
        """Remove all; wait so many seconds for what may still come. Return the failures."""
        names = [*self.names]
        try:
            while self.names:
                self._delete(self.names[0])
                del self.names[0]  # after an interruption it is still there to be removed
            end = Deadline(late, self.project.client._tuning)  # it begins here: removals take time
            poll(self._remove_late, lambda left: not left, end)
        except LabelStudioError as error:
            count, self.names = len(self.names), []
            return [f"{count} temporary model versions could not be removed: {error}"]
        finally:
            self._in_use.difference_update({*names} - {*self.names})
        return []

    def _remove_late(self) -> set[str]:
        """Remove what has come since; return the versions that may still come."""
        for name in self.counts().keys() & self.late if self.late else ():
            self._delete(name)
        return self.late

    def _delete(self, name: str) -> None:
        """Remove a version; a locked database is waited for longer than a lost connection."""
        client = self.project.client
        deadline = Deadline(client._tuning.removal_timeout, client._tuning)
        locked = outage_deadline(client)
        removed = retry_transient(
            lambda: retry_transient(lambda: self._send_delete(name), locked, _is_locked), deadline
        )
        if removed:
            self.late.discard(name)

    def _send_delete(self, name: str) -> int:
        client = self.project.client
        try:
            answer = client.json("DELETE", self._path, json={"model_version": name})
        finally:
            expire_kinds(client, "task", "project", "prediction", "annotation")
        return count_of(answer, "deleted_predictions")

    @property
    def _path(self) -> str:
        return f"/api/projects/{self.project.id}/model-versions"


def _is_locked(error: LabelStudioError) -> bool:
    """Tell whether the server's database was locked, or has another trouble that passes."""
    return isinstance(error, ServerError) and error.status == FAILED and not failed_itself(error)
