"""Export the tasks of a project: as objects, into a file, or into a folder with their media."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...errors import IncompleteResult, InvalidInput, LabelStudioError
from ...http.decoding import decoded
from ...limits import Limits
from ..datasets.dataset import WRITERS
from ..files import Target, as_path, target
from ..left_out import LeftOut, report
from ..ports import SnapshotPort
from .exported import ExportedPath, ExportedTasks, in_order
from .losses import losses
from .snapshots import check_format, fill, save_json
from .source import ExportSource, NoSnapshots
from .with_media import folder_at, into_folder, zipped

log = logging.getLogger(__name__)

READABLE = ("JSON", "JSON_MIN")  # formats that are returned as Python objects
SUFFIXES = {"JSON": ".json", "JSON_MIN": ".json", "CSV": ".csv", "TSV": ".tsv"}


def export(source: ExportSource, path: str | Path | None, *, media: bool) -> Any:
    """Export to a path and return it; without one, return the tasks."""
    folder = folder_at(path) if media else None
    check_format(source.project, source.format)
    if folder is not None:
        return into_folder(source, folder)
    return _read(source) if path is None else _write(source, path)


def iter_export(source: ExportSource) -> Iterator[dict[str, Any]]:
    """Stream the tasks."""
    check_format(source.project, source.format)  # fails early if the server cannot be reached
    yield from source.tasks()


def _read(source: ExportSource) -> ExportedTasks:
    if source.format not in READABLE:
        raise InvalidInput(
            f"A {source.format} export needs a path: export({source.format!r}, 'out/')."
        )
    with tempfile.TemporaryDirectory() as folder:
        path = _write(source, f"{folder}/")
        tasks = _loads(path.read_bytes(), source.project.client.limits)
    found = ExportedTasks(in_order(tasks))
    found.assembled = path.assembled
    return found


def _write(source: ExportSource, path: str | Path) -> ExportedPath:
    _check_path(path, source.format)
    with target(path) as output:
        if source.format in WRITERS:
            return zipped(source, output)
        try:
            with source.snapshot() as snapshot:
                return _fill(source, output, snapshot)
        except NoSnapshots:
            return source.assemble(output)


def _fill(source: ExportSource, output: Target, snapshot: SnapshotPort) -> ExportedPath:
    format = source.format
    path = ExportedPath(fill(output, snapshot, format, source.timeout, source.progress))
    if format != "JSON":
        path.left_out = report(format, _losses(source, snapshot, path))
    return path


def _losses(source: ExportSource, snapshot: SnapshotPort, path: Path) -> list[LeftOut]:
    """Compare an export with the JSON of the same tasks; return what the server left out."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            tasks = Path(folder) / "tasks.json"
            save_json(snapshot, tasks)
            return losses(source.format, source.project.config, tasks, [path])
    except LabelStudioError as error:  # the export itself is complete
        log.warning("Could not check what the %s export leaves out: %s", source.format, error)
        return []


def _loads(content: bytes, limits: Limits) -> Any:
    try:
        tasks = decoded(content, limits)
    except ValueError as error:
        raise IncompleteResult(f"The server's response is not a list of tasks: {error}") from None
    if not isinstance(tasks, list):
        raise IncompleteResult("The server's response is not a list of tasks.")
    return tasks


def _check_path(path: str | Path, format: str) -> None:
    """Refuse a suffix of another format."""
    suffix = as_path(path).suffix.lower()
    if suffix in SUFFIXES.values() and suffix != SUFFIXES.get(format, suffix):
        other = next(name for name, each in SUFFIXES.items() if each == suffix)
        raise InvalidInput(
            f"{path} would be written as {format}. Give the format: "
            f"export({other!r}, {str(path)!r})."
        )
