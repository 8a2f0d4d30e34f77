"""Requests that are sent again only after a look at what the lost ones have made.

How a request may end, and what follows:

- answered: what it made is counted;
- refused, or the server failed at what is in it: `refused` and `failed` say what goes in its place;
- surely not made (no connection, 429): it goes again, after a pause;
- nobody knows (timeout, reset, 502, 504): `find` looks what is there, the rest goes again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from attrs import define, field, frozen

from ..errors import LabelStudioError, Outcome, Rejected
from ..http.database_errors import failed_itself
from ..http.retry import SAFE_METHODS
from ..orm.context import Context
from ..orm.deadline import Deadline, is_transient
from ..tuning import RetryPolicy, Tuning

T = TypeVar("T")


def halves(items: Sequence[T]) -> list[Sequence[T]]:
    """Cut items in two; one item is a half, and no half is empty."""
    half = len(items) // 2
    return [part for part in (items[:half], items[half:]) if part]


@frozen
class Part(Generic[T]):
    """Items of one request, and how often that was tried."""

    items: Sequence[T]
    tries: int = 0


@define(kw_only=True)
class Sender(ABC, Generic[T]):
    """Sends items; each is made once, whatever becomes of the requests."""

    client: Context
    retries: RetryPolicy
    parts: list[Part[T]] = field(init=False, factory=list)  # that are still to be sent
    in_progress: Sequence[T] = field(init=False, default=())  # nobody knows what became of them
    _slowest: float = field(init=False, default=0.0)  # seconds that a request took

    @property
    def tuning(self) -> Tuning:
        """The numbers of the client."""
        return self.client._tuning

    @abstractmethod
    def post(self, items: Sequence[T]) -> Any:
        """Send items in one request, and return the answer."""

    @abstractmethod
    def take(self, items: Sequence[T], answer: Any) -> Iterable[Sequence[T]] | None:
        """Take note of an answer; return what is to be sent once more by itself."""

    @abstractmethod
    def find(self, items: Sequence[T], deadline: Deadline) -> Sequence[T]:
        """Take note of what a lost request has made before a deadline; return the rest."""

    def prepare(self, items: Sequence[T]) -> None:
        """Look before a request, if that is needed to find what it makes."""

    def refused(self, items: Sequence[T], error: Rejected) -> Iterable[Sequence[T]]:
        """Return what to send in place of a request that was refused."""
        raise error

    def failed(self, items: Sequence[T], error: LabelStudioError) -> Iterable[Sequence[T]]:
        """Return what to send in place of a request at which the server fails each time."""
        raise error

    def instead(self, items: Sequence[T], error: LabelStudioError) -> Iterable[Sequence[T]]:
        """Return what to send in place of a request that is not worth repeating."""
        if isinstance(error, Rejected):
            return self.refused(items, error)
        if failed_itself(error):
            return self.failed(items, error)
        raise error

    def may_be_repeated(self, error: LabelStudioError) -> bool:
        """Tell whether it is worth sending again what a request has not made."""
        unsettled = error.outcome is not Outcome.REFUSED and not failed_itself(error)
        return unsettled or is_transient(error)

    def send_until_done(self, items: Sequence[T]) -> None:
        """Post items; where the outcome is unknown, find what arrived and send the rest."""
        self.parts[:0] = [Part(items)] if items else []
        while self.parts:
            part = self.parts.pop(0)
            self.parts[:0] = self._attempt(part)

    def _attempt(self, part: Part[T]) -> Iterable[Part[T]]:
        """Send a request; return what is to be sent after it."""
        self.prepare(part.items)
        started = self.tuning.clock.now()
        try:
            with self._unsure(part.items):
                answer = self.post(part.items)
        except LabelStudioError as error:
            if self.may_be_repeated(error):
                return self._again(part, error, self.tuning.clock.now() - started)
            return [Part(items, part.tries) for items in self.instead(part.items, error)]
        with self._unsure(part.items):
            more = self.take(part.items, answer) or ()
        self._slowest = max(self._slowest, self.tuning.clock.now() - started)
        return map(Part, more)

    @contextmanager
    def _unsure(self, items: Sequence[T]) -> Iterator[None]:
        """Keep items as in progress until it is known what became of them."""
        self.in_progress = items
        try:
            yield
        except LabelStudioError as error:
            looking = error.method in SAFE_METHODS  # which says nothing of what was sent
            if not looking and (error.outcome is not Outcome.UNKNOWN or failed_itself(error)):
                self.in_progress = ()
            raise
        self.in_progress = ()

    def _again(self, part: Part[T], error: LabelStudioError, took: float) -> list[Part[T]]:
        """Return what a request has not made, to be sent again after a pause."""
        left, tries = part.items, part.tries + 1
        if self.in_progress:
            slow = self.retries.slowdown * self._slowest  # the server may still be at it
            seconds = max(self.retries.lost_timeout, took, slow)
            self.in_progress = left = self.find(left, Deadline(seconds, self.tuning))
        if not left:
            return []
        if tries == self.retries.tries:
            raise error
        self.tuning.clock.sleep(self.retries.first_interval * 2**part.tries)
        parts = halves(left) if tries + 1 >= self.retries.halved_from else [left]
        return [Part(items, tries) for items in parts]

    def bisect(self, items: Sequence[T]) -> list[Sequence[T]]:
        """Return halves of what a failed request has not made, or the one item that is left."""
        left = self.find(items, Deadline(0, self.tuning))  # nothing of it is in progress
        return halves(left)
