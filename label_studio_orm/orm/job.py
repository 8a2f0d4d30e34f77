"""Jobs: work at the server, and the wait for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from attrs import field, frozen

from ..errors import JobFailed, JobTimeout, LabelStudioError
from ..text import message_of
from ..tuning import Tuning
from .deadline import ONE_HOUR, Deadline, checked_timeout, is_transient, poll, retry_transient

T = TypeVar("T")

FAILED = "failed"
COMPLETED = "completed"
ENDED = (COMPLETED, FAILED)


@frozen
class Job(Generic[T]):
    """Something that the server does by itself: look at it, or wait until it is done.

    `look` reads the current state; `status`, `reason` and `note` say of a state how far it is
    ("created", "in_progress", "completed", "failed"), why it failed, and what else is known of it.
    """

    what: str
    look: Callable[[], T] = field(repr=False)
    status: Callable[[T], str] = field(repr=False)
    reason: Callable[[T], str] = field(repr=False, default=lambda state: "")
    note: Callable[[T], str] = field(repr=False, default=lambda state: "")
    resume: str = field(repr=False, default="error.job.wait()")  # what to call after a timeout
    tuning: Tuning = field(repr=False, default=Tuning())

    def wait(self, timeout: float = ONE_HOUR) -> T:
        """Return the state once it is completed.

        Looks first, then waits longer and longer, at most 10 s at a time and `timeout` seconds in
        all; lost connections and gateway errors are waited through, for up to five minutes each.
        Raises `JobFailed` with the server's reason, or `JobTimeout`: its `job.wait()` goes on.
        """
        deadline = Deadline(checked_timeout(timeout), self.tuning)
        state, status = poll(lambda: self._look(deadline), lambda seen: seen[1] in ENDED, deadline)
        if status == COMPLETED:
            return state
        if status == FAILED:
            reason = message_of(self.reason(state)) or "the server gave no reason"
            raise JobFailed(f"{self.what} failed: {reason}", job=self)
        raise JobTimeout(
            f"{self.what} was still {status!r} after {timeout:g} s.{self.note(state)} "
            f"It goes on at the server; {self.resume} waits on.",
            job=self,
        )

    def _look(self, deadline: Deadline) -> tuple[T, str]:
        outage = Deadline(min(self.tuning.outage_timeout, deadline.left), self.tuning)
        try:
            state = retry_transient(self.look, outage)
        except LabelStudioError as error:
            if not is_transient(error):
                raise
            raise JobTimeout(
                f"The state of {self.what} cannot be read: {error}\n"
                f"It may go on at the server; {self.resume} waits on.",
                job=self,
            ) from error
        return state, self.status(state)
