"""Work that goes on at the server, and the one loop that waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from attrs import field, frozen

from ..errors import InvalidInput, JobFailed, JobTimeout

T = TypeVar("T")

ONE_HOUR = 3600.0  # seconds
FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.2, 10.0, 1.5  # seconds, seconds, times

FAILED = "failed"
COMPLETED = "completed"


def checked_timeout(timeout: float) -> float:
    """Return the number of seconds to wait, or raise `InvalidInput`."""
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not timeout >= 0:
        raise InvalidInput(f"timeout is a number of seconds, not {timeout!r}.")
    return timeout


@frozen
class Clock:
    """Time as a job sees it; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


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
        all. Raises `JobFailed` with the server's reason, or `JobTimeout`: its `job.wait()` goes on.
        """
        deadline = self.clock.now() + checked_timeout(timeout)
        pause = FIRST_PAUSE
        while True:
            state = self.look()
            status = self.status(state)
            if status == COMPLETED:
                return state
            if status == FAILED:
                reason = self.reason(state) or "the server gave no reason"
                raise JobFailed(f"{self.what} failed: {reason}", job=self)
            left = deadline - self.clock.now()
            if left <= 0:
                raise JobTimeout(
                    f"{self.what} was still {status!r} after {timeout:g} s. "
                    "It goes on at the server; error.job.wait() waits on.",
                    job=self,
                )
            self.clock.sleep(min(pause, left))
            pause = min(pause * GROWTH, LONGEST_PAUSE)
