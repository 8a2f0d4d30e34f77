"""Temporary model versions: predictions that become annotations, and are removed in all cases."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrs import define, field

from ...data_manager.model_versions import read_versions
from ...data_manager.version_removal import request_deletion
from ...errors import LabelStudioError, Outcome, ServerError
from ...http.database_errors import FAILED, failed_itself
from ...orm.context import Context, once
from ...orm.deadline import Deadline, outage_deadline, poll, retry_transient
from ..ports import ProjectPort
from ..removal import is_interruption, remove_temporary
from .maker import Maker

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

log = logging.getLogger(__name__)

LEFT_BEHIND = (
    "%r has %s temporary predictions of a batch that process %d did not end: they are removed. "
    "The annotations that were made of them stay."
)


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
        return once(self.project.client, "temporary model versions", set)

    def counts(self) -> Mapping[str, int]:
        """Return how many predictions there are of each version of the project."""
        return read_versions(self.client, self.project.id)

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
        return remove_temporary(
            lambda: self._remove_all(late),
            error,
            timeout=tuning.interrupt_timeout,
            what=f"Temporary predictions of {self.project!r} are",
            daemon=False,
        )

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
            lambda: retry_transient(
                lambda: request_deletion(client, self.project.id, name), locked, _is_locked
            ),
            deadline,
        )
        if removed:
            self.late.discard(name)


def _is_locked(error: LabelStudioError) -> bool:
    """Tell whether the server's database was locked, or has another trouble that passes."""
    return isinstance(error, ServerError) and error.status == FAILED and not failed_itself(error)
