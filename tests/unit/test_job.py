"""Jobs: look first, then wait longer and longer, but not for ever."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

from label_studio_orm.errors import InvalidInput, JobFailed, JobTimeout
from label_studio_orm.orm.job import Clock, Job


class Nap:
    """A clock for tests, and what was slept on it."""

    def __init__(self) -> None:
        self.time = 0.0
        self.naps: list[float] = []
        self.clock = Clock(now=lambda: self.time, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.time += seconds


def job(look: Callable[[], str], nap: Nap, reason: str = "") -> Job[str]:
    return Job("Work 7", look, status=str, reason=lambda state: reason, clock=nap.clock)


def test_work_that_is_done_already_is_not_waited_for() -> None:
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


def test_waiting_can_go_on_after_a_timeout() -> None:
    nap = Nap()
    work = job(lambda: "completed" if nap.time > 5 else "created", nap)
    with pytest.raises(TimeoutError) as caught:
        work.wait(1)
    assert caught.value.job.wait() == "completed"


def test_failed_work_raises_the_servers_reason() -> None:
    with pytest.raises(JobFailed, match="Work 7 failed: disk full") as caught:
        job(lambda: "failed", Nap(), "disk full").wait()
    assert caught.value.job.what == "Work 7"


def test_failed_work_without_a_reason_says_so() -> None:
    with pytest.raises(JobFailed, match="the server gave no reason"):
        job(lambda: "failed", Nap()).wait()


def test_a_timeout_of_nothing_looks_once() -> None:
    with pytest.raises(JobTimeout):
        job(lambda: "created", Nap()).wait(0)


def test_a_negative_timeout_is_refused() -> None:
    with pytest.raises(InvalidInput, match="number of seconds"):
        job(lambda: "created", Nap()).wait(-1)


def test_the_error_reaches_the_parent_of_a_worker_process() -> None:
    with pytest.raises(JobFailed) as caught:
        job(lambda: "failed", Nap(), "disk full").wait()
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
