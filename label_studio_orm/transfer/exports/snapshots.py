"""Creation, conversion and download of export snapshots, with recovery from lost responses."""

from __future__ import annotations

import hashlib
import itertools
import re
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ...errors import (
    IncompleteResult,
    InvalidInput,
    MultipleFound,
    ServerError,
    nearest,
)
from ...orm.deadline import connect_deadline, outage_deadline, retry_transient
from ...orm.job import FAILED, Job
from ...orm.pagination import WholeList
from ...orm.response_shape import Shape, shaped
from ...progress import Progress, progress_bar
from ...redaction import without_guarded
from ...text import listed
from ..downloads import Download
from ..files import Target, target
from ..names import export_name
from ..ports import ProjectPort, SnapshotPort, path_of
from .temporary import create_once

if TYPE_CHECKING:
    from ...orm.context import Context

CONVERTED: Shape = [{"export_type": str}]
MAX_DOWNLOADS = 2  # of a damaged file


def collection(project: int) -> str:
    return f"/api/projects/{project}/exports"


def create(client: Context, project: int, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Create a snapshot; after a lost response, find it by its title."""
    path = collection(project)
    body = {**body, "title": body.get("title") or f"Snapshot {secrets.token_hex(4)}"}
    snapshots = WholeList(path)
    rows = retry_transient(lambda: snapshots.rows(client), connect_deadline(client))
    before = {each["id"] for each in rows}

    def find() -> Mapping[str, Any] | None:
        new = [each for each in snapshots.rows(client) if each["id"] not in before]
        mine = [each for each in new if each.get("title") == body["title"]]
        if len(mine) > 1:
            raise MultipleFound(
                "The response to a snapshot request was lost, and several new ones have its title: "
                f"{', '.join(str(each['id']) for each in mine)}. Give it a unique title."
            )
        return mine[0] if mine else None

    return create_once(client, lambda: client.json("POST", path, json=body), find)


def check_format(project: ProjectPort, format: str) -> None:
    formats = retry_transient(project.export_formats, connect_deadline(project.client))
    if format not in formats:
        hint = nearest(str(format).upper(), formats)
        raise InvalidInput(
            f"There is no export format {format!r}.{hint} Formats: {listed(formats, most=50)}."
        )


# -- converting ------------------------------------------------------------------------------------


def convert(snapshot: SnapshotPort, format: str, timeout: float, progress: Progress = None) -> None:
    """Convert a snapshot unless it is converted, and wait for this conversion."""
    if format == "JSON":
        return
    job = Job(
        f"Conversion of export snapshot {snapshot.id} to {format}",
        look=snapshot.refresh,
        status=lambda found: _status(found, format) or "created",
        reason=lambda found: _status(found, format, "traceback") or "",
        tuning=snapshot.client._tuning,
    )
    with progress_bar(progress, what=f"Converting to {format}"):
        retry_transient(snapshot.refresh, outage_deadline(snapshot.client))
        if _status(snapshot, format) in (None, FAILED):
            _start(snapshot, format)
        job.wait(timeout)


def _start(snapshot: SnapshotPort, format: str) -> None:
    """Start a conversion; Community converts before it answers."""
    path, body = f"{path_of(snapshot)}/convert", {"export_type": format}

    def find() -> str | None:
        status = _status(snapshot.refresh(), format)
        return None if status == FAILED else status

    try:
        create_once(
            snapshot.client, lambda: snapshot.client.json("POST", path, json=body) or {}, find
        )
    except ServerError as error:  # Community hides the reason
        fitting = ", ".join(snapshot.project.export_formats(fitting=True))
        error.add(
            f"The server could not convert to {format}. Perhaps the format supports none of these "
            f"results; formats that fit this labeling config: {fitting}."
        )
        raise


def _status(snapshot: SnapshotPort, format: str, key: str = "status") -> str | None:
    """Return the status of the last conversion to a format, or None."""
    formats = shaped(snapshot.converted_formats or [], CONVERTED)
    found = [item for item in formats if item["export_type"] == format]
    return found[-1].get(key) if found else None


# -- downloading -----------------------------------------------------------------------------------


def download(
    snapshot: SnapshotPort, path: str | Path, format: str, *, timeout: float, progress: Progress
) -> Path:
    """Write a snapshot to a file, once the server has created and converted it."""
    check_format(snapshot.project, format)
    with target(path) as output:
        snapshot.wait(timeout, progress=progress)
        return fill(output, snapshot, format, timeout, progress)


def fill(
    output: Target, snapshot: SnapshotPort, format: str, timeout: float, progress: Progress
) -> Path:
    """Stream a finished snapshot into a file, verify it, then rename the file."""
    convert(snapshot, format, timeout, progress)
    for _ in range(MAX_DOWNLOADS):
        body = _body(snapshot, format)
        md5 = _copy(body, output.file, f"Exporting {format}", progress)
        if format != "JSON" or md5 == snapshot.md5:
            return output.finish(_name(body, snapshot, format))
        output.file.seek(0)
        output.file.truncate()
    raise IncompleteResult(_damaged(snapshot))


def stream(snapshot: SnapshotPort) -> Iterator[bytes]:
    """Yield the JSON of a finished snapshot in blocks; raise after the last if it is damaged."""
    md5 = hashlib.md5(usedforsecurity=False)
    for block in _body(snapshot, "JSON"):
        md5.update(block)
        yield block
    if md5.hexdigest() != snapshot.md5:
        raise IncompleteResult(_damaged(snapshot))


def save_json(snapshot: SnapshotPort, path: Path) -> None:
    """Write the JSON of a finished snapshot to a file, with a short deadline for outages."""
    body = _body(snapshot, "JSON")
    body.deadline_for = connect_deadline
    with path.open("wb") as file:
        if _copy(body, file, "", False) != snapshot.md5:
            raise IncompleteResult(_damaged(snapshot))


def _body(snapshot: SnapshotPort, format: str) -> Download:
    path, params = f"{path_of(snapshot)}/download", {"exportType": format}

    def get(headers: Mapping[str, str]) -> Any:
        request = snapshot.client.request
        return request("GET", path, params=params, headers=headers, stream=True)

    return Download(
        f"Export snapshot {snapshot.id} as {format}", get, snapshot.client, "export_bytes"
    )


def _copy(body: Download, file: IO[bytes], what: str, progress: Progress) -> str:
    """Write the body to the file and return its md5."""
    md5 = hashlib.md5(usedforsecurity=False)
    found = iter(body)
    first = next(found, b"")  # sets body.total
    with progress_bar(progress, what=what, unit="B", total=body.total) as advance:
        for block in itertools.chain([first], found):
            file.write(block)
            md5.update(block)
            advance(len(block))
    return md5.hexdigest()


def _damaged(snapshot: SnapshotPort) -> str:
    return f"Export snapshot {snapshot.id} is damaged: its MD5 does not match. Download it again."


def _name(body: Download, snapshot: SnapshotPort, format: str) -> str:
    """Return the server's name for the file, with the suffix of the format."""
    sent = re.search(r'filename="?([^";]+)', body.headers.get("Content-Disposition", ""))
    return export_name(without_guarded(sent[1]) if sent else f"export-{snapshot.id}", format)
