"""A server that makes exports, on a real socket, and the ways in which they go wrong."""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from label_studio_orm.testing.imports import ranged as part
from label_studio_orm.transfer.exports.manifest import NAME as MANIFEST
from support.stub import Answer, Cut, Request, Stub, html

Row = dict[str, Any]

ARCHIVES = ("BRUSH_TO_COCO", "BRUSH_TO_PNG")  # formats that the server packs into one
Outcome = Callable[[Request], Any]

EXPORTS = "/api/projects/1/exports"
VIEWS = "/api/dm/views/"
IMAGE = (
    '<View><Image name="image" value="$image"/><RectangleLabels name="box" toName="image">'
    '<Label value="Cat"/></RectangleLabels></View>'
)


def task(id: int, **data: Any) -> Row:
    return {"id": id, "data": data or {"text": f"t{id}"}, "annotations": []}


def zipped(
    members: Mapping[str, bytes | str], mode: int = 0, compression: int = zipfile.ZIP_STORED
) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = mode << 16
            archive.writestr(member, content, compression)
    return file.getvalue()


class ExportServer:
    """Keeps the snapshots and views of project 1.

    `making`, `looking`, `downloading` and `deleting` say what becomes of the first requests of
    their kind; `files` are the exports in other formats than JSON.
    """

    def __init__(self, stub: Stub, tasks: Sequence[Row] = ()) -> None:
        self.stub = stub
        self.content = json.dumps(list(tasks)).encode()
        self.files: dict[str, bytes] = {}
        self.config = IMAGE
        self.names: dict[str, str] = {}  # headers of downloads
        self.making: list[Outcome] = []
        self.looking: list[Outcome] = []
        self.downloading: list[Outcome] = []
        self.deleting: list[Outcome] = []
        self.kept: dict[int, Row] = {}  # the snapshots
        self.views: dict[int, Row] = {}
        self.waiting = 0  # times that a snapshot is looked at before it is completed
        self.last = 2
        formats = ("JSON", "JSON_MIN", "CSV", "COCO", "YOLO", "VOC", *ARCHIVES)
        stub.on("GET", "/api/projects/1/export/formats", [{"name": name} for name in formats])
        stub.on("GET", "/api/projects/1/", lambda request: self._project())
        stub.on("POST", EXPORTS, self._following(self.making, self.make))
        stub.on("GET", EXPORTS, lambda request: list(self.kept.values()))
        stub.on("POST", VIEWS, self._make_view)
        stub.on("GET", VIEWS, lambda request: list(self.views.values()))

    def _project(self) -> Row:
        return {"id": 1, "title": "Films", "label_config": self.config}

    @staticmethod
    def _following(script: list[Outcome], otherwise: Outcome) -> Outcome:
        return lambda request: (script.pop(0) if script else otherwise)(request)

    # -- snapshots -------------------------------------------------------------------------------

    def make(self, request: Request) -> Answer:
        self.last += 1
        row = {
            "id": self.last,
            "title": request.json.get("title", ""),
            "status": "in_progress" if self.waiting else "completed",
            "md5": hashlib.md5(self.content).hexdigest(),
            "converted_formats": [],
            "body": request.json,
        }
        self.kept[self.last] = row
        path = f"{EXPORTS}/{self.last}"
        look = self._following(self.looking, lambda request: self._look(row))
        self.stub.on("GET", path, look)
        self.stub.on("POST", f"{path}/convert", lambda request: self._convert(row, request))
        self.stub.on("GET", f"{path}/download", self._following(self.downloading, self.download))
        delete = self._following(self.deleting, lambda request: self.delete(row))
        self.stub.on("DELETE", path, delete)
        return Answer(dict(row), status=201)

    def _look(self, row: Row) -> Any:
        if row["id"] not in self.kept:
            return Answer({"detail": "Not found."}, status=404)
        self.waiting -= 1
        row["status"] = "in_progress" if self.waiting > 0 else "completed"
        return dict(row)

    def _convert(self, row: Row, request: Request) -> Any:
        format = request.json["export_type"]
        row["converted_formats"] = [{"export_type": format, "status": "completed"}]
        return {"export_type": format}

    def download(self, request: Request) -> Answer:
        format = request.query["exportType"]
        content = self.content if format == "JSON" else self.files[format]
        return ranged(content, self.names)(request)

    def delete(self, row: Row) -> Answer:
        if self.kept.pop(row["id"], None) is None:
            return Answer({"detail": "Not found."}, status=404)
        return Answer(status=204, body=b"")

    # -- views -----------------------------------------------------------------------------------

    def _make_view(self, request: Request) -> Any:
        self.last += 1
        view = {**request.json, "id": self.last}
        self.views[self.last] = view

        def delete(request: Request) -> Answer:
            return Answer(status=204 if self.views.pop(view["id"], None) else 404, body=b"")

        self.stub.on("DELETE", f"{VIEWS}{self.last}/", delete)
        return view

    # -- what was said ---------------------------------------------------------------------------

    def asked(self, method: str, end: str) -> list[Request]:
        """Return the requests of a method to paths that end so."""
        found = [request for request in self.stub.requests if request.method == method]
        return [request for request in found if request.path.endswith(end)]

    @property
    def ranges(self) -> list[str | None]:
        return [request.headers.get("Range") for request in self.asked("GET", "/download")]

    @property
    def made(self) -> int:
        return len(self.asked("POST", "/exports"))

    @property
    def is_clean(self) -> bool:
        return not self.kept and not self.views


def ranged(content: bytes, headers: Mapping[str, str] | None = None, cut: int | None = None) -> Any:
    """Answer with the part that is asked for; `cut` breaks off after so many bytes of it."""

    def answer(request: Request) -> Answer:
        found = part(request, content, dict(headers or {}))
        return Answer(body=found.body, status=found.status, headers=found.headers, cut=cut)

    return answer


# -- outcomes --------------------------------------------------------------------------------------


def lose(request: Request) -> Any:
    raise Cut


def gateway(status: int) -> Outcome:
    return lambda request: Answer(
        status=status, body=b"<html>", headers={"Content-Type": "text/html"}
    )


def then(outcome: Outcome, answer: Outcome) -> Outcome:
    """Let it happen, and answer with something else."""

    def both(request: Request) -> Any:
        outcome(request)
        return answer(request)

    return both


LONG_TASKS = [task(number, text=f"Review {number} é" + "." * 2000) for number in range(1, 200)]
HALF = 300_000  # bytes, of about 400,000


def export_files(folder: Path) -> list[str]:
    """The files in a folder, but for the record of what was written there."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return sorted(str(path.relative_to(folder)) for path in found)


def assert_resumed(ranges: list[str | None]) -> None:
    first, *others = (int(str(said).removeprefix("bytes=").rstrip("-")) for said in ranges)
    assert first == 0
    assert all(0 < start <= HALF for start in others)


TASK_ROW = {
    "drafts": [],
    "predictions": [{"id": 8, "score": 0.5}],
    "updated_by": [{"user_id": 3}],
    "total_annotations": 2,
}


def no_snapshots(stub: Stub, status: int) -> None:
    """Let a server answer so to all that has to do with snapshots."""
    answer = html(404) if status == 404 else Answer({"detail": "No."}, status=status)
    for method in ("GET", "POST", "PROPFIND"):
        stub.on(method, EXPORTS, answer)
    stub.on("GET", "/api/version", {"release": "1.0", "edition": "Community"})
    notes = [{"id": 5, "completed_by": 3}, {"id": 6, "completed_by": 4, "ground_truth": True}]
    rows = [{**each, **TASK_ROW, "annotations": notes} for each in LONG_TASKS[:3]]
    stub.on("GET", "/api/tasks/", {"tasks": rows, "total": 3})
    stub.on("GET", "/api/users/", [{"id": 3, "email": "a@example.org"}])


def wait_for(condition: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
