"""Tables of what was measured, and how it compares."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields

COLUMNS = ("seconds", "at work", "CPU s", "at work", "peak MB", "requests")


@dataclass(frozen=True)
class Measure:
    """What a run took: the whole process, and of that the work alone."""

    seconds: float
    work_seconds: float
    cpu: float  # seconds, of user and system
    work_cpu: float
    peak: float  # MB
    requests: float

    def scaled(self, times: int) -> Measure:
        """Return what it would take to do the work so many times."""
        return Measure(
            self.seconds + (times - 1) * self.work_seconds,
            self.work_seconds * times,
            self.cpu + (times - 1) * self.work_cpu,
            self.work_cpu * times,
            self.peak,
            self.requests * times,
        )


def median(measures: Sequence[Measure]) -> Measure:
    names = [field.name for field in fields(Measure)]
    return Measure(*(statistics.median(getattr(m, name) for m in measures) for name in names))


def table(measures: Mapping[str, Measure | None]) -> str:
    """Return a table in Markdown; the first row that has a measure is what others compare with."""
    base = next(filter(None, measures.values()), None)
    lines = [row("", *COLUMNS), row("---", *["---:" for _ in COLUMNS])]
    for name, measure in measures.items():
        lines.append(row(name, *(cells(measure, base) if measure and base else ["n/a"])))
    return "\n".join(lines)


def cells(measure: Measure, base: Measure) -> Iterator[str]:
    *values, requests = zip(astuple(measure), astuple(base), strict=True)
    for value, other in values:
        yield short(value) + (f" ({ratio(value, other)})" if measure is not base else "")
    yield short(requests[0])


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def ratio(value: float, base: float) -> str:
    return f"{short(value / base)}×"
