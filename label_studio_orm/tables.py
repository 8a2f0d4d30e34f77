"""Conversion of rows to pandas, polars and pyarrow, each imported on demand.

The types come from the values: integers stay integers where some are missing, times are in UTC, a
missing value is null and not NaN or "". Lists of plain values stay lists. Objects stay dicts in
pandas, and are JSON text in polars and Arrow, whose columns have one type each.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .errors import InvalidInput, MissingPackage
from .extras import import_extra

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Columns = Mapping[str, list[Any]]

LARGEST = int(sys.float_info.max)
PLAIN = (bool, int, float, str, datetime)
PANDAS: Mapping[type | None, str] = MappingProxyType(
    {
        int: "Int64",
        float: "Float64",
        bool: "boolean",
        str: "string",
        datetime: "datetime64[us, UTC]",
    }
)


def columns_of(rows: Iterable[Mapping[str, Any]], first: Iterable[str] = ()) -> Columns:
    """Convert rows to columns, in the order of the keys in the rows.

    >>> columns_of([{"a": 1, "c": 3}, {"a": 2, "b": "x"}])
    {'a': [1, 2], 'b': [None, 'x'], 'c': [3, None]}
    """
    rows, names = list(rows), list(first)
    known = set(names)
    for row in rows:
        if not known.issuperset(row):
            _insert(row, names)
            known.update(row)
    return {name: [row.get(name) for row in rows] for name in names}


def ordered(row: Mapping[str, Any], first: Iterable[str]) -> dict[str, Any]:
    """Return a row with some columns before the others.

    >>> ordered({"id": 1, "flag": True, "title": "x"}, ["title", "id"])
    {'title': 'x', 'id': 1, 'flag': True}
    """
    return {name: row[name] for name in dict.fromkeys((*first, *row)) if name in row}


def _insert(row: Iterable[str], names: list[str]) -> None:
    """Insert the new names of a row after the names before them in the row."""
    place = len(names)
    for name in row:
        if name not in names:
            names.insert(place, name)
        place = names.index(name) + 1


class Table:
    """A base of objects that have columns: those as DataFrames of each package."""

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas DataFrame; types that can be missing are used."""
        return to_pandas(self._columns())

    def to_polars(self) -> polars.DataFrame:
        """Return a polars DataFrame; objects are JSON text in it."""
        return to_polars(self._columns())

    def to_arrow(self) -> pyarrow.Table:
        """Return an Arrow table; objects are JSON text in it."""
        return to_arrow(self._columns())

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return arrow_stream(self._columns(), requested_schema)

    def _columns(self) -> Columns:
        raise NotImplementedError


def to_pandas(columns: Columns) -> pandas.DataFrame:
    """Make a pandas DataFrame with nullable types."""
    module = import_extra("pandas", "pandas")

    def column(values: list[Any]) -> Any:
        dtype = PANDAS.get(_type_of(values), "object")
        return module.Series(values, dtype=dtype)

    table: pandas.DataFrame = module.DataFrame({n: column(v) for n, v in columns.items()})
    return table


def to_polars(columns: Columns) -> polars.DataFrame:
    """Make a polars DataFrame."""
    module = import_extra("polars", "polars")
    types: dict[type | None, Any] = {
        int: module.Int64,
        float: module.Float64,
        bool: module.Boolean,
        str: module.String,
        datetime: module.Datetime("us", "UTC"),
    }

    def column(name: str, values: list[Any]) -> Any:
        dtype = types.get(_type_of(values))
        return module.Series(name, _shaped(values), dtype=dtype)

    table: polars.DataFrame = module.DataFrame(list(map(column, _names(columns), columns.values())))
    return table


def to_arrow(columns: Columns) -> pyarrow.Table:
    """Make an Arrow table."""
    arrow = import_extra("pyarrow", "arrow")
    types: dict[type | None, Any] = {
        int: arrow.int64(),
        float: arrow.float64(),
        bool: arrow.bool_(),
        str: arrow.string(),
        datetime: arrow.timestamp("us", "UTC"),
    }

    def column(values: list[Any]) -> Any:
        return arrow.array(_shaped(values), types.get(_type_of(values)))

    return arrow.table(dict(zip(_names(columns), map(column, columns.values()), strict=True)))


def arrow_stream(columns: Columns, requested_schema: Any = None) -> Any:
    """Return a PyCapsule of the Arrow stream protocol, by pyarrow or polars.

    See https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html.
    """
    try:
        table: Any = to_arrow(columns)
    except MissingPackage:
        table = to_polars(columns)
    return table.__arrow_c_stream__(requested_schema)


def _type_of(values: list[Any]) -> type | None:
    """Return the one type of all values but None; None if there is no such type in tables."""
    types = {type(value) for value in values if value is not None}
    if types == {int, float}:
        return float if all(map(_fits_a_float, values)) else None
    only = types.pop() if len(types) == 1 else None
    if only is int and any(abs(value) >= 2**63 for value in values if value is not None):
        return None
    return only if only in PLAIN else None


def _fits_a_float(value: Any) -> bool:
    return type(value) is not int or abs(value) <= LARGEST


def _shaped(values: list[Any]) -> list[Any]:
    """Return values that fit in one column: values of mixed types as JSON text."""
    present = [value for value in values if value is not None]
    kind = _type_of(present)
    if kind is float:
        return _floats(values)
    if kind is str:
        return [None if value is None else _encodable(value) for value in values]
    if kind or not present:
        return values
    if all(isinstance(value, list) for value in present):
        items = _type_of([item for value in present for item in value])
        if not any(present):
            return values  # only empty lists
        if items is float:
            return [None if value is None else _floats(value) for value in values]
        if items is str:
            return [None if value is None else _shaped(value) for value in values]
        if items:
            return values
    return [None if value is None else _text(value) for value in values]


def _floats(values: list[Any]) -> list[float | None]:
    return [None if value is None else float(value) for value in values]


def _text(value: Any) -> str:
    try:
        text = (
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        )
    except RecursionError:
        raise InvalidInput("A cell of a table must not be nested so deeply.") from None
    return _encodable(text)


def _names(columns: Columns) -> list[str]:
    """Return unique names of columns that can be encoded."""
    names: dict[str, None] = {}
    for name in map(_encodable, columns):
        while name in names:
            name += "_"
        names[name] = None
    return list(names)


def _encodable(text: str) -> str:
    """Escape lone surrogates, which JSON may have and polars and Arrow cannot."""
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()
