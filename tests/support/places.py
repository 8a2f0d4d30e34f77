"""Where the package shows what a server sends: one function a place, which returns that text."""

from __future__ import annotations

import copy
import pickle
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from label_studio_orm import LabelStudio
from label_studio_orm.errors import LabelStudioError
from support.exporting import EXPORTS, ExportServer, task
from support.stub import Answer, Stub
from support.texts import SENTIMENT

HUSH = "aws/hush+1234567"
STORAGE = "/api/storages/s3/3"
ROW = {"id": 3, "type": "s3", "project": 1, "bucket": "photos", "status": "initialized"}
ROW |= {"meta": {}, "traceback": "", "last_sync_count": 0, "last_sync_job": None}
UNSHOWN = ("bad redirect", "text", "file name")  # nothing of it is shown
Shown = Callable[[LabelStudio, Stub, str], object]


def raised(call: Callable[[], Any]) -> LabelStudioError:
    with pytest.raises(LabelStudioError) as caught:
        call()
    return caught.value


def refused(status: int, **headers: str) -> Shown:
    """Refuse a request with an echo in each part of the answer."""

    def show(ls: LabelStudio, stub: Stub, echo: str) -> object:
        body = {"detail": echo, "validation_errors": {echo: [echo]}, "id": echo}
        named = {name: value.format(echo) for name, value in headers.items()}
        stub.on("GET", "/api/x", Answer(body, status=status, headers=named))
        return raised(lambda: ls.request("GET", "/api/x"))

    return show


def text(ls: LabelStudio, stub: Stub, echo: str) -> object:
    stub.on("GET", "/api/x", Answer(body=f"<p>{echo}".encode(errors="replace"), status=500))
    return raised(lambda: ls.request("GET", "/api/x"))


def not_json(ls: LabelStudio, stub: Stub, echo: str) -> object:
    stub.on("GET", "/api/x", Answer(body=echo.encode(), headers={"Content-Type": echo}))
    return raised(lambda: ls.json("GET", "/api/x"))


def length(ls: LabelStudio, stub: Stub, echo: str) -> object:
    stub.on("GET", "/api/x", Answer(body=b"", headers={"Content-Length": echo}))
    return raised(lambda: ls.json("GET", "/api/x"))


def reason(ls: LabelStudio, stub: Stub, echo: str) -> object:
    def show(status: int) -> LabelStudioError:
        stub.on("GET", "/api/x", Answer(body=b"", status=status, reason=f"{'z' * 380}{echo}"))
        return raised(lambda: ls.fetch(f"{stub.url}/api/x"))

    return [show(403), show(500), show(403)]


def query(ls: LabelStudio, stub: Stub, echo: str) -> object:
    return raised(lambda: ls.request("GET", f"/api/x?a={echo}"))


def version(ls: LabelStudio, stub: Stub, echo: str) -> object:
    stub.on("GET", "/api/version", {"release": "1.0", "edition": echo})
    stub.on("PROPFIND", "/api/y", Answer(body=b"", status=404, headers={"Content-Type": "x"}))
    stub.on("GET", "/api/y", Answer(body=b"", status=404, headers={"Content-Type": "x"}))
    return [raised(lambda: ls.request("GET", "/api/y")), ls._described(), ls.info]


def title(ls: LabelStudio, stub: Stub, echo: str) -> object:
    for text in (echo, f"{'z' * 180}{echo}"):
        stub.on("GET", "/api/projects/1/", {"id": 1, "title": text, "label_config": SENTIMENT})
        project = ls.projects.get(1).refresh()
        yield f"{project!r} {ls.projects.filter(title=project.title)!r}"


def row_id(ls: LabelStudio, stub: Stub, echo: str) -> object:
    stub.on("GET", "/api/projects/", {"count": 1, "results": [{"id": [echo]}]})
    yield raised(lambda: list(ls.projects))
    stub.on("GET", "/api/projects/", {"count": echo, "results": [{"id": 1}]})
    yield raised(lambda: list(ls.projects))


def answer_shape(ls: LabelStudio, stub: Stub, echo: str) -> object:
    stub.on("GET", "/api/projects/1/export/formats", [{"name": [echo]}])
    return raised(lambda: ls.projects.get(1).export("COCO", "x.json"))


def job(ls: LabelStudio, stub: Stub, echo: str) -> object:
    state = {"status": "failed", "error": echo, "traceback": echo}
    stub.on("POST", "/api/projects/1/import", {"import": 5})
    stub.on("GET", "/api/projects/1/imports/5/", state)
    return raised(lambda: ls.projects.get(1).import_tasks([{"text": "a"}]))


def conversion(ls: LabelStudio, stub: Stub, echo: str) -> object:
    ExportServer(stub, [task(1)])
    snapshot = ls.projects.get(1).exports.create()
    state = {"export_type": "COCO", "status": "failed", "traceback": echo}
    done = {"id": 3, "status": "completed", "converted_formats": [state]}
    stub.on("GET", f"{EXPORTS}/3", done)
    stub.on("POST", f"{EXPORTS}/3/convert", {})
    return raised(lambda: snapshot.convert("COCO"))


def snapshot(ls: LabelStudio, stub: Stub, echo: str) -> object:
    server = ExportServer(stub, [task(1)])
    server.waiting = 9
    made = ls.projects.get(1).exports.create()
    stub.on("GET", f"{EXPORTS}/{made.id}", {"id": made.id, "status": echo})
    yield raised(lambda: made.wait(timeout=0.01))


def file_name(ls: LabelStudio, stub: Stub, echo: str) -> object:
    server = ExportServer(stub, [task(1)])
    server.names = {"Content-Disposition": f'attachment; filename="{echo}.json"'}
    project = ls.projects.get(1)
    with tempfile.TemporaryDirectory() as folder:
        return project.export("JSON", folder)


def sync(ls: LabelStudio, stub: Stub, echo: str) -> object:
    stub.on("POST", "/api/storages/s3/", ROW)
    echo = f"{echo} {HUSH}"
    storage = ls.projects.get(1).import_storages.s3.create(
        bucket="photos", aws_secret_access_key=HUSH
    )
    failed = {**ROW, "status": "failed", "traceback": echo, "meta": {"attempts": 1}}
    stub.on("GET", STORAGE, ROW, ROW, failed)
    stub.on(
        "POST", f"{STORAGE}/sync", lambda _: time.sleep(0.2) or ROW
    )  # it is looked at meanwhile
    yield raised(storage.sync)
    stub.on("GET", STORAGE, ROW)
    stub.on("POST", f"{STORAGE}/sync", Answer({"detail": echo}, status=500))
    yield raised(storage.sync)


def media(ls: LabelStudio, stub: Stub, echo: str) -> object:
    tasks = [
        task(1, image=f"{stub.url}/data/upload/1/a.png"),
        task(2, image="/data/upload/1/b.png"),
    ]
    ExportServer(stub, tasks)
    stub.on("GET", "/data/upload/1/a.png", Answer({"detail": echo}, status=400))
    stub.on(
        "GET", "/data/upload/1/b.png", Answer(status=302, headers={"Location": f"ftp://{echo}"})
    )
    with tempfile.TemporaryDirectory() as folder:
        return ls.projects.get(1).export("JSON", folder, media=True).media.missing


def imported(ls: LabelStudio, stub: Stub, echo: str) -> object:
    said = {"validation_errors": {"non_field_errors": [f"Error at item 0: {echo} :: {{}}"]}}
    stub.on("POST", "/api/projects/1/import", Answer(said, status=400))
    result = ls.projects.get(1).import_tasks([{"text": "a"}], on_error="collect")
    return [result, result.failed, [str(each) for each in result.failed], result.warnings]


def batch(ls: LabelStudio, stub: Stub, echo: str) -> object:
    stub.on("POST", "/api/dm/actions/", Answer({"detail": echo}, status=400))

    def work() -> None:
        project = ls.projects.get(1)
        with project.batch():
            project.tasks.get(1).delete()

    return raised(work)


def config_warning(ls: LabelStudio, stub: Stub, echo: str) -> object:
    stub.on("POST", "/api/projects/", Answer({"validation_errors": {"label_config": [echo]}}, 400))
    return raised(lambda: ls.projects.create(title="Films", label_config=SENTIMENT))


PLACES: dict[str, Shown] = {
    **{f"status {status}": refused(status) for status in (400, 401, 403, 404, 409, 429, 500, 502)},
    "redirect": refused(302, Location="ftp://{}"),
    "bad redirect": refused(302, Location="http://[{}"),
    "text": text,
    "content type": not_json,
    "content length": length,
    "reason phrase": reason,
    "path": query,
    "version": version,
    "title": title,
    "id of a row": row_id,
    "answer of another shape": answer_shape,
    "import job": job,
    "conversion": conversion,
    "snapshot": snapshot,
    "file name": file_name,
    "sync of a storage": sync,
    "media": media,
    "import": imported,
    "batch": batch,
    "config": config_warning,
}


def found_at(place: str, ls: LabelStudio, stub: Stub, text: str) -> list[object]:
    """Return what a place shows of a text that the server sends, be it a header or a body."""
    stub.on("GET", "/api/version", {"release": "1.23.2", "edition": "Community"})
    stub.on("GET", "/api/projects/1/", {"id": 1, "title": "x", "label_config": SENTIMENT})
    stub.on("GET", "/api/tasks/", {"tasks": [], "total": 0})
    found = PLACES[place](ls, stub, text)
    return [*found] if isinstance(found, (Iterator, list)) else [found]


def everything(found: object) -> str:
    """Return all that can be seen of something, of an error its traceback and pickle, too."""
    if not isinstance(found, LabelStudioError):
        return f"{found} {found!r}"
    texts = [f"{found} {found!r} {vars(found)}", str(copy.deepcopy(found))]
    return "\n".join([*texts, f"{pickle.dumps(found)!r}", *traceback.format_exception(found)])
