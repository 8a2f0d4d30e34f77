"""Deadlines: growing pauses and retries of transient errors, until the time is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from support.clock import Nap
from support.fake import FakeClient

from label_studio_orm.errors import (
    AuthenticationError,
    ConnectionFailed,
    InvalidInput,
    LabelStudioError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    Rejected,
    ServerError,
    ServerTimeout,
)
from label_studio_orm.orm.deadline import (
    Deadline,
    RetryingContext,
    checked_timeout,
    is_transient,
    poll,
    retry_transient,
)


def answering(*answers: Any) -> Callable[[], Any]:
    """Return a function that raises or returns each of these in turn, then repeats the last."""
    left = list(answers)

    def do() -> Any:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return do


@pytest.mark.parametrize("timeout", [0, 1, 0.5, float("inf")])
def test_a_timeout_must_be_a_number_of_seconds(timeout: float) -> None:
    assert checked_timeout(timeout) == timeout


@pytest.mark.parametrize("timeout", [-1, float("nan"), True, None, "5"])
def test_invalid_timeouts_are_refused(timeout: Any) -> None:
    with pytest.raises(InvalidInput, match="timeout must be a number of seconds"):
        checked_timeout(timeout)


def test_pauses_grow_up_to_a_maximum_and_end_at_the_deadline() -> None:
    nap = Nap()
    patience = Deadline(100, nap.tuning)
    while patience.pause():
        pass
    assert nap.naps[:3] == pytest.approx([0.2, 0.3, 0.45])
    assert max(nap.naps) == nap.tuning.longest_interval
    assert sum(nap.naps) == pytest.approx(100)
    assert patience.left == 0


def test_a_timeout_of_zero_allows_no_pause() -> None:
    nap = Nap()
    assert not Deadline(0, nap.tuning).pause()
    assert nap.naps == []


def test_time_between_pauses_counts() -> None:
    nap = Nap()
    patience = Deadline(10, nap.tuning)
    nap.time += 9.9
    assert patience.pause()
    assert nap.naps == pytest.approx([0.1])
    assert not patience.pause()


def test_the_first_pause_can_be_chosen() -> None:
    nap = Nap()
    Deadline(10, evolve(nap.tuning, first_interval=2)).pause()
    assert nap.naps == [2]


@pytest.mark.parametrize(
    "error",
    [
        ConnectionFailed("refused"),
        ServerTimeout("no answer"),
        OutcomeUnknown("lost"),
        *(OutcomeUnknown("gateway", status=status) for status in (502, 504)),
        *(ServerError("gateway", status=status) for status in (429, 502, 503, 504)),
    ],
    ids=lambda error: f"{type(error).__name__} {error.status}",
)
def test_transient_errors(error: LabelStudioError) -> None:
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        ServerError("failed", status=500),
        ServerError("failed", status=501),
        ConnectionFailed("not Label Studio", status=200),
        ConnectionFailed("redirected", status=301),
        Rejected("no", status=400),
        AuthenticationError("who?", status=401),
        PermissionDenied("no", status=403),
        NotFound("gone", status=404),
        InvalidInput("wrong"),
    ],
    ids=lambda error: f"{type(error).__name__} {error.status}",
)
def test_permanent_errors(error: LabelStudioError) -> None:
    assert not is_transient(error)
    nap = Nap()
    with pytest.raises(type(error)):
        retry_transient(answering(error, "too late"), Deadline(100, nap.tuning))
    assert nap.naps == []


def test_transient_errors_are_retried() -> None:
    nap = Nap()
    do = answering(ConnectionFailed("refused"), ServerError("busy", status=503), "done")
    assert retry_transient(do, Deadline(100, nap.tuning)) == "done"
    assert nap.naps == pytest.approx([0.2, 0.3])


def test_a_persistent_error_is_raised_at_the_deadline() -> None:
    nap = Nap()
    first, last = ConnectionFailed("refused"), ServerError("busy", status=503)
    with pytest.raises(ServerError) as caught:
        retry_transient(answering(first, last), Deadline(100, nap.tuning))
    assert caught.value is last
    assert sum(nap.naps) == pytest.approx(100)


def test_other_exceptions_are_not_retried() -> None:
    nap = Nap()
    for error in (KeyError("mine"), ConnectionError("not ours"), TimeoutError()):
        with pytest.raises(type(error)):
            retry_transient(answering(error, "too late"), Deadline(100, nap.tuning))
    assert nap.naps == []


def test_a_keyboard_interrupt_is_not_retried() -> None:
    def do() -> None:
        raise KeyboardInterrupt

    nap = Nap()
    with pytest.raises(KeyboardInterrupt):
        retry_transient(do, Deadline(100, nap.tuning))
    assert nap.naps == []


# -- retried reads ---------------------------------------------------------------------------------


def test_before_the_first_response_reads_are_retried_for_a_short_time() -> None:
    nap, client = Nap(), FakeClient()
    client.answers["GET /a"] = ConnectionFailed("refused")
    with pytest.raises(ConnectionFailed):
        RetryingContext(nap.on(client)).json("GET", "/a")
    assert nap.time == pytest.approx(nap.tuning.connect_timeout)


def test_after_the_first_response_reads_are_retried_through_an_outage() -> None:
    nap, client = Nap(), FakeClient()
    client.answers |= {"GET /a": 1, "GET /b": ConnectionFailed("refused")}
    retrying = RetryingContext(nap.on(client))
    assert retrying.json("GET", "/a") == 1
    with pytest.raises(ConnectionFailed):
        retrying.json("GET", "/b")
    assert nap.time == pytest.approx(nap.tuning.outage_timeout)


@pytest.mark.parametrize("name", ["request", "fetch"])
def test_request_and_fetch_are_retried_as_well(name: str) -> None:
    nap, client = Nap(), FakeClient()
    setattr(client, name, lambda *args: do())
    do = answering(ConnectionFailed("refused"), ServerError("busy", status=503), "done")
    args = ("GET", "/a") if name == "request" else ("/a",)
    assert getattr(RetryingContext(nap.on(client)), name)(*args) == "done"


def test_polling_ends_at_the_expected_state_or_at_the_deadline() -> None:
    nap = Nap()
    states = iter([1, 2, 3])
    assert poll(lambda: next(states), lambda state: state == 3, Deadline(9, nap.tuning)) == 3
    assert poll(lambda: 1, lambda state: state == 3, Deadline(9, nap.tuning)) == 1
    assert poll(lambda: 1, lambda state: False, Deadline(0, nap.tuning)) == 1
