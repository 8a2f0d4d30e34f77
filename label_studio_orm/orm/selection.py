"""The selection of a query: conditions, order, window and columns."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from attrs import frozen

from .expressions import Expression, Order


@frozen
class Selection:
    """Which records of a source; by default all of them.

    `only` are the server's names of the columns to load, None for the usual ones; `including` are
    those to load besides. `sure` means that these records will be changed: each must match the
    condition exactly, whatever the server says.
    """

    where: Expression | None = None
    order: tuple[Order, ...] = ()
    start: int = 0
    stop: int | None = None
    only: tuple[str, ...] | None = None
    including: tuple[str, ...] = ()
    sure: bool = False

    @property
    def count(self) -> int | None:
        """How many rows the window has at most; None for all from its start."""
        return None if self.stop is None else self.stop - self.start

    def window(self, start: int, stop: int | None) -> tuple[int, int | None]:
        """Return which rows of all are those from `start` to before `stop` of this selection."""
        ends = (self.stop, None if stop is None else self.start + stop)
        return self.start + start, min((end for end in ends if end is not None), default=None)

    def described(self) -> str:
        """Return the window and the columns, for reprs."""
        window = f", {self.start} to {self.stop}" if self.start else f", up to {self.stop}"
        only = f", only {', '.join(self.only)}" if self.only is not None else ""
        more = f", with {', '.join(self.including)}" if self.including else ""
        return f"{window * (self.stop is not None)}{only}{more}"

    def picked(self, records: Iterable[Any]) -> Iterator[Any]:
        """Filter and order records in Python, where the server cannot."""
        for condition in () if self.where is None else self.where.conditions():
            condition.check()
        found = iter(records) if self.where is None else filter(self.where.holds, records)
        for order in reversed(self.order):
            found = iter(_sorted(found, order))
        return itertools.islice(found, self.start, self.stop)


def _sorted(records: Iterable[Any], order: Order) -> list[Any]:
    """Sort by a column; records without a value come last, as at the server."""
    column = order.column
    keyed = [(column.value_of(record), record) for record in records]
    present = [(column.comparable(v), record) for v, record in keyed if not column.is_nothing(v)]
    missing = [record for value, record in keyed if column.is_nothing(value)]
    present.sort(key=lambda pair: pair[0], reverse=order.descending)
    return [record for _, record in present] + missing
