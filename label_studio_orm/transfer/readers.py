"""Files of tasks: each format as a stream of rows that know where they stand.

A reader takes a binary file and yields ("line 3", row). None holds the whole file in memory.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import IO, Any

Row = tuple[str, Any]  # where it is, for messages, and what it is


class Malformed(Exception):
    """A line number, and what is wrong there."""


def read_json(file: IO[bytes]) -> Iterator[Row]:
    """Read a list of tasks one by one, or a single task."""
    import ijson

    start = _after_byte_order_mark(file)
    first = file.read(4096).lstrip()[:1]
    file.seek(start)
    try:
        if first == b"[":
            tasks = ijson.items(file, "item", use_float=True)
            yield from ((f"[{index}]", task) for index, task in enumerate(tasks))
        elif first:
            yield "", json.loads(file.read())
    except ijson.JSONError as error:
        file.seek(start)
        raise _json_fault(file.read(), error) from None
    except json.JSONDecodeError as error:
        raise Malformed(error.lineno, error.msg) from None


def read_jsonl(file: IO[bytes]) -> Iterator[Row]:
    """Read a task a line."""
    for number, line in enumerate(_text(file), 1):
        if line.strip():
            try:
                yield f"line {number}", json.loads(line)
            except json.JSONDecodeError as error:
                raise Malformed(number, error.msg) from None


def read_lines(file: IO[bytes]) -> Iterator[Row]:
    """Read a text a line, without the empty ones."""
    for number, line in enumerate(_text(file), 1):
        if line.strip():
            yield f"line {number}", line.rstrip("\r\n")


def read_csv(file: IO[bytes]) -> Iterator[Row]:
    """Read rows under a line of column names, separated by commas."""
    return _read_table(file, ",")


def read_tsv(file: IO[bytes]) -> Iterator[Row]:
    """Read rows under a line of column names, separated by tabs."""
    return _read_table(file, "\t")


READERS: dict[str, Callable[[IO[bytes]], Iterator[Row]]] = {
    ".json": read_json,
    ".jsonl": read_jsonl,
    ".csv": read_csv,
    ".tsv": read_tsv,
    ".txt": read_lines,
}


def _read_table(file: IO[bytes], separator: str) -> Iterator[Row]:
    rows = csv.reader(_text(file, newline=""), delimiter=separator, strict=True)
    try:
        names = _checked_names(next(rows, []), rows.line_num)
        for row in rows:
            if not row:
                continue  # an empty line
            if len(row) != len(names):
                raise Malformed(rows.line_num, f"{len(row)} values for {len(names)} columns")
            yield f"line {rows.line_num}", dict(zip(names, row, strict=True))
    except csv.Error as error:
        raise Malformed(rows.line_num, str(error)) from None


def _checked_names(names: list[str], line: int) -> list[str]:
    for column, name in enumerate(names, 1):
        if not name.strip():
            raise Malformed(line, f"column {column} has no name (a DataFrame's index, perhaps)")
        if names.index(name) != column - 1:
            raise Malformed(line, f"two columns are named {name!r}")
    return names


def _text(file: IO[bytes], newline: str | None = None) -> IO[str]:
    return io.TextIOWrapper(file, encoding="utf-8-sig", newline=newline)


def _after_byte_order_mark(file: IO[bytes]) -> int:
    if file.read(3) != b"\xef\xbb\xbf":
        file.seek(0)
    return file.tell()


def _json_fault(content: bytes, error: Exception) -> Malformed:
    """Find the line of a fault, which the streaming parser does not know."""
    try:
        json.loads(content.decode())
    except json.JSONDecodeError as found:
        return Malformed(found.lineno, found.msg)
    return Malformed(1, str(error).strip())
