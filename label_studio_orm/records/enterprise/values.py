"""Values: what the server answers that is no record, as classes with typed attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

import attrs

from ... import tables
from ...display import Displayed

V = TypeVar("V")
WIRE = "wire"  # in the metadata of an attribute: the server's name for it, where that differs


def value_of(kind: type[V], row: Mapping[str, Any]) -> V:
    """Make a value of a row: its attributes by their names; what is not sent is None.

    >>> @attrs.frozen
    ... class Point:
    ...     x: float
    ...     y: float = attrs.field(metadata={WIRE: "Y"})
    >>> value_of(Point, {"x": 1.5, "Y": 2.5, "z": 0.5})
    Point(x=1.5, y=2.5)
    """
    names = {each.alias: each.metadata.get(WIRE, each.name) for each in attrs.fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: row.get(wire) for name, wire in names.items()})


def each_as(kind: type[V]) -> Callable[[Any], Rows[V]]:
    """Return a converter of a list of rows, for an attribute that has values in it."""
    return lambda rows: rows_of(kind, rows or ())


def rows_of(kind: type[V], rows: Iterable[Mapping[str, Any]]) -> Rows[V]:
    """Make a value of each row."""
    return Rows(value_of(kind, row) for row in rows)


class Rows(list[V], Displayed, tables.Table, Generic[V]):
    """A list of values that is also a table: `to_pandas()`, `to_dicts()`."""

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a row for each value, by the names of its attributes."""
        return [attrs.asdict(each, recurse=False) for each in self]  # type: ignore[arg-type]

    def _columns(self) -> tables.Columns:
        return tables.columns_of(self.to_dicts())
