"""What is sent again, how often, and what may still be in progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest
from attrs import define, evolve, field
from support.clock import Nap
from support.fake import FakeClient

from label_studio_orm.errors import (
    ConnectionFailed,
    IncompleteResult,
    JobTimeout,
    LabelStudioError,
    OutcomeUnknown,
    PermissionDenied,
    Rejected,
    ServerError,
)
from label_studio_orm.orm.deadline import Deadline
from label_studio_orm.transfer.send_until_done import Sender
from label_studio_orm.tuning import RetryPolicy

RETRIES = RetryPolicy(tries=4, first_interval=1, lost_timeout=5, slowdown=3)


@define
class Letters(Sender[str]):
    """Sends letters; `script` has the outcomes of the first requests."""

    nap: Nap
    script: list[Any] = field(factory=list)
    there: list[str] = field(factory=list)
    sent: list[str] = field(factory=list)
    waits: list[float] = field(factory=list)
    more: list[Sequence[str]] = field(factory=list)

    def post(self, items: Sequence[str]) -> Any:
        self.sent.append("".join(items))
        outcome = self.script.pop(0) if self.script else made
        error = outcome(self, items)
        if error is not None:
            raise error

    def take(self, items: Sequence[str], answer: Any) -> Iterable[Sequence[str]]:
        more, self.more = self.more, []
        return more

    def find(self, items: Sequence[str], deadline: Deadline) -> Sequence[str]:
        self.waits.append(deadline.seconds)
        return [item for item in items if item not in self.there]

    def refused(self, items: Sequence[str], error: Rejected) -> Iterable[Sequence[str]]:
        return [items[1:]]

    def failed(self, items: Sequence[str], error: LabelStudioError) -> Iterable[Sequence[str]]:
        parts = self.bisect(items)
        return parts if len(parts) > 1 else ()


Outcome = Callable[[Letters, Sequence[str]], LabelStudioError | None]


def made(letters: Letters, items: Sequence[str]) -> None:
    letters.there += items


def failing(error: LabelStudioError) -> Outcome:
    return lambda letters, items: error


def after(count: int, error: LabelStudioError) -> Outcome:
    """Create some of the items, then fail."""

    def outcome(letters: Letters, items: Sequence[str]) -> LabelStudioError:
        letters.there += items[:count]
        return error

    return outcome


LOST = OutcomeUnknown("lost")
OWN = ServerError("POST → 500", status=500, detail="list index out of range", error_id="f00")


@pytest.fixture
def letters() -> Letters:
    nap = Nap()
    return Letters(nap, client=nap.on(FakeClient()), retries=RETRIES)


def test_only_the_missing_items_of_a_lost_request_are_sent_again(letters: Letters) -> None:
    letters.script = [after(2, LOST), after(1, LOST)]
    letters.send_until_done("abcde")
    assert letters.sent == ["abcde", "cde", "de"]
    assert sorted(letters.there) == [*"abcde"]
    assert letters.in_progress == ()


def test_a_lost_request_that_succeeded_is_not_sent_again(letters: Letters) -> None:
    letters.script = [after(3, LOST)]
    letters.send_until_done("abc")
    assert letters.sent == ["abc"]


@pytest.mark.parametrize(
    "error", [ConnectionFailed("down"), ServerError("busy", status=429)], ids=["down", "busy"]
)
def test_an_unsent_or_refused_request_is_sent_again_without_a_search(
    error: LabelStudioError, letters: Letters
) -> None:
    letters.script = [failing(error)]
    letters.send_until_done("ab")
    assert (letters.sent, letters.waits) == (["ab", "ab"], [])


def test_pauses_double_and_the_last_error_is_raised(letters: Letters) -> None:
    letters.script = [failing(LOST)] * 9
    with pytest.raises(OutcomeUnknown):
        letters.send_until_done("ab")
    assert letters.sent == ["ab"] * RETRIES.tries
    assert letters.nap.naps == [1, 2, 4]
    assert [*letters.in_progress] == ["a", "b"]


def test_later_tries_are_sent_in_halves(letters: Letters) -> None:
    letters.retries = evolve(RETRIES, halved_from=3)
    letters.script = [failing(LOST)] * 2
    letters.send_until_done("abc")
    assert letters.sent == ["abc", "abc", "a", "bc"]


def test_the_search_for_a_lost_request_lasts_as_long_as_requests_took(letters: Letters) -> None:
    def slowly(seconds: float, outcome: Outcome) -> Outcome:
        def slow(letters: Letters, items: Sequence[str]) -> LabelStudioError | None:
            letters.nap.time += seconds
            return outcome(letters, items)

        return slow

    letters.script = [failing(LOST), slowly(7, failing(LOST)), slowly(10, made)]
    letters.send_until_done("a")
    letters.script = [failing(LOST)]
    letters.send_until_done("b")
    assert letters.waits == [5, 7, 30]


def test_a_refused_request_is_replaced(letters: Letters) -> None:
    letters.script = [failing(Rejected("no", status=400))]
    letters.send_until_done("abc")
    assert letters.sent == ["abc", "bc"]


def test_the_replacement_of_a_refused_request_has_the_remaining_tries(
    letters: Letters,
) -> None:
    refused = failing(Rejected("no", status=400))
    letters.script = [failing(LOST), failing(LOST), refused, failing(LOST), failing(LOST)]
    with pytest.raises(OutcomeUnknown):
        letters.send_until_done("abc")
    assert letters.sent == ["abc", "abc", "abc", "bc", "bc"]


def test_an_item_that_causes_a_500_is_found_by_bisection(letters: Letters) -> None:
    def fail_at_c(letters: Letters, items: Sequence[str]) -> LabelStudioError | None:
        return OWN if "c" in items else made(letters, items)

    letters.script = [fail_at_c] * 9
    letters.send_until_done("abcd")
    assert letters.there == [*"abd"]
    assert letters.waits == [0, 0, 0]  # nothing of it is in progress
    assert letters.nap.naps == []


def test_items_left_over_by_a_response_are_sent_next(letters: Letters) -> None:
    letters.more = [["x"], ["y"]]
    letters.send_until_done("ab")
    assert letters.sent == ["ab", "x", "y"]


def test_any_other_error_is_raised_at_once(letters: Letters) -> None:
    letters.script = [failing(PermissionDenied("no", status=403))]
    with pytest.raises(PermissionDenied):
        letters.send_until_done("ab")
    assert (letters.sent, letters.in_progress) == (["ab"], ())


def test_an_interrupted_request_stays_unresolved_and_the_rest_is_kept(letters: Letters) -> None:
    def interrupt(letters: Letters, items: Sequence[str]) -> None:
        raise KeyboardInterrupt

    letters.script = [failing(OWN), interrupt]
    with pytest.raises(KeyboardInterrupt):
        letters.send_until_done("abcd")
    assert ("".join(letters.in_progress), len(letters.parts)) == ("ab", 1)


@pytest.mark.parametrize(
    ("error", "in_progress"),
    [
        (JobTimeout("The server goes on."), "ab"),
        (PermissionDenied("A look.", status=403, method="GET"), "ab"),
        (IncompleteResult("The server says that it made one."), ""),
    ],
    ids=["a wait", "a look", "a count"],
)
def test_an_error_while_reading_the_response_is_never_retried(
    error: LabelStudioError, in_progress: str, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take(self: Letters, items: Sequence[str], answer: Any) -> Any:
        raise error

    monkeypatch.setattr(Letters, "take", take)
    with pytest.raises(type(error)):
        letters.send_until_done("ab")
    assert letters.sent == ["ab"]
    assert "".join(letters.in_progress) == in_progress
