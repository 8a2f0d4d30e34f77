"""Files of tasks: each format as a stream of rows that know where they stand.

A reader takes a path and yields ("line 3", row). None holds the whole file in memory.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

Row = tuple[str, Any]  # where it is, for messages, and what it is


UTF_8 = "utf-8-sig"  # with or without a byte order mark


class Malformed(Exception):
    """A line number, and what is wrong there."""


def read_json(path: Path) -> Iterator[Row]:
    """Read a list of tasks one by one, or a single task."""
    import ijson

    with path.open("rb") as file:
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


def read_jsonl(path: Path) -> Iterator[Row]:
    """Read a task a line."""
    for where, line in read_lines(path):
        try:
            yield where, json.loads(line)
        except json.JSONDecodeError as error:
            raise Malformed(int(where.split()[1]), error.msg) from None


def read_lines(path: Path) -> Iterator[Row]:
    """Read a text a line, without the empty ones."""
    with path.open(encoding=UTF_8) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield f"line {number}", line.rstrip("\n")


def read_csv(path: Path) -> Iterator[Row]:
    """Read rows under a line of column names, separated by commas."""
    return _read_table(path, ",")


def read_tsv(path: Path) -> Iterator[Row]:
    """Read rows under a line of column names, separated by tabs."""
    return _read_table(path, "\t")


READERS: dict[str, Callable[[Path], Iterator[Row]]] = {
    ".json": read_json,
    ".jsonl": read_jsonl,
    ".csv": read_csv,
    ".tsv": read_tsv,
    ".txt": read_lines,
}


def _read_table(path: Path, separator: str) -> Iterator[Row]:
    with path.open(encoding=UTF_8, newline="") as file:
        rows = csv.reader(file, delimiter=separator, strict=True)
        try:
            names = _checked_names(next(rows, []), rows.line_num)
            for row in filter(None, rows):  # without the empty lines
                if len(row) != len(names):
                    problem = f"{len(row)} values for {len(names)} columns"
                    raise Malformed(rows.line_num, problem)
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


def _after_byte_order_mark(file: BinaryIO) -> int:
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
