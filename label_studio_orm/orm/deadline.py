"""How to wait for a server that works, is silent or comes back: not for ever."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define, field, frozen

from ..errors import ConnectionFailed, InvalidInput, LabelStudioError, OutcomeUnknown, ServerError

if TYPE_CHECKING:
    from .context import Context

T = TypeVar("T")

ONE_HOUR = 3600.0  # seconds
FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.2, 10.0, 1.5  # seconds, seconds, times
FIRST_CONTACT = 10.0  # seconds
LONGEST_SILENCE = 300.0  # seconds that a server may give no answer: a restart, a new gateway

TRANSIENT_STATUS = frozenset({429, 502, 503, 504})


def checked_timeout(timeout: float) -> float:
    """Return the number of seconds to wait, or raise `InvalidInput`."""
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not timeout >= 0:
        raise InvalidInput(f"timeout is a number of seconds, not {timeout!r}.")
    return timeout


@frozen
class Clock:
    """Time as those who wait see it; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@define
class Deadline:
    """So many seconds, and pauses that grow until they are over."""

    seconds: float
    clock: Clock = field(factory=Clock)
    first_pause: float = FIRST_PAUSE
    _deadline: float = field(init=False)
    _pause: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._deadline = self.clock.now() + self.seconds
        self._pause = self.first_pause

    @property
    def left(self) -> float:
        return max(self._deadline - self.clock.now(), 0.0)

    def pause(self) -> bool:
        """Sleep a little; False, at once, where the time is over."""
        left = self.left
        if left <= 0:
            return False
        self.clock.sleep(min(self._pause, left))
        self._pause = min(self._pause * GROWTH, LONGEST_PAUSE)
        return True


def outage_deadline(clock: Clock | None = None) -> Deadline:
    """Return the patience with a server that gives no answer."""
    return Deadline(LONGEST_SILENCE, clock or Clock())


def connect_deadline(clock: Clock | None = None) -> Deadline:
    """Return the patience before anything was answered: the address may be wrong."""
    return Deadline(FIRST_CONTACT, clock or Clock())


def is_transient(error: LabelStudioError) -> bool:
    """Tell whether an error may be gone in a while: a lost connection, a gateway's complaint."""
    if isinstance(error, (ConnectionFailed, OutcomeUnknown)):
        return error.status is None or error.status in TRANSIENT_STATUS
    return isinstance(error, ServerError) and error.status in TRANSIENT_STATUS


def retry_transient(do: Callable[[], T], deadline: Deadline | None = None) -> T:
    """Do what can be done twice until it is answered, through errors that pass."""
    deadline = deadline or outage_deadline()
    while True:
        try:
            return do()
        except LabelStudioError as error:
            if not is_transient(error) or not deadline.pause():
                raise


def retrying(client: Context, clock: Clock) -> Context:
    """Return a client that reads on through errors that pass, request by request."""
    return cast("Context", RetryingContext(client, clock))


class RetryingContext:
    def __init__(self, client: Context, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._answered = False

    def json(self, method: str, path: str, **options: Any) -> Any:
        deadline = outage_deadline(self._clock) if self._answered else connect_deadline(self._clock)
        answer = retry_transient(lambda: self._client.json(method, path, **options), deadline)
        self._answered = True
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)
