"""Rows as DataFrames: pandas, polars, pyarrow, each imported when it is asked for.

The types come from the values: whole numbers stay whole where some are missing, moments are in
UTC, what is missing is missing and not NaN or "". Lists of plain values stay lists. Objects stay
dicts in pandas, and are JSON text in polars and Arrow, whose columns know one shape each.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .errors import InvalidInput, MissingPackage

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
    """Turn rows into columns, each beside the one that it is beside in its row.

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


def _insert(row: Iterable[str], names: list[str]) -> None:
    """Put the new names of a row behind those that come before them in it."""
    place = len(names)
    for name in row:
        if name not in names:
            names.insert(place, name)
        place = names.index(name) + 1


def to_pandas(columns: Columns) -> pandas.DataFrame:
    """Make a pandas DataFrame, with types that can be missing."""
    module = _module("pandas", "pandas")

    def column(values: list[Any]) -> Any:
        dtype = PANDAS.get(_type_of(values), "object")
        return module.Series(values, dtype=dtype)

    table: pandas.DataFrame = module.DataFrame({n: column(v) for n, v in columns.items()})
    return table


def to_polars(columns: Columns) -> polars.DataFrame:
    """Make a polars DataFrame."""
    module = _module("polars", "polars")
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
    arrow = _module("pyarrow", "arrow")
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
    """Return a PyCapsule of the Arrow stream protocol, made by what of both is installed.

    See https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html.
    """
    try:
        table: Any = to_arrow(columns)
    except MissingPackage:
        table = to_polars(columns)
    return table.__arrow_c_stream__(requested_schema)


def _module(name: str, extra: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        message = f"{name} is not installed: pip install 'label-studio-orm[{extra}]'."
        raise MissingPackage(message) from error


def _type_of(values: list[Any]) -> type | None:
    """Return the one type of all values that are there, None if it is none that tables know."""
    found = {type(value) for value in values if value is not None}
    if found == {int, float}:
        return float if all(map(_fits_a_float, values)) else None
    only = found.pop() if len(found) == 1 else None
    if only is int and any(abs(value) >= 2**63 for value in values if value is not None):
        return None
    return only if only in PLAIN else None


def _fits_a_float(value: Any) -> bool:
    return type(value) is not int or abs(value) <= LARGEST


def _shaped(values: list[Any]) -> list[Any]:
    """Return values that fit in one column: those of many shapes as JSON text."""
    there = [value for value in values if value is not None]
    kind = _type_of(there)
    if kind is float:
        return _floats(values)
    if kind is str:
        return [None if value is None else _encodable(value) for value in values]
    if kind or not there:
        return values
    if all(isinstance(value, list) for value in there):
        items = _type_of([item for value in there for item in value])
        if not any(there):
            return values  # nothing but empty lists
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
        raise InvalidInput("A value is nested too deep to be a cell of a table.") from None
    return _encodable(text)


def _names(columns: Columns) -> list[str]:
    """Return names for columns that can be encoded, each of one column."""
    found: dict[str, None] = {}
    for name in map(_encodable, columns):
        while name in found:
            name += "_"
        found[name] = None
    return list(found)


def _encodable(text: str) -> str:
    """Escape lone surrogates, which JSON may have and polars and Arrow cannot."""
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()
