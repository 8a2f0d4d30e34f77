"""Export through snapshots: create, wait, convert, wait, stream to a file, check, rename."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from attrs import frozen

from ..errors import IncompleteResult, InvalidInput, JobTimeout, ServerError, nearest
from ..http import Response, blocks
from ..orm.job import Job, checked_timeout
from ..progress import Advance, Progress, progress_bar
from .files import Target, target
from .options import snapshot_request
from .views import TITLE, remove, view_of

if TYPE_CHECKING:
    from ..records.export import ExportSnapshot
    from ..records.project import Project

BLOCK = 256 * 1024  # bytes
READABLE = ("JSON", "JSON_MIN")  # what can be given as Python objects
SUFFIXES = {"JSON": ".json", "JSON_MIN": ".json", "CSV": ".csv", "TSV": ".tsv"}


@frozen(kw_only=True)
class Export:
    """One export as it was asked for: a snapshot that is made, downloaded and removed."""

    project: Project
    format: str
    ids: Iterable[int] | None
    options: Mapping[str, Any]
    timeout: float
    progress: Progress

    def read(self) -> Any:
        """Return the tasks as Python objects."""
        if self.format not in READABLE:
            _check_format(self.project, self.format)
            raise InvalidInput(
                f"A {self.format} export is a file: give a path, as in "
                f"export({self.format!r}, 'out/')."
            )
        with tempfile.TemporaryDirectory() as folder:
            return json.loads(self.write(f"{folder}/").read_bytes())

    def write(self, path: str | Path) -> Path:
        """Write the tasks to a file, or into a folder."""
        checked_timeout(self.timeout)
        snapshot_request(self.options)  # what is wrong with an option is found here
        _check_format(self.project, self.format)
        _check_path(path, self.format)
        with target(path) as place, view_of(self.project, self.ids, self.options) as chosen:
            snapshot = self.project.exports.create(title=TITLE, timeout=self.timeout, **chosen)
            with _removed(snapshot):
                snapshot.wait(self.timeout)  # the view is needed until then
                return _fill(place, snapshot, self.format, self.timeout, self.progress)


@contextmanager
def _removed(snapshot: ExportSnapshot) -> Iterator[None]:
    """Remove a snapshot from the server in the end, however that comes about."""
    try:
        yield
    except JobTimeout as error:
        error.add(
            "The snapshot was removed. Give it longer with timeout=, or make one that stays with "
            "project.exports.create() and wait() for it as often as you like."
        )
        raise
    finally:
        remove(snapshot.client, snapshot._path())


def _check_path(path: str | Path, format: str) -> None:
    """Refuse a name that says another format than the one that is asked for."""
    said = Path(path).suffix.lower()
    if said in SUFFIXES.values() and said != SUFFIXES.get(format, said):
        other = next(name for name, suffix in SUFFIXES.items() if suffix == said)
        raise InvalidInput(
            f"{path} would be written as {format}. Give the format: "
            f"export({other!r}, {str(path)!r})."
        )


def _check_format(project: Project, format: str) -> None:
    formats = project.export_formats()
    if format not in formats:
        hint = nearest(str(format).upper(), formats)
        raise InvalidInput(
            f"There is no export format {format!r}.{hint} Formats: {', '.join(formats)}."
        )


def convert(snapshot: ExportSnapshot, format: str, timeout: float) -> None:
    """Have a snapshot converted, and wait until it is."""
    _check_format(snapshot.project, format)
    snapshot.wait(timeout)
    _convert(snapshot, format, timeout)


def _convert(snapshot: ExportSnapshot, format: str, timeout: float) -> None:
    """Start the conversion unless it was started, and wait for this one, not for another."""
    if format == "JSON":
        return
    if _conversion(snapshot.refresh(), format) in (None, "failed"):
        _start_conversion(snapshot, format, timeout)
    Job(
        f"Conversion of export snapshot {snapshot.id} to {format}",
        look=snapshot.refresh,
        status=lambda found: _conversion(found, format) or "created",
        reason=lambda found: _conversion(found, format, "traceback") or "",
    ).wait(timeout)


def _start_conversion(snapshot: ExportSnapshot, format: str, timeout: float) -> None:
    path = f"{snapshot._path()}/convert"
    try:  # Community converts before it answers
        snapshot.client.json("POST", path, json={"export_type": format}, timeout=timeout or None)
    except ServerError as error:  # in which Community hides what went wrong
        fitting = ", ".join(snapshot.project.export_formats(fitting=True))
        error.add(
            f"The server could not convert to {format}. Perhaps nothing here can be said in it; "
            f"the formats that fit this labeling config: {fitting}."
        )
        raise


def _conversion(snapshot: ExportSnapshot, format: str, key: str = "status") -> str | None:
    """Return what the snapshot says of its last conversion to a format."""
    found = [item for item in snapshot.converted_formats if item["export_type"] == format]
    return found[-1].get(key) if found else None


def download(
    snapshot: ExportSnapshot, path: str | Path, format: str, *, timeout: float, progress: Progress
) -> Path:
    """Write a snapshot to a file, once the server has made and converted it."""
    _check_format(snapshot.project, format)
    with target(path) as place:
        snapshot.wait(timeout)
        return _fill(place, snapshot, format, timeout, progress)


def _fill(
    place: Target, snapshot: ExportSnapshot, format: str, timeout: float, progress: Progress
) -> Path:
    """Stream a finished snapshot into a file, check it, then give the file its name."""
    _convert(snapshot, format, timeout)
    path = f"{snapshot._path()}/download"
    with snapshot.client.request(
        "GET", path, params={"exportType": format}, stream=True
    ) as response:
        total = int(response.headers.get("Content-Length", 0)) or None
        with progress_bar(progress, what=f"Exporting {format}", unit="B", total=total) as advance:
            md5 = _copy(response, place.file, advance)
    if format == "JSON" and md5 != snapshot.md5:
        raise IncompleteResult(
            f"Export snapshot {snapshot.id} arrived damaged: its md5 is {md5}, "
            f"the server's {snapshot.md5}. Download it again."
        )
    return place.finish(_name(response, snapshot, format))


def _copy(response: Response, file: IO[bytes], advance: Advance) -> str:
    """Write the body to the file and return its md5."""
    md5 = hashlib.md5(usedforsecurity=False)
    for block in blocks(response, BLOCK):
        file.write(block)
        md5.update(block)
        advance(len(block))
    return md5.hexdigest()


def _name(response: Response, snapshot: ExportSnapshot, format: str) -> str:
    """Return the server's name for the file."""
    said = re.search(r'filename="?([^";]+)', response.headers.get("Content-Disposition", ""))
    return said[1] if said else f"export-{snapshot.id}.{format.lower()}"
