"""The axis of a timeline: seconds, dates, or the values of a time column."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

from attrs import frozen

from ...labeling.results.dates import parse_date, series_format
from .parts import number_text
from .scene import Shown

TICKS, DATED_TICKS = 6, 4  # about as many; dates need more room
EPOCH, LATEST = datetime(1970, 1, 1), 1e11  # seconds since then, within the range of dates
STEPS = (1, 2, 2.5, 5, 10)
DAY = 86_400.0  # seconds
DATED_STEPS = (
    *(1, 5, 15, 60, 300, 900, 3600, 21_600),
    *(days * DAY for days in (1, 2, 7, 14, 30, 90, 365)),
)


@frozen
class Axis:
    """The time from the left to the right of a drawing."""

    start: float
    end: float
    unit: str = ""
    dated: bool = False

    def part(self, moment: float) -> float:
        """Return where a moment is, from 0 to 1."""
        return min(max((moment - self.start) / (self.end - self.start), 0.0), 1.0)

    @property
    def step(self) -> float:
        """The time between two ticks: a round number, or whole minutes, hours, days of dates."""
        least = (self.end - self.start) / (DATED_TICKS if self.dated else TICKS)
        if self.dated and least <= DATED_STEPS[-1]:
            return next(float(step) for step in DATED_STEPS if step >= least)
        return _round_step(least)

    def ticks(self) -> list[float]:
        """Return round numbers from start to end.

        >>> Axis(0, 23).ticks()
        [0.0, 5.0, 10.0, 15.0, 20.0]
        """
        step = self.step
        first = math.ceil(self.start / step)
        return [step * number for number in range(first, math.floor(self.end / step) + 1)]

    def text(self, moment: float) -> str:
        """Return a moment for people."""
        if self.dated and abs(moment) < LATEST:
            format = "%Y-%m-%d" if self.step >= DAY else "%Y-%m-%d %H:%M:%S"
            return f"{EPOCH + timedelta(seconds=moment):{format}}"
        return number_text(round(moment, 6))


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * each for each in STEPS if power * each >= least * 0.999)


def moment_of(moment: Any, shown: Shown) -> float | None:
    """Return a time as a number: seconds, or those since 1970 for a date."""
    if isinstance(moment, str):
        moment = parse_date(moment, series_format(shown.object)) or number_of(moment)
    if isinstance(moment, datetime):
        return moment.timestamp() if moment.tzinfo else (moment - EPOCH).total_seconds()
    return number_of(moment)


def number_of(value: Any) -> float | None:
    """Return a finite number, also from a text; None for anything else."""
    try:
        number = None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if number is not None and math.isfinite(number) else None
