"""Requests that are sent again only after a look at what the lost ones have made.

How a request may end, and what follows:

- answered: what it made is counted;
- refused, or the server failed at what is in it: `instead` says what to send in its place;
- surely not made (no connection, 429): it goes again, after a pause;
- nobody knows (timeout, reset, 502, 504): `find` looks what is there, the rest goes again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from attrs import define, field, frozen

from ..errors import LabelStudioError, Outcome
from ..http.retry import SAFE_METHODS
from ..http.server_errors import failed_itself
from ..orm.deadline import Deadline, is_transient
from ..tuning import RetryPolicy, Tuning

T = TypeVar("T")


def halves(items: Sequence[T]) -> list[Sequence[T]]:
    """Cut items in two, of which none is empty."""
    half = len(items) // 2
    return [part for part in (items[:half], items[half:]) if part]


def may_be_repeated(error: LabelStudioError) -> bool:
    """Tell whether it is worth sending again what a request has not made."""
    unsettled = error.outcome is not Outcome.REFUSED and not failed_itself(error)
    return unsettled or is_transient(error)


def _raise(items: object, error: LabelStudioError) -> Any:
    raise error


def _ignore(items: object) -> None:
    """Need nothing."""


@frozen
class Part(Generic[T]):
    """Items of one request, and how often that was tried."""

    items: Sequence[T]
    tries: int = 0


@define(kw_only=True)
class Sender(Generic[T]):
    """Sends items; each is made once, whatever becomes of the requests.

    `prepare` looks before a request; `take` takes note of an answer, and returns what is to be sent
    once more by itself; `find` takes note of what a lost request has made, as far as that shows
    before a deadline, and returns the rest; `instead` returns what to send in place of a request
    that would fail again.
    """

    tuning: Tuning
    retries: RetryPolicy
    post: Callable[[Sequence[T]], Any]
    take: Callable[[Sequence[T], Any], Iterable[Sequence[T]] | None]
    find: Callable[[Sequence[T], Deadline], Sequence[T]]
    instead: Callable[[Sequence[T], LabelStudioError], Iterable[Sequence[T]]] = _raise
    prepare: Callable[[Sequence[T]], object] = _ignore
    may_be_repeated: Callable[[LabelStudioError], bool] = may_be_repeated
    parts: list[Part[T]] = field(factory=list)  # that are still to be sent
    under_way: Sequence[T] = ()  # in a request of which nobody knows what it did
    _slowest: float = 0.0  # seconds that a request took

    def send_until_done(self, items: Sequence[T]) -> None:
        """Post items; where the outcome is unknown, find what arrived and send the rest."""
        self.parts = [Part(items), *self.parts] if items else self.parts
        while self.parts:
            part = self.parts.pop(0)
            self.parts = [*self._attempt(part), *self.parts]

    def _attempt(self, part: Part[T]) -> list[Part[T]]:
        """Send a request; return what is to be sent after it."""
        self.prepare(part.items)
        started = self.tuning.clock.now()
        try:
            with self._unsure(part.items):
                answer = self.post(part.items)
        except LabelStudioError as error:
            if not self.may_be_repeated(error):
                return [Part(items, part.tries) for items in self.instead(part.items, error)]
            return self._again(part, error, self.tuning.clock.now() - started)
        with self._unsure(part.items):
            more = self.take(part.items, answer) or ()
        self._slowest = max(self._slowest, self.tuning.clock.now() - started)
        return [Part(items) for items in more]

    @contextmanager
    def _unsure(self, items: Sequence[T]) -> Iterator[None]:
        """Hold items for under way until it is known what became of them."""
        self.under_way = items
        try:
            yield
        except LabelStudioError as error:
            looking = error.method in SAFE_METHODS  # which says nothing of what was sent
            if not looking and (error.outcome is not Outcome.UNKNOWN or failed_itself(error)):
                self.under_way = ()
            raise
        self.under_way = ()

    def _again(self, part: Part[T], error: LabelStudioError, took: float) -> list[Part[T]]:
        """Return what a request has not made, to be sent again after a pause."""
        left = part.items
        if self.under_way:
            self.under_way = left = self.find(left, self._deadline(took))
        tries = part.tries + 1
        if left and tries == self.retries.tries:
            raise error
        if left:
            self.tuning.clock.sleep(self.retries.first_interval * 2**part.tries)
        parts = halves(left) if tries + 1 >= self.retries.halved_from else [left]
        return [Part(items, tries) for items in parts if items]

    def _deadline(self, took: float) -> Deadline:
        """Return how long a lost request is looked for: the server may still be at it."""
        slow = self.retries.slowdown * self._slowest
        return Deadline(max(self.retries.lost_timeout, took, slow), self.tuning)
