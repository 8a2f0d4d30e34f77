"""Values: what the server answers that is no record, as classes with typed attributes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

import attrs

from ... import tables
from ...display import Displayed
from ...orm.fields import DATETIME
from ...orm.response_shape import shaped

V = TypeVar("V")
# In the metadata of an attribute: the server's name for it, where that differs, and the class of
# the values that a list has in it.
WIRE, EACH = "wire", "each"


def value_of(kind: type[V], row: Mapping[str, Any]) -> V:
    """Make a value of a row: its attributes by their names; what is not sent is None.

    >>> @attrs.frozen
    ... class Point:
    ...     x: float
    ...     y: float = attrs.field(metadata={WIRE: "Y"})
    >>> value_of(Point, {"x": 1.5, "Y": 2.5, "z": 0.5})
    Point(x=1.5, y=2.5)
    """
    shaped(row, {})
    return kind(**{each.alias: _read(each, row) for each in attrs.fields(kind)})  # type: ignore[arg-type]


def _read(attribute: attrs.Attribute[Any], row: Mapping[str, Any]) -> Any:
    raw = row.get(attribute.metadata.get(WIRE, attribute.name))
    within = attribute.metadata.get(EACH)
    return rows_of(within, raw) if within else raw


def moment(value: Any) -> Any:
    """Return the datetime of a server's text."""
    return DATETIME.load(value)


def day(value: Any) -> Any:
    """Return the date of a server's text."""
    found = DATETIME.load(value)
    return found.date() if isinstance(found, datetime) else found


def rows_of(kind: type[V], rows: Iterable[Mapping[str, Any]] | None) -> Rows[V]:
    """Make a value of each row; none of None."""
    found = rows if isinstance(rows, Iterator) else shaped(rows or [], [{}])
    return Rows(value_of(kind, row) for row in found)


class Rows(list[V], Displayed, tables.Table, Generic[V]):
    """A list of values that is also a table: `to_pandas()`, `to_dicts()`.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a row for each value, by the names of its attributes."""
        return [attrs.asdict(each, recurse=False) for each in self]  # type: ignore[arg-type]

    def _columns(self) -> tables.Columns:
        return tables.columns_of(self.to_dicts())
