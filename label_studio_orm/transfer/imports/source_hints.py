"""Hints for sources that tasks cannot be read from: what to pass instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ...text import article, shown

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
    """Convert a column (a pandas or polars Series) to rows."""
    if not _is_column(given):
        return given
    first = next(iter(given), None)
    if isinstance(first, Mapping):
        return list(given)
    return given.to_frame() if isinstance(given.name, str) and given.name else given


def no_source_hint(given: Any) -> str:
    """Return what to pass instead of an object without rows; "" if it may have rows."""
    kind = type(given).__name__
    if _is_column(given):
        return (
            f'This {kind} has no name to use as the data key: pass series.to_frame("text"), or '
            "[series.to_dict()] if it is one row of a table."
        )
    if hasattr(given, "collect") and hasattr(given, "collect_schema"):
        return f"This {kind} has no rows yet: pass frame.collect()."
    if kind.endswith("DatasetDict") and isinstance(given, Mapping):
        first = next(iter(given), "train")
        return f"This {kind} has several splits: pass one of them, such as dataset[{first!r}]."
    if hasattr(given, "to_pylist") and not hasattr(given, "schema"):
        return f'This {kind} is a column without a name: pass table.select(["text"]).'
    if getattr(given, "ndim", 0) and hasattr(given, "tolist") and given.dtype != object:
        return _array_hint(given)
    if hasattr(given, "read") and hasattr(given, "readline"):
        name = getattr(given, "name", "")
        return f"Pass the path of the file{f', {name!r},' if name else ''} instead of an open file."
    return ""


def no_path_hint(given: str) -> str:
    """Return what to do with text that is not a path; "" if it may be one."""
    what = f"{shown(repr(given), 60)} is not the path of a file"
    if given.lstrip()[:1] in ("[", "{") and not _is_there(given):
        return f"{what} but JSON: pass json.loads(text)."
    blank = any(each.isspace() for each in given) and not Path(given).suffix[1:].isalnum()
    if not given or (blank and not _is_there(given)):
        return f'{what}. To import text, pass [{{"text": "…"}}].'
    return ""


def no_tasks_hint(path: Path, known: Iterable[str]) -> str:
    """Return what to do with a folder, or a file without tasks."""
    suffix = path.suffix.lower()
    if path.is_dir():
        return (
            f"{path} is a folder: project.upload_files({str(path)!r}) makes a task of each file. "
            "To import a file of tasks, pass its path."
        )
    problem = f"{path} must be a {', '.join(known)} file, not {path.suffix!r}."
    if suffix in READ_BY:
        return f"{problem} Pass the result of {READ_BY[suffix]}."
    if suffix in PACKED:
        return f"{problem} Unpack it first."
    return f"{problem} To make a task of the file itself: project.upload_files({str(path)!r})."


def no_row(row: Any) -> str:
    """Describe a row that is not a dict, and how to convert it."""
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
        return f"must be an object (dict), not {article(kind)}."
    return f"must be an object (dict), not {article(kind)}: use {how}."


def _array_hint(given: Any) -> str:
    if given.dtype.names:
        return "An array cannot be imported: pass pandas.DataFrame(array)."
    names = '["text"]' if given.ndim == 1 else "[…]"
    return f"An array has no column names: pass pandas.DataFrame(array, columns={names})."


def _is_column(given: Any) -> bool:
    return hasattr(given, "to_frame") and not hasattr(given, "columns")


def _is_there(given: str) -> bool:
    try:
        return Path(given).expanduser().exists()
    except (OSError, ValueError, RuntimeError):
        return False
