"""A well-formed server: one project with tasks, exports, imports, files, storages and tokens."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from support.stored import EXPORTS, IMPORTS, params
from support.tokens import access_token

from .contents import (
    COLUMNS,
    FILES,
    FORMATS,
    PNG,
    TIME,
    USER,
    VIEW,
    annotation,
    prediction,
    project,
    task,
)
from .server import Reply, Request


class World:
    """Responds like Label Studio; `value` of a response is the source of its JSON."""

    def __init__(self) -> None:
        self.tasks = {id: task(id) for id in (1, 2)}
        self.snapshots: dict[int, dict[str, Any]] = {}
        self.uploads: dict[int, tuple[str, bytes]] = {}
        self.last = 100
        self.served: list[Request] = []

    def answer(self, request: Request) -> tuple[Reply, Any]:
        for method, pattern, function in ROUTES:
            found = pattern.fullmatch(request.path)
            if found and method == request.method:
                made = function(self, request, *found.groups())
                if isinstance(made, Reply):
                    return made, None
                status = b"201 Created" if method == "POST" else b"200 OK"
                return Reply(json.dumps(made).encode(), status), made
        missing = {"detail": "Not found.", "id": "e", "status_code": 404}
        return Reply(json.dumps(missing).encode(), b"404 Not Found"), missing

    def content(self) -> bytes:
        return json.dumps(list(self.tasks.values())).encode()


Route = Callable[..., Any]
ROUTES: list[tuple[str, re.Pattern[str], Route]] = []


def route(method: str, path: str) -> Callable[[Route], Route]:
    def add(function: Route) -> Route:
        pattern = path.replace("{id}", r"(\d+)").replace("{text}", r"([^/]+)")
        ROUTES.append((method, re.compile(pattern), function))
        return function

    return add


@route("GET", "/api/version")
def _version(world: World, request: Request) -> Any:
    return {"release": "1.23.2", "edition": "Community",
            "label-studio-os-package": {"version": "1.23.2", "short_version": "1.23"}}  # fmt: skip


@route("GET", "/api/current-user/whoami")
def _whoami(world: World, request: Request) -> Any:
    return USER


@route("GET", "/api/users/")
def _users(world: World, request: Request) -> Any:
    return [USER, {**USER, "id": 2, "email": "c@d.org"}]


@route("GET", "/api/projects/")
def _projects(world: World, request: Request) -> Any:
    found = [project(), project(id=2, title="Books")]
    size, number = int(request.query.get("page_size", 100)), int(request.query.get("page", 1))
    return {"count": 2, "next": None, "previous": None,
            "results": found[(number - 1) * size : number * size]}  # fmt: skip


@route("POST", "/api/projects/")
def _new_project(world: World, request: Request) -> Any:
    return project(**request.json)


@route("GET", "/api/projects/{id}/")
def _project(world: World, request: Request, id: str) -> Any:
    found = project(id=int(id))
    wanted = request.query.get("include")
    return {name: found[name] for name in wanted.split(",") if name in found} if wanted else found


@route("PATCH", "/api/projects/{id}/")
def _patch_project(world: World, request: Request, id: str) -> Any:
    return project(id=int(id), **request.json)


@route("GET", "/api/projects/{id}/model-versions")
def _model_versions(world: World, request: Request, id: str) -> Any:
    return {"m": 2}


@route("POST", "/api/projects/{id}/validate/")
@route("POST", "/api/projects/validate/")
def _validate(world: World, request: Request, *id: str) -> Any:
    return Reply(b"", b"204 No Content")


@route("GET", "/api/tasks/")
def _tasks(world: World, request: Request) -> Any:
    try:
        query = json.loads(request.query.get("query", "{}"))
    except ValueError:
        query = {}
    ids = list(world.tasks)
    for item in query.get("filters", {}).get("items", ()):
        if item["filter"] == "filter:tasks:id" and isinstance(item["value"], (int, float)):
            low = item["operator"] == "greater"
            ids = [id for id in ids if (id > item["value"] if low else id < item["value"])]
    if request.query.get("view"):
        ids = ids[:1]
    chosen = query.get("selectedItems") or {}
    if chosen.get("included"):
        ids = [id for id in ids if id in chosen["included"]]
    size, number = int(request.query.get("page_size", 30)), int(request.query.get("page", 1))
    wanted = request.query.get("include")
    rows = [world.tasks[id] for id in ids[(number - 1) * size : number * size]]
    if wanted:
        names = {"id", *wanted.split(",")}
        rows = [{name: row[name] for name in row if name in names} for row in rows]
    return {"tasks": rows, "total": len(ids), "total_annotations": 2, "total_predictions": 2}


@route("POST", "/api/tasks/")
def _new_task(world: World, request: Request) -> Any:
    world.last += 1
    world.tasks[world.last] = task(world.last)
    return world.tasks[world.last]


@route("GET", "/api/tasks/{id}/")
@route("PATCH", "/api/tasks/{id}/")
def _task(world: World, request: Request, id: str) -> Any:
    return {**task(int(id)), **(request.json if request.method == "PATCH" else {})}


@route("POST", "/api/tasks/{id}/annotations/")
def _annotate(world: World, request: Request, id: str) -> Any:
    return {**annotation(99, int(id)), **request.json}


@route("GET", "/api/annotations/{id}/")
def _annotation(world: World, request: Request, id: str) -> Any:
    return annotation(int(id), 1)


@route("POST", "/api/predictions/")
def _predict(world: World, request: Request) -> Any:
    return {**prediction(98, 1), **request.json}


@route("GET", "/api/predictions/")
def _all_predictions(world: World, request: Request) -> Any:
    wanted = request.query.get("task")
    return [prediction(20 + id, id) for id in world.tasks if wanted in (None, str(id))]


@route("GET", "/api/predictions/{id}/")
def _prediction(world: World, request: Request, id: str) -> Any:
    return prediction(int(id), 1)


@route("DELETE", "/api/tasks/{id}/")
@route("DELETE", "/api/annotations/{id}/")
@route("DELETE", "/api/projects/{id}/")
def _delete(world: World, request: Request, id: str) -> Any:
    return Reply(b"", b"204 No Content")


@route("POST", "/api/projects/{id}/predictions/")
@route("POST", "/api/projects/{id}/import/predictions")
def _predictions(world: World, request: Request, id: str) -> Any:
    return {"created": len(request.json)}


@route("GET", "/api/dm/columns/")
def _columns(world: World, request: Request) -> Any:
    return {"columns": COLUMNS}


@route("GET", "/api/dm/views/")
def _views(world: World, request: Request) -> Any:
    return [VIEW]


@route("POST", "/api/dm/views/")
def _new_view(world: World, request: Request) -> Any:
    return {**VIEW, **request.json, "id": 4}


@route("GET", "/api/dm/views/{id}/")
def _view(world: World, request: Request, id: str) -> Any:
    return {**VIEW, "id": int(id)}


@route("DELETE", "/api/dm/views/{id}/")
def _delete_view(world: World, request: Request, id: str) -> Any:
    return Reply(b"", b"204 No Content")


@route("POST", "/api/dm/actions/")
def _act(world: World, request: Request) -> Any:
    return {"processed_items": 1, "detail": "Deleted 1 tasks"}


# -- exports ---------------------------------------------------------------------------------------


@route("GET", "/api/projects/{id}/export/formats")
def _formats(world: World, request: Request, id: str) -> Any:
    return [
        {"name": name, "title": name, "description": "", "link": "", "tags": []} for name in FORMATS
    ]


@route("GET", "/api/projects/{id}/exports")
def _snapshots(world: World, request: Request, id: str) -> Any:
    return list(world.snapshots.values())


@route("POST", "/api/projects/{id}/exports")
def _snapshot(world: World, request: Request, id: str) -> Any:
    world.last += 1
    world.snapshots[world.last] = {
        "id": world.last, "title": request.json.get("title", ""), "status": "completed",
        "created_at": TIME, "finished_at": TIME, "created_by": {"id": 1, "email": "a@b.org"},
        "md5": hashlib.md5(world.content()).hexdigest(), "counters": {"task_number": 2},
        "converted_formats": [],
    }  # fmt: skip
    return world.snapshots[world.last]


@route("GET", "/api/projects/{id}/exports/{id}")
def _one_snapshot(world: World, request: Request, project: str, id: str) -> Any:
    found = world.snapshots.get(int(id))
    return found or Reply(b'{"detail": "Not found."}', b"404 Not Found")


@route("POST", "/api/projects/{id}/exports/{id}/convert")
def _convert(world: World, request: Request, project: str, id: str) -> Any:
    format = request.json.get("export_type")
    found = world.snapshots.get(int(id), {})
    found["converted_formats"] = [{"id": 1, "export_type": format, "status": "completed"}]
    return {"export_type": format, "converted_format": 1}


@route("GET", "/api/projects/{id}/exports/{id}/download")
def _download(world: World, request: Request, project: str, id: str) -> Any:
    format = request.query.get("exportType", "JSON")
    content = world.content() if format == "JSON" else FILES.get(format, b"x")
    suffix = "zip" if content[:2] == b"PK" else format.lower()
    named = ("Content-Disposition", f'attachment; filename="project-1.{suffix}"')
    asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
    if not asked:
        return Reply(content, headers=[named])
    start = int(asked[1])
    if start >= len(content):
        return Reply(b"", b"416 x", [("Content-Range", f"bytes */{len(content)}")])
    said = ("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
    return Reply(content[start:], b"206 x", [named, said])


@route("DELETE", "/api/projects/{id}/exports/{id}")
def _delete_snapshot(world: World, request: Request, project: str, id: str) -> Any:
    gone = world.snapshots.pop(int(id), None)
    return Reply(b"", b"204 No Content" if gone else b"404 Not Found")


# -- imports and uploads ---------------------------------------------------------------------------


@route("POST", "/api/projects/{id}/import")
def _import(world: World, request: Request, id: str) -> Any:
    if request.query.get("commit_to_project") == "false":
        return _upload(world, request)
    rows = request.json if isinstance(request.json, list) else [request.json]
    ids = []
    for row in rows:
        world.last += 1
        world.tasks[world.last] = {**task(world.last), "data": row.get("data", row)}
        ids.append(world.last)
    counts = {f"{what}_count": sum(len(row.get(f"{what}s") or ()) for row in rows)
              for what in ("annotation", "prediction")}  # fmt: skip
    return {"task_count": len(ids), "task_ids": ids, "duration": 0.1, "file_upload_ids": [],
            "could_be_tasks_list": False, "found_formats": [], "data_columns": [], **counts}  # fmt: skip


def _upload(world: World, request: Request) -> Any:
    ids = []
    for name in re.findall(rb'filename="([^"]*)"', request.body):
        world.last += 1
        world.uploads[world.last] = (f"upload/1/{name.decode()}", PNG)
        ids.append(world.last)
    return {"task_count": len(ids), "file_upload_ids": ids, "task_ids": [], "duration": 0.1,
            "annotation_count": 0, "prediction_count": 0, "could_be_tasks_list": False}  # fmt: skip


@route("GET", "/api/projects/{id}/file-uploads")
def _uploads(world: World, request: Request, id: str) -> Any:
    return [{"id": id, "file": file, "size": len(content)}
            for id, (file, content) in world.uploads.items()]  # fmt: skip


# -- files -----------------------------------------------------------------------------------------


@route("GET", "/data/upload/.*")
@route("GET", "/data/local-files/.*")
@route("GET", "/storage-data/.*")
@route("GET", "/x")
def _file(world: World, request: Request) -> Any:
    return Reply(PNG, headers=[("Content-Type", "image/png")])


@route("GET", "/tasks/{id}/presign/")
def _presign(world: World, request: Request, id: str) -> Any:
    return Reply(b"", b"302 x", [("Location", "http://public.example/presigned")])


@route("GET", "/hop")
@route("GET", "/data/upload/1/hop.png")
def _hop(world: World, request: Request) -> Any:
    return Reply(b"", b"302 x", [("Location", "http://public.example/back")])


# -- tokens ----------------------------------------------------------------------------------------


@route("POST", "/api/token/refresh")
def _refresh(world: World, request: Request) -> Any:
    world.last += 1
    return {"access": access_token(world.last)}


@route("GET", "/api/current-user/token")
def _token(world: World, request: Request) -> Any:
    if "authorization" not in request.headers:
        return Reply(b'{"detail": "No."}', b"401 Unauthorized")
    return Reply(b'{"token": "@key@"}')


# -- storages --------------------------------------------------------------------------------------


def storage(provider: str, **more: Any) -> dict[str, Any]:
    return params(provider, project=1, **more)


@route("GET", "/api/storages/types")
@route("GET", "/api/storages/export/types")
def _storage_types(world: World, request: Request) -> Any:
    return [{"name": name, "title": name.upper()} for name in IMPORTS]


@route("GET", "/api/storages/")
def _storages(world: World, request: Request) -> Any:
    return [storage(provider) for provider in IMPORTS]


@route("GET", "/api/storages/export")
def _export_storages(world: World, request: Request) -> Any:
    return [storage(provider) for provider in EXPORTS]


@route("GET", "/api/storages/s3s/external_id")
@route("GET", "/api/organizations/{id}/.*")
def _external(world: World, request: Request, *id: str) -> Any:
    return {"external_id": "x"}


@route("GET", "/api/storages/(?:export/)?{text}/?")
def _of_provider(world: World, request: Request, provider: str) -> Any:
    return [storage(provider)]


@route("POST", "/api/storages/(?:export/)?{text}/validate")
def _check(world: World, request: Request, provider: str) -> Any:
    return Reply(b"", b"200 OK")


@route("POST", "/api/storages/(?:export/)?{text}/?")
def _create(world: World, request: Request, provider: str) -> Any:
    return {
        **storage(provider),
        **{k: v for k, v in request.json.items() if k != "aws_secret_access_key"},
    }


@route("GET", "/api/storages/(?:export/)?{text}/{id}")
@route("PATCH", "/api/storages/(?:export/)?{text}/{id}")
def _storage(world: World, request: Request, provider: str, id: str) -> Any:
    done = (
        {"status": "completed", "last_sync": TIME, "last_sync_count": 2} if world.last > 100 else {}
    )
    return storage(provider, **done)


@route("POST", "/api/storages/(?:export/)?{text}/{id}/sync")
def _sync(world: World, request: Request, provider: str, id: str) -> Any:
    world.last += 1
    return storage(provider, status="completed", last_sync=TIME, last_sync_count=2)
