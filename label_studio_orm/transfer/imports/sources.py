"""Sources of imported tasks: lists, generators, DataFrames and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from ...errors import InvalidInput, MissingPackage
from ...orm.meta import kind_of
from ...orm.query import Query
from ...text import article
from ..files import existing
from .readers import READERS, Malformed, Row
from .source_hints import as_frame, no_path_hint, no_source_hint, no_tasks_hint


@frozen
class Source:
    """Rows that can be read once, or again and again where `repeatable`."""

    rows: Callable[[], Iterator[Row]]
    repeatable: bool = True
    file: Path | None = None
    count: int | None = None  # where it is known without reading


def open_source(given: Any) -> Source:
    """Find out how to read what the user gave."""
    if isinstance(given, Source):
        return given
    if isinstance(given, (str, Path)):
        return _file(given)
    given = as_frame(given)
    hint = no_source_hint(given)
    if hint:
        raise InvalidInput(hint)
    if isinstance(given, Mapping):
        return Source(lambda: iter([("The task", given)]))
    if isinstance(given, Query):
        return Source(lambda: _numbered("Task", map(_copied, given)), repeatable=False)
    frame_rows = _frame_reader(given)
    if frame_rows:
        _check_columns(given)
        return Source(lambda: _rows(frame_rows(given)))
    if hasattr(given, "__arrow_c_stream__"):
        return _stream(given)
    if isinstance(given, (bytes, bytearray)) or not isinstance(given, Iterable):
        raise InvalidInput(
            "Tasks come from a list or generator of dicts, a DataFrame or Arrow table, the tasks "
            "of another project, or the path of a "
            f"{', '.join(READERS)} file; not from {article(type(given).__name__)}."
        )
    # Only a sequence can surely be read twice: tqdm(generator) looks like a collection too.
    return Source(lambda: _numbered("Task", given), repeatable=isinstance(given, Sequence))


def _rows(rows: Iterable[Any]) -> Iterator[Row]:
    return _numbered("Row", map(_without_nan, rows))


def _numbered(what: str, rows: Iterable[Any]) -> Iterator[Row]:
    return ((f"{what} [{index}]", row) for index, row in enumerate(rows))


def _file(given: str | Path) -> Source:
    if "://" in str(given):
        raise InvalidInput(f"{given!r} is a URL, which is not read: download the file first.")
    hint = no_path_hint(str(given))
    if hint:
        raise InvalidInput(hint)
    path = existing(given)
    if path.is_dir() or path.suffix.lower() not in READERS:
        raise InvalidInput(no_tasks_hint(path, READERS))
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


# -- DataFrames, recognized by their methods: none of their packages is imported here -------------


def _pandas_rows(frame: Any) -> Iterable[Any]:
    plain = frame.astype(object).where(frame.notna(), None)  # NaN, NaT and NA are missing
    rows: Iterable[Any] = plain.rename(columns=str).to_dict("records")
    return rows


def _arrow_rows(table: Any) -> Iterable[Any]:
    for batch in table.to_batches() if hasattr(table, "to_batches") else table:
        yield from batch.to_pylist()


FRAMES = {
    "iterrows": _pandas_rows,
    "iter_rows": lambda frame: frame.iter_rows(named=True),
    "to_batches": _arrow_rows,
    "to_pylist": lambda batch: batch.to_pylist(),
}


def _stream(table: Any) -> Source:
    """Read what speaks the Arrow stream protocol, batch by batch; it may speak but once."""
    try:
        import pyarrow
    except ModuleNotFoundError:
        raise MissingPackage(
            f"To read a {type(table).__name__}: pip install 'label-studio-orm[arrow]'."
        ) from None
    reader = pyarrow.RecordBatchReader.from_stream(table)
    _check_columns(reader)
    return Source(lambda: _rows(_arrow_rows(reader)), repeatable=False)


def _copied(task: Any) -> Any:
    """Return the fields to copy from a task of another project, without its annotations."""
    if kind_of(task) != "task":
        raise InvalidInput(f"Only tasks can be imported, not {task!r}.")
    return {"data": task.data, "meta": task.meta or {}}


def _check_columns(frame: Any) -> None:
    """Raise where two columns would become one key."""
    names = frame.schema.names if hasattr(frame, "schema") else frame.columns
    names = [str(name) for name in (names() if callable(names) else names)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput(f"The DataFrame has two columns named {twice[0]!r}: one would be lost.")


def _without_nan(row: dict[str, Any]) -> dict[str, Any]:
    """Replace NaN, which means missing in a DataFrame, by None."""
    return {name: None if _is_nan(value) else value for name, value in row.items()}


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and value != value


def _frame_reader(given: Any) -> Callable[[Any], Iterable[Any]] | None:
    if not hasattr(given, "columns"):
        return None
    return next((read for name, read in FRAMES.items() if hasattr(given, name)), None)
