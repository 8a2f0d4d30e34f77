"""Deadlines, retries and the polling loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from attrs import define, field

from ..errors import (
    TRANSIENT_STATUS,
    ConnectionFailed,
    InvalidInput,
    LabelStudioError,
    OutcomeUnknown,
)
from ..tuning import Tuning

if TYPE_CHECKING:
    from ..http.auth import ApiKey
    from .context import Context

T = TypeVar("T")
Passes: TypeAlias = Callable[[LabelStudioError], bool]

ONE_HOUR = 3600.0  # seconds


def checked_timeout(timeout: float) -> float:
    """Return the number of seconds to wait, or raise `InvalidInput`."""
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not timeout >= 0:
        raise InvalidInput(f"timeout must be a number of seconds, not {timeout!r}.")
    return timeout


@define
class Deadline:
    """A time limit, with pauses that grow until it is over."""

    seconds: float
    tuning: Tuning = field(factory=Tuning)
    _end: float = field(init=False)
    _interval: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._end = self.tuning.clock.now() + self.seconds
        self._interval = self.tuning.first_interval

    @property
    def left(self) -> float:
        return max(self._end - self.tuning.clock.now(), 0.0)

    def pause(self) -> bool:
        """Sleep for the next interval; return False at once if the time is over."""
        left = self.left
        if left <= 0:
            return False
        self.tuning.clock.sleep(min(self._interval, left))
        longest = self.tuning.longest_interval
        self._interval = min(self._interval * self.tuning.interval_growth, longest)
        return True


def outage_deadline(client: Context) -> Deadline:
    """Return the deadline of an outage: how long a server may not respond."""
    return Deadline(client._tuning.outage_timeout, client._tuning)


def connect_deadline(client: Context) -> Deadline:
    """Return the deadline of the first response: the address may be wrong."""
    return Deadline(client._tuning.connect_timeout, client._tuning)


def is_transient(error: LabelStudioError) -> bool:
    """Tell whether an error may pass: a lost connection, a gateway error, 429."""
    if error.status is None:
        return isinstance(error, (ConnectionFailed, OutcomeUnknown))
    return error.status in TRANSIENT_STATUS


def poll(look: Callable[[], T], is_over: Callable[[T], bool], deadline: Deadline) -> T:
    """Look until the state is final or the time is over; return the last state."""
    while True:
        found = look()
        if is_over(found) or not deadline.pause():
            return found


def retry_transient(do: Callable[[], T], deadline: Deadline, passes: Passes = is_transient) -> T:
    """Repeat an idempotent operation through transient errors."""
    while True:
        try:
            return do()
        except LabelStudioError as error:
            if not passes(error) or not deadline.pause():
                raise


class RetryingContext:
    """A client that repeats each read through transient errors.

    Before the first response only for a short time, then for as long as an outage may take.
    """

    def __init__(self, client: Context) -> None:
        self._client = client
        self._answered = False
        self._cache, self._facts, self._tuning = client._cache, client._facts, client._tuning
        self._registry, self.server, self.limits = client._registry, client.server, client.limits

    def retry(self, do: Callable[[], T]) -> T:
        """Repeat an idempotent operation through transient errors."""
        deadline = outage_deadline if self._answered else connect_deadline
        answer = retry_transient(do, deadline(self._client))
        self._answered = True
        return answer

    def json(self, method: str, path: str, **options: Any) -> Any:
        return self.retry(lambda: self._client.json(method, path, **options))

    def request(self, method: str, path: str, **options: Any) -> Any:
        return self.retry(lambda: self._client.request(method, path, **options))

    def fetch(self, url: str, **options: Any) -> Any:
        return self.retry(lambda: self._client.fetch(url, **options))

    @property
    def version(self) -> tuple[int, ...]:
        return self.retry(lambda: self._client.version)

    @property
    def _api_key(self) -> ApiKey:
        return self._client._api_key

    def _described(self) -> str:
        return self._client._described()
