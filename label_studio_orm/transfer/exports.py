"""Export through snapshots: create, wait, convert, wait, stream to a file, check, rename."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ..errors import (
    IncompleteResult,
    InvalidInput,
    JobTimeout,
    LabelStudioError,
    NotFound,
    ServerError,
    nearest,
)
from ..http import Response, blocks
from ..orm.identity import checked_id
from ..orm.job import Job, checked_timeout
from ..orm.record import Record
from ..progress import Advance, Progress, progress_bar
from .files import Target, target
from .options import snapshot_request

if TYPE_CHECKING:
    from ..records.export import ExportSnapshot
    from ..records.project import Project

log = logging.getLogger(__name__)

BLOCK = 256 * 1024  # bytes
READABLE = ("JSON", "JSON_MIN")  # what can be given as Python objects
TITLE = "label_studio_orm export"


def export(
    project: Project,
    format: str,
    path: str | Path | None,
    *,
    ids: Iterable[int] | None,
    timeout: float,
    progress: Progress,
    options: Mapping[str, Any],
) -> Any:
    """Make a snapshot, download it and remove it; return its tasks, or the path of the file."""
    checked_timeout(timeout)
    snapshot_request(options)  # a bad option is found before a view is made for the ids
    _check_format(project, format)
    if path is not None:
        return _export_to(project, format, path, ids, timeout, progress, options)
    if format not in READABLE:
        raise InvalidInput(
            f"A {format} export is a file: give a path, as in export({format!r}, 'out/')."
        )
    with tempfile.TemporaryDirectory() as folder:
        written = _export_to(project, format, f"{folder}/", ids, timeout, progress, options)
        return json.loads(written.read_bytes())


def _export_to(
    project: Project,
    format: str,
    path: str | Path,
    ids: Iterable[int] | None,
    timeout: float,
    progress: Progress,
    options: Mapping[str, Any],
) -> Path:
    with target(path) as place, _view_of(project, ids, options) as chosen:
        snapshot = project.exports.create(title=TITLE, timeout=timeout, **chosen)
        try:
            snapshot.wait(timeout)  # the view is needed until then
            written = _fill(place, snapshot, format, timeout, progress)
        except JobTimeout as error:
            error.add(f"It is kept: project.exports.get({snapshot.id}).download(…) goes on.")
            raise
        except BaseException:
            _delete(project, snapshot._path())
            raise
        _delete(project, snapshot._path())
        return written


def _check_format(project: Project, format: str) -> None:
    formats = project.export_formats()
    if format not in formats:
        hint = nearest(str(format).upper(), formats)
        raise InvalidInput(
            f"There is no export format {format!r}.{hint} Formats: {', '.join(formats)}."
        )


@contextmanager
def _view_of(
    project: Project, ids: Iterable[int] | None, options: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """Make a temporary view of the given tasks: a snapshot takes a view, but no ids."""
    if ids is None:
        _check_view(project, options)
        yield options
        return
    if "view" in options:
        raise InvalidInput("Give ids or a view, not both.")
    wanted = _checked_ids(ids)
    view = project.client.json("POST", "/api/dm/views/", json=_view_body(project.id, wanted))
    try:
        _check_that_all_are_there(project, view["id"], wanted)
        yield {**options, "view": view["id"]}
    finally:
        _delete(project, f"/api/dm/views/{view['id']}/")


def _check_view(project: Project, options: Mapping[str, Any]) -> None:
    """Refuse a view of another project, or of none: the server would export all tasks."""
    if "view" in options:
        view = project.client.json("GET", f"/api/dm/views/{options['view']}/")
        if view["project"] != project.id:
            raise InvalidInput(f"View {options['view']} is of project {view['project']}.")


def _checked_ids(ids: Iterable[int]) -> list[int]:
    if isinstance(ids, str) or not isinstance(ids, Iterable):
        raise InvalidInput(f"ids is a list of task ids, not {ids!r}.")
    wanted = sorted({checked_id(id, of="Task") for id in ids})
    if not wanted:
        raise InvalidInput("ids is empty: there is nothing to export. Leave it out for all tasks.")
    return wanted


def _check_that_all_are_there(project: Project, view: int, wanted: list[int]) -> None:
    """Raise `NotFound` for ids that are no tasks of the project: the view passes over them."""
    params = {"view": view, "include": "id", "page_size": len(wanted)}
    answer = project.client.json("GET", "/api/tasks/", params=params)
    missing = sorted(set(wanted) - {task["id"] for task in answer["tasks"]})
    if missing:
        some = ", ".join(map(str, missing[:5])) + (", …" if len(missing) > 5 else "")
        raise NotFound(f"{len(missing)} of the ids are no tasks of {project!r}: {some}.")


def _view_body(project: int, ids: list[int]) -> dict[str, Any]:
    chosen = {"filter": "filter:tasks:id", "operator": "in_list", "type": "Number", "value": ids}
    filters = {"conjunction": "and", "items": [chosen]}
    return {"project": project, "data": {"title": TITLE, "filters": filters}}


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


def _delete(owner: Record, path: str) -> None:
    """Delete something temporary; failing at that must not hide how the export went."""
    try:
        owner.client.json("DELETE", path)
    except LabelStudioError as error:
        log.warning("%s could not be removed from the server: %s", path, error)
