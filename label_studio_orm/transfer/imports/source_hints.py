"""What somebody meant who gives something that tasks cannot be read from: what to type instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ...errors import shortened

# What reads files that we do not.
READ_BY = MappingProxyType(
    {
        ".feather": "pandas.read_feather(path)",
        ".parquet": "pandas.read_parquet(path)",
        ".xls": "pandas.read_excel(path)",
        ".xlsx": "pandas.read_excel(path)",
    }
)
PACKED = (".gz", ".zip", ".bz2", ".xz", ".zst", ".7z", ".tar", ".tgz")


def as_frame(given: Any) -> Any:
    """Return a column (a Series of pandas or polars) as the rows that it stands for."""
    if not _is_column(given):
        return given
    first = next(iter(given), None)
    if isinstance(first, Mapping):
        return list(given)
    return given.to_frame() if isinstance(given.name, str) and given.name else given


def no_source_hint(given: Any) -> str:
    """Return what to give instead of something that holds no rows; "" if it may hold some."""
    kind = type(given).__name__
    if _is_column(given):
        return (
            f'This {kind} has no name, so which key of the data is it? given.to_frame("text") says '
            "so; of one row of a table, given.to_dict() makes a task."
        )
    if hasattr(given, "collect") and hasattr(given, "collect_schema"):
        return f"This {kind} has no rows yet: frame.collect() reads them."
    if kind.endswith("DatasetDict") and isinstance(given, Mapping):
        first = next(iter(given), "train")
        return f"This {kind} has several splits: choose one, dataset[{first!r}]."
    if hasattr(given, "to_pylist") and not hasattr(given, "schema"):
        return f'This {kind} is one column without a name: table.select(["text"]) keeps it.'
    if getattr(given, "ndim", 0) and hasattr(given, "tolist") and given.dtype != object:
        return _array_hint(given)
    if hasattr(given, "read") and hasattr(given, "readline"):
        name = getattr(given, "name", "")
        return f"An open file is not read: give its path{f', {name!r}' if name else ''}."
    return ""


def no_path_hint(given: str) -> str:
    """Return what to do with a text that is no path; "" if it may be one."""
    what = f"{shortened(repr(given), 60)} is not the path of a file"
    if given.lstrip()[:1] in ("[", "{") and not _is_there(given):
        return f"{what} but JSON: json.loads() makes tasks of it."
    blank = any(each.isspace() for each in given) and not Path(given).suffix[1:].isalnum()
    if not given or (blank and not _is_there(given)):
        return f'{what}. A text becomes a task as {{"text": "…"}}.'
    return ""


def no_tasks_hint(path: Path, known: Iterable[str]) -> str:
    """Return what to do with a file or folder that has no tasks in it."""
    suffix = path.suffix.lower()
    if path.is_dir():
        return (
            f"{path} is a folder: project.upload_files({str(path)!r}) makes a task of each of its "
            "files, and a file of tasks is given by its own path."
        )
    said = f"{path}: tasks are read from {', '.join(known)} files, not from {path.suffix!r}."
    if suffix in READ_BY:
        return f"{said} Give what {READ_BY[suffix]} returns."
    if suffix in PACKED:
        return f"{said} Unpack it first."
    return f"{said} project.upload_files({str(path)!r}) makes a task of the file itself."


def no_row(row: Any) -> str:
    """Return what a row is that is no dict, and how to make one of it."""
    kind = type(row).__name__
    if isinstance(row, str):
        how = '[{"text": each} for each in …]'
    elif hasattr(row, "_asdict"):
        how = "[row._asdict() for row in …]"
    elif hasattr(row, "model_dump"):
        how = "[row.model_dump() for row in …]"
    elif hasattr(row, "__dataclass_fields__"):
        how = "[dataclasses.asdict(row) for row in …]"
    elif isinstance(row, (list, tuple)) or hasattr(row, "tolist"):
        how = "[dict(zip(names, row)) for row in …]"
    else:
        return f"{article(kind)}, not an object (dict)."
    return f"{article(kind)}, not an object (dict): {how} makes some."


def article(kind: str) -> str:
    """Put "a" or "an" before a word.

    >>> article("int")
    'an int'
    """
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"


def _array_hint(given: Any) -> str:
    if given.dtype.names:
        return "An array is not read: pandas.DataFrame(array) has its rows."
    names = '["text"]' if given.ndim == 1 else "[…]"
    return f"An array has no names for its columns: pandas.DataFrame(array, columns={names})."


def _is_column(given: Any) -> bool:
    return hasattr(given, "to_frame") and not hasattr(given, "columns")


def _is_there(given: str) -> bool:
    try:
        return Path(given).expanduser().exists()
    except (OSError, ValueError, RuntimeError):
        return False
