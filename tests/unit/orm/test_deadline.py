"""Patience: wait longer and longer, through errors that pass, but not for ever."""

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
    """Return what raises or returns each of these in turn, and the last one ever after."""
    left = list(answers)

    def do() -> Any:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return do


@pytest.mark.parametrize("timeout", [0, 1, 0.5, float("inf")])
def test_a_timeout_is_a_number_of_seconds(timeout: float) -> None:
    assert checked_timeout(timeout) == timeout


@pytest.mark.parametrize("timeout", [-1, float("nan"), True, None, "5"])
def test_anything_else_is_no_timeout(timeout: Any) -> None:
    with pytest.raises(InvalidInput, match="timeout must be a number of seconds"):
        checked_timeout(timeout)


def test_pauses_grow_up_to_the_longest_and_end_with_the_time() -> None:
    nap = Nap()
    patience = Deadline(100, nap.tuning)
    while patience.pause():
        pass
    assert nap.naps[:3] == pytest.approx([0.2, 0.3, 0.45])
    assert max(nap.naps) == nap.tuning.longest_interval
    assert sum(nap.naps) == pytest.approx(100)
    assert patience.left == 0


def test_no_time_is_no_pause() -> None:
    nap = Nap()
    assert not Deadline(0, nap.tuning).pause()
    assert nap.naps == []


def test_time_that_passes_elsewhere_counts() -> None:
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
def test_what_passes(error: LabelStudioError) -> None:
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
def test_what_does_not_pass(error: LabelStudioError) -> None:
    assert not is_transient(error)
    nap = Nap()
    with pytest.raises(type(error)):
        retry_transient(answering(error, "too late"), Deadline(100, nap.tuning))
    assert nap.naps == []


def test_errors_that_pass_are_waited_through() -> None:
    nap = Nap()
    do = answering(ConnectionFailed("refused"), ServerError("busy", status=503), "done")
    assert retry_transient(do, Deadline(100, nap.tuning)) == "done"
    assert nap.naps == pytest.approx([0.2, 0.3])


def test_an_error_that_stays_is_raised_when_the_time_is_over() -> None:
    nap = Nap()
    first, last = ConnectionFailed("refused"), ServerError("busy", status=503)
    with pytest.raises(ServerError) as caught:
        retry_transient(answering(first, last), Deadline(100, nap.tuning))
    assert caught.value is last
    assert sum(nap.naps) == pytest.approx(100)


def test_errors_of_others_are_not_waited_through() -> None:
    nap = Nap()
    for error in (KeyError("mine"), ConnectionError("not ours"), TimeoutError()):
        with pytest.raises(type(error)):
            retry_transient(answering(error, "too late"), Deadline(100, nap.tuning))
    assert nap.naps == []


def test_an_interruption_is_not_waited_through() -> None:
    def do() -> None:
        raise KeyboardInterrupt

    nap = Nap()
    with pytest.raises(KeyboardInterrupt):
        retry_transient(do, Deadline(100, nap.tuning))
    assert nap.naps == []


# -- a client that reads on ------------------------------------------------------------------------


def test_before_the_first_answer_a_client_reads_on_for_a_short_while_only() -> None:
    nap, client = Nap(), FakeClient()
    client.answers["GET /a"] = ConnectionFailed("refused")
    with pytest.raises(ConnectionFailed):
        RetryingContext(nap.on(client)).json("GET", "/a")
    assert nap.time == pytest.approx(nap.tuning.connect_timeout)


def test_after_the_first_answer_it_reads_on_through_an_outage() -> None:
    nap, client = Nap(), FakeClient()
    client.answers |= {"GET /a": 1, "GET /b": ConnectionFailed("refused")}
    retrying = RetryingContext(nap.on(client))
    assert retrying.json("GET", "/a") == 1
    with pytest.raises(ConnectionFailed):
        retrying.json("GET", "/b")
    assert nap.time == pytest.approx(nap.tuning.outage_timeout)


@pytest.mark.parametrize("name", ["request", "fetch"])
def test_all_its_ways_of_reading_go_on(name: str) -> None:
    nap, client = Nap(), FakeClient()
    setattr(client, name, lambda *args: do())
    do = answering(ConnectionFailed("refused"), ServerError("busy", status=503), "done")
    args = ("GET", "/a") if name == "request" else ("/a",)
    assert getattr(RetryingContext(nap.on(client)), name)(*args) == "done"


def test_polling_ends_with_the_state_or_with_the_time() -> None:
    nap = Nap()
    states = iter([1, 2, 3])
    assert poll(lambda: next(states), lambda state: state == 3, Deadline(9, nap.tuning)) == 3
    assert poll(lambda: 1, lambda state: state == 3, Deadline(9, nap.tuning)) == 1
    assert poll(lambda: 1, lambda state: False, Deadline(0, nap.tuning)) == 1
