"""Jobs: polled at once, then at growing intervals, until the deadline."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest
from support.clock import Nap

from label_studio_orm.errors import (
    ConnectionFailed,
    InvalidInput,
    JobFailed,
    JobTimeout,
    LabelStudioError,
    NotFound,
    PermissionDenied,
    ServerError,
    ServerTimeout,
)
from label_studio_orm.orm.job import Job


def job(look: Callable[[], str], nap: Nap, reason: str = "") -> Job[str]:
    return Job("Work 7", look, status=str, reason=lambda state: reason, tuning=nap.tuning)


def test_a_finished_job_is_not_waited_for() -> None:
    nap = Nap()
    assert job(lambda: "completed", nap).wait() == "completed"
    assert nap.naps == []


def test_pauses_grow_to_ten_seconds_and_end_at_the_deadline() -> None:
    nap = Nap()
    with pytest.raises(JobTimeout, match="Work 7 was still 'in_progress' after 60 s"):
        job(lambda: "in_progress", nap).wait(60)
    assert nap.naps[:3] == pytest.approx([0.2, 0.3, 0.45])
    assert max(nap.naps) == 10
    assert sum(nap.naps) == pytest.approx(60)


def test_a_job_can_be_waited_for_again_after_a_timeout() -> None:
    nap = Nap()
    work = job(lambda: "completed" if nap.time > 5 else "created", nap)
    with pytest.raises(TimeoutError) as caught:
        work.wait(1)
    assert caught.value.job.wait() == "completed"


def test_a_failed_job_raises_the_servers_reason() -> None:
    with pytest.raises(JobFailed, match="Work 7 failed: disk full") as caught:
        job(lambda: "failed", Nap(), "disk full").wait()
    assert caught.value.job.what == "Work 7"


def test_a_failed_job_without_a_reason_says_so() -> None:
    with pytest.raises(JobFailed, match="the server gave no reason"):
        job(lambda: "failed", Nap()).wait()


def test_a_timeout_of_zero_polls_once() -> None:
    with pytest.raises(JobTimeout):
        job(lambda: "created", Nap()).wait(0)


def test_a_negative_timeout_is_refused() -> None:
    with pytest.raises(InvalidInput, match="number of seconds"):
        job(lambda: "created", Nap()).wait(-1)


def test_the_error_reaches_the_parent_of_a_worker_process() -> None:
    with pytest.raises(JobFailed) as caught:
        job(lambda: "failed", Nap(), "disk full").wait()
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def through(*answers: str | Exception) -> Callable[[], str]:
    """Return a function that raises or returns each of these in turn, then repeats the last."""
    left = list(answers)

    def look() -> str:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return look


PASSING = [
    ConnectionFailed("Cannot connect: Connection refused."),
    ServerTimeout("No answer."),
    *(ServerError(f"It is {status}.", status=status) for status in (429, 502, 503, 504)),
]


@pytest.mark.parametrize("error", PASSING, ids=str)
def test_polling_continues_through_an_outage(error: Exception) -> None:
    nap = Nap()
    look = through("created", error, error, "in_progress", error, "completed")
    assert job(look, nap).wait() == "completed"
    assert nap.naps == pytest.approx([0.2, 0.2, 0.3, 0.3, 0.2])


def test_an_outage_ends_the_wait_after_five_minutes() -> None:
    nap = Nap()
    gone = ConnectionFailed("Cannot connect: Connection refused.")
    with pytest.raises(JobTimeout, match=r"Work 7 .* refused\.\nIt may go on at the") as caught:
        job(through("in_progress", gone), nap).wait()
    assert nap.time == pytest.approx(nap.tuning.outage_timeout + 0.2)
    assert caught.value.__cause__ is gone
    assert caught.value.job.what == "Work 7"


def test_the_time_of_each_outage_is_counted_separately() -> None:
    nap = Nap()

    def look() -> str:
        if nap.time > 1000:
            return "completed"
        if nap.time % 250 > 50:
            raise ConnectionFailed("Cannot connect.")
        return "in_progress"

    assert job(look, nap).wait() == "completed"


def test_an_outage_does_not_extend_the_timeout() -> None:
    nap = Nap()
    with pytest.raises(JobTimeout):
        job(through("in_progress", ConnectionFailed("Cannot connect.")), nap).wait(60)
    assert nap.time == pytest.approx(60)


def test_a_job_can_be_waited_for_again_after_an_outage() -> None:
    nap = Nap()

    def look() -> str:
        if nap.time < 400:
            raise ConnectionFailed("Cannot connect.")
        return "completed"

    with pytest.raises(JobTimeout) as caught:
        job(look, nap).wait()
    assert caught.value.job.wait() == "completed"


@pytest.mark.parametrize(
    "error",
    [
        ServerError("failed", status=500),
        NotFound("gone", status=404),
        PermissionDenied("no", status=403),
        ConnectionFailed("not Label Studio", status=200),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_permanent_error_is_raised_at_once(error: LabelStudioError) -> None:
    nap = Nap()
    with pytest.raises(type(error)) as caught:
        job(through(error), nap).wait()
    assert caught.value is error
    assert nap.naps == []
