"""Where imported tasks come from: lists, generators, DataFrames and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from ..errors import InvalidInput
from .readers import READERS, Malformed, Row


@frozen
class Source:
    """Rows that can be read once, or again and again where `repeatable`."""

    rows: Callable[[], Iterator[Row]]
    repeatable: bool = True
    file: Path | None = None


def open_source(given: Any) -> Source:
    """Find out how to read what the user gave."""
    if isinstance(given, (str, Path)):
        return _file(Path(given).expanduser())
    if isinstance(given, Mapping):
        return Source(lambda: iter([("The task", given)]))
    frame_rows = _frame_reader(given)
    if frame_rows:
        return Source(lambda: _numbered("Row", frame_rows(given)))
    if isinstance(given, (bytes, bytearray)) or not isinstance(given, Iterable):
        raise InvalidInput(
            "Tasks come from a list or generator of dicts, a DataFrame, or the path of a "
            f"{', '.join(READERS)} file; not from a {type(given).__name__}."
        )
    return Source(lambda: _numbered("Task", given), repeatable=not isinstance(given, Iterator))


def _numbered(what: str, rows: Iterable[Any]) -> Iterator[Row]:
    return ((f"{what} [{index}]", row) for index, row in enumerate(rows))


def _file(path: Path) -> Source:
    if not path.exists():
        raise InvalidInput(f"There is no file {path}.")
    if path.suffix.lower() not in READERS:
        known = ", ".join(READERS)
        raise InvalidInput(f"{path}: tasks are read from {known} files, not from {path.suffix!r}.")
    return Source(lambda: _read(path), file=path)


def _read(path: Path) -> Iterator[Row]:
    """Read a file, and say in which line it cannot be read."""
    try:
        for where, row in READERS[path.suffix.lower()](path):
            yield f"{path} {where}".rstrip(), row
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        line = _undecodable_line(path)
        raise InvalidInput(f"{path} line {line} is not UTF-8: save the file as UTF-8.") from None
    except Malformed as fault:
        line, problem = fault.args
        raise InvalidInput(f"{path} line {line} is malformed: {problem}.") from None


def _undecodable_line(path: Path) -> int:
    with path.open("rb") as file:
        return next(n for n, line in enumerate(file, 1) if not _is_utf8(line))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


# -- DataFrames, told by what they can do: none of their packages is imported here -------------


def _pandas_rows(frame: Any) -> Iterable[Any]:
    if not frame.columns.is_unique:
        raise InvalidInput("The DataFrame has two columns of the same name: one would be lost.")
    plain = frame.astype(object).where(frame.notna(), None)  # NaN, NaT and NA are missing
    rows: Iterable[Any] = plain.rename(columns=str).to_dict("records")
    return rows


def _polars_rows(frame: Any) -> Iterable[Any]:
    for row in frame.iter_rows(named=True):
        yield {name: None if value != value else value for name, value in row.items()}


def _arrow_rows(table: Any) -> Iterable[Any]:
    for batch in table.to_batches():
        yield from batch.to_pylist()


FRAMES = {
    "iterrows": _pandas_rows,
    "iter_rows": _polars_rows,
    "to_batches": _arrow_rows,
    "to_pylist": lambda batch: batch.to_pylist(),
}


def _frame_reader(given: Any) -> Callable[[Any], Iterable[Any]] | None:
    if not hasattr(given, "columns"):
        return None
    return next((read for name, read in FRAMES.items() if hasattr(given, name)), None)
