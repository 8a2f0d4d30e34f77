"""A clock on which sleeping takes no time."""

from __future__ import annotations

from label_studio_orm.orm.deadline import Clock


class Nap:
    """A clock for tests, and what was slept on it."""

    def __init__(self) -> None:
        self.time = 0.0
        self.naps: list[float] = []
        self.clock = Clock(now=lambda: self.time, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.time += seconds
        assert len(self.naps) < 10_000, "this waits for ever"
