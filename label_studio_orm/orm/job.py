"""Work that goes on at the server, and the one loop that waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from attrs import field, frozen

from ..errors import JobFailed, JobTimeout, LabelStudioError
from ..text import message_of
from .deadline import (
    LONGEST_SILENCE,
    ONE_HOUR,
    Clock,
    Deadline,
    checked_timeout,
    is_transient,
    retry_transient,
)

T = TypeVar("T")

FAILED = "failed"
COMPLETED = "completed"


@frozen
class Job(Generic[T]):
    """Something that the server does by itself: look at it, or wait until it is done.

    `look` reads the current state; `status` and `reason` say of a state how far it is
    ("created", "in_progress", "completed", "failed") and why it failed.
    """

    what: str
    look: Callable[[], T] = field(repr=False)
    status: Callable[[T], str] = field(repr=False)
    reason: Callable[[T], str] = field(repr=False, default=lambda state: "")
    clock: Clock = field(repr=False, default=Clock())

    def wait(self, timeout: float = ONE_HOUR) -> T:
        """Return the state once it is completed.

        Looks first, then waits longer and longer, at most 10 s at a time and `timeout` seconds in
        all; lost connections and gateway errors are waited through, for up to five minutes each.
        Raises `JobFailed` with the server's reason, or `JobTimeout`: its `job.wait()` goes on.
        """
        deadline = Deadline(checked_timeout(timeout), self.clock)
        while True:
            state = self._look(deadline)
            status = self.status(state)
            if status == COMPLETED:
                return state
            if status == FAILED:
                reason = message_of(self.reason(state)) or "the server gave no reason"
                raise JobFailed(f"{self.what} failed: {reason}", job=self)
            if not deadline.pause():
                raise JobTimeout(
                    f"{self.what} was still {status!r} after {timeout:g} s. "
                    "It goes on at the server; error.job.wait() waits on.",
                    job=self,
                )

    def _look(self, deadline: Deadline) -> T:
        outage = Deadline(min(LONGEST_SILENCE, deadline.left), self.clock)
        try:
            return retry_transient(self.look, outage)
        except LabelStudioError as error:
            if not is_transient(error):
                raise
            raise JobTimeout(
                f"How far {self.what} is cannot be seen: {error}\n"
                "It may go on at the server; error.job.wait() waits on.",
                job=self,
            ) from error
