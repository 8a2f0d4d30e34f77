"""A clock on which sleeping takes no time."""

from __future__ import annotations

from typing import Any, TypeVar

from attrs import evolve

from label_studio_orm.tuning import Clock, Tuning

C = TypeVar("C")


class Nap:
    """A clock for tests, and what was slept on it."""

    def __init__(self) -> None:
        self.time = 0.0
        self.naps: list[float] = []
        self.clock = Clock(now=lambda: self.time, sleep=self._sleep)
        self.tuning = Tuning(clock=self.clock)

    def _sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.time += seconds
        assert len(self.naps) < 10_000, "this waits for ever"

    def on(self, client: C) -> C:
        """Let a client wait on this clock."""
        return tuned(client, clock=self.clock)


def tuned(client: C, **changes: Any) -> C:
    """Change numbers by which a client waits, sends again and cuts work into requests."""
    client._tuning = evolve(client._tuning, **changes)  # type: ignore[attr-defined]
    return client
