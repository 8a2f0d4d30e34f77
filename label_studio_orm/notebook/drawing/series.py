"""The curves of a time series whose values are in the data of the task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from ...labeling.elements import Element
from .axis import moment_of, number_of
from .palette import colour
from .scene import Shown

MOST_POINTS = 500  # of a curve
MOST_CURVES = 12


@frozen
class Curve:
    """The values of a channel over time."""

    name: str
    colour: str
    points: tuple[tuple[float, float], ...]

    @property
    def range(self) -> tuple[float, float]:
        """The least and the greatest value."""
        values = [value for _, value in self.points]
        return min(values), max(values)


def curves_of(shown: Shown) -> list[Curve]:
    """Return the curves of a series; none of one that is in a file at a URL."""
    if not isinstance(shown.value, Mapping):
        return []
    channels = [part for each in shown.object.parts for part in each.walk()]
    drawn = (_curve(each, shown, shown.value) for each in channels if each.kind == "channel")
    return [curve for curve in drawn if curve is not None][:MOST_CURVES]


def _curve(channel: Element, shown: Shown, columns: Mapping[str, Any]) -> Curve | None:
    options = channel.options()
    column = options.get("column", "")
    values = columns.get(column)
    if not isinstance(values, list):
        return None
    points = tuple(_points(values, columns.get(shown.option("timecolumn")), shown))
    chosen = colour(options.get("strokecolor", ""))
    name = options.get("legend") or options.get("displayname") or column
    drawn = "currentColor" if chosen is None else chosen.css
    return Curve(name, drawn, points) if points else None


def _points(values: Sequence[Any], times: Any, shown: Shown) -> Iterator[tuple[float, float]]:
    """Yield every so-manieth point; without a time column, over the number of the row."""
    for row in range(0, len(values), max(1, len(values) // MOST_POINTS)):
        known = isinstance(times, list) and row < len(times)
        moment = moment_of(times[row], shown) if known else float(row)
        value = number_of(values[row])
        if moment is not None and value is not None:
            yield moment, value
