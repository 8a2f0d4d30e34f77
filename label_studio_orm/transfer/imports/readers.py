"""Files of tasks: each format as a stream of rows that know where they stand.

A reader takes a path and yields ("line 3", row), or ("line 3", InvalidInput) for a row that cannot
be read where the next one can. None holds the whole file in memory.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from ...errors import IncompleteResult, InvalidInput, LimitExceeded
from ...http import too_large
from ...http.json_depth import DEFAULT_LIMITS, DepthCounter
from ...limits import Limits
from ...text import shown
from ..downloads import BLOCK
from .surrogates import HalfCharacter, WholeCharacters

Row = tuple[str, Any]  # where it is, for messages, and what it is


UTF_8 = "utf-8-sig"  # with or without a byte order mark
SEPARATORS = (",", ";", "\t", "|")
OUT_OF_RANGE = "a number with an exponent that is out of range"
LONGEST_CELL = 2**31 - 1  # characters; what the C type of the csv module holds everywhere


class Malformed(Exception):
    """A line number, and what is wrong there."""


def read_json(path: Path) -> Iterator[Row]:
    """Read a list of tasks one by one, or a single task."""
    import ijson

    with path.open("rb") as file:
        start = _after_byte_order_mark(file)
        first = _first_byte(file)
        file.seek(start)
        if first == b"[":
            try:
                # Decimals, as floats would do away with whole numbers of more than 64 bits.
                tasks = ijson.items(_Scanned(WholeCharacters(file)), "item")
                for index, task in enumerate(tasks):
                    yield f"[{index}]", _with_floats(task)
            except HalfCharacter as half:
                line, what = half.args
                raise Malformed(line, f"{what} is a lone surrogate, not valid Unicode") from None
            except LimitExceeded as error:
                raise Malformed(1, str(error)) from None
            except ArithmeticError:  # of an exponent, which Decimal does not take
                raise Malformed(1, OUT_OF_RANGE) from None
            except ijson.JSONError as error:
                file.seek(start)
                raise _json_fault(file.read().decode(), error) from None
        elif first:
            yield "", _loads(file.read().decode(), 1)


def tasks_in(blocks: Iterable[bytes], limits: Limits = DEFAULT_LIMITS) -> Iterator[Any]:
    """Read a list of tasks one by one from JSON that comes in blocks."""
    import ijson

    readable = _Readable(iter(blocks), limits)
    try:
        for task in ijson.items(readable, "item"):
            readable.task_ended()
            if not isinstance(task, dict):
                raise IncompleteResult(
                    f"The response must be a list of tasks; it contains {shown(task)}."
                )
            yield _with_floats(task)
    except ArithmeticError:
        raise IncompleteResult(f"The response has {OUT_OF_RANGE}.") from None
    except ijson.JSONError as error:
        problem = str(error).partition("\n")[0].strip()
        raise IncompleteResult(f"The response is not a list of tasks: {problem}") from None


def tasks_in_file(path: Path) -> Iterator[Any]:
    """Yield the tasks of a JSON file that the server sent, one by one."""
    with path.open("rb") as file:
        yield from map(_checked, tasks_in(iter(partial(file.read, BLOCK), b"")))


def _checked(task: dict[str, Any]) -> dict[str, Any]:
    """Return a task with the id and the annotations that every exported task has."""
    id, annotations = task.get("id"), task.get("annotations") or []
    if type(id) is not int:
        raise IncompleteResult(f"The export has a task of the id {shown(id)}, not a whole number.")
    if not isinstance(annotations, list) or not all(isinstance(each, dict) for each in annotations):
        raise IncompleteResult(f"Task {id} of the export has annotations that are not objects.")
    return task


def _with_floats(value: Any) -> Any:
    """Put floats in the place of decimals, which are read as floats would lose large integers."""
    if not isinstance(value, (dict, list)):
        return float(value) if isinstance(value, Decimal) else value
    parts = [value]  # a stack of our own: Python's ends where data of a server may not
    while parts:
        part = parts.pop()
        for key, item in part.items() if isinstance(part, dict) else enumerate(part):
            kind = type(item)
            if kind is Decimal:
                part[key] = float(item)
            elif kind is dict or kind is list:
                parts.append(item)
    return value


class _Scanned:
    """A file of JSON, of which the parser sees nothing that could take it down."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._nesting = DepthCounter()

    def read(self, size: int = -1) -> bytes:
        return self._nesting.read_whole_strings(lambda: self._file.read(size))


class _Readable:
    """Blocks as a file to read from, which must have a list in them."""

    def __init__(self, blocks: Iterator[bytes], limits: Limits) -> None:
        self._blocks = blocks
        self._began = False
        self._nesting = DepthCounter(limits.levels)
        self._most = limits.answer_bytes
        self._size = 0  # of the task so far, which is held in memory

    def task_ended(self) -> None:
        self._size = 0

    def read(self, size: int = -1) -> bytes:
        if size == 0:  # asked for to know whether it gives bytes
            return b""
        block = self._nesting.read_whole_strings(self._next)
        if not self._began and block.strip():
            self._began = True
            if not block.lstrip().startswith(b"["):
                raise IncompleteResult("The response is not a list of tasks.")
        return block

    def _next(self) -> bytes:
        block = next(self._blocks, b"")
        self._size += len(block)
        if self._size > self._most:
            raise too_large(self._size, self._most, "answer_bytes", "A task of the export")
        return block


def read_jsonl(path: Path) -> Iterator[Row]:
    """Read a task a line."""
    for where, line in read_lines(path):
        try:
            yield where, _loads(line, 1)
        except Malformed as fault:
            yield where, _bad_row(path, where, fault.args[1])


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
    # Process-wide, as the csv module has it; it only ever lets longer texts pass.
    csv.field_size_limit(LONGEST_CELL)
    names: list[str] = []
    with path.open(encoding=UTF_8, newline="") as file:
        for line, row in _numbered_rows(csv.reader(file, delimiter=separator, strict=True)):
            if not names:
                names = _checked_names(row, line, separator)
            elif len(row) != len(names):
                problem = f"{len(row)} values for {len(names)} columns"
                yield f"line {line}", _bad_row(path, f"line {line}", problem)
            else:
                yield f"line {line}", dict(zip(names, row, strict=True))


def _bad_row(path: Path, where: str, problem: str) -> InvalidInput:
    return InvalidInput(f"{path} {where} is malformed: {problem}.")


def _numbered_rows(rows: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line that it starts in, without the empty ones."""
    line = 1
    try:
        for row in rows:
            if row:
                yield line, row
            line = rows.line_num + 1
    except csv.Error as error:
        raise Malformed(line, str(error)) from None


def _checked_names(names: list[str], line: int, separator: str) -> list[str]:
    for other in SEPARATORS:
        if len(names) == 1 and other != separator and other in names[0]:
            raise Malformed(line, f"the columns are separated by {other!r}, not by {separator!r}")
    for column, name in enumerate(names, 1):
        if not name.strip():
            hint = "a DataFrame's index, perhaps: leave it out by to_csv(…, index=False)"
            raise Malformed(line, f"column {column} has no name ({hint})")
        if names.index(name) != column - 1:
            raise Malformed(line, f"two columns are named {name!r}")
    return names


def _after_byte_order_mark(file: BinaryIO) -> int:
    if file.read(3) != b"\xef\xbb\xbf":
        file.seek(0)
    return file.tell()


def _first_byte(file: BinaryIO) -> bytes:
    """Return the first byte that is no white space."""
    while block := file.read(4096):
        if block.strip():
            return block.strip()[:1]
    return b""


def _loads(text: str, line: int) -> Any:
    """Decode JSON that starts in a line of a file."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise Malformed(line + error.lineno - 1, error.msg) from None
    except (ValueError, RecursionError) as error:  # NaN, too many digits, too deep
        raise Malformed(line, str(error)) from None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON; use null for a missing value")


def _json_fault(text: str, error: Exception) -> Malformed:
    """Find the line of a fault, which the streaming parser does not know."""
    try:
        _loads(text, 1)
    except Malformed as found:
        return found
    return Malformed(1, str(error).partition("\n")[0].strip())
