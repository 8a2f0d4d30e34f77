"""A well-formed server: one project with tasks, exports, imports, files, storages and tokens."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

from support.stored import EXPORTS, IMPORTS, params
from support.tokens import access_token

from .server import Reply, Request

TIME = "2026-01-02T03:04:05.000006Z"
CONFIG = (
    '<View><Text name="text" value="$text"/><Image name="image" value="$image"/>'
    '<Choices name="choice" toName="text"><Choice value="Good"/><Choice value="Bad"/></Choices>'
    '<Labels name="span" toName="text"><Label value="Who"/></Labels>'
    '<RectangleLabels name="box" toName="image"><Label value="Cat"/><Label value="Dog"/>'
    '</RectangleLabels><PolygonLabels name="poly" toName="image"><Label value="Cat"/>'
    '</PolygonLabels><BrushLabels name="brush" toName="image"><Label value="Cat"/></BrushLabels>'
    '<TextArea name="area" toName="text" perRegion="true"/><Rating name="stars" toName="text"/>'
    '<Number name="number" toName="text" min="0" max="10"/>'
    '<DateTime name="when" toName="text" format="%Y-%m-%d"/>'
    '<Taxonomy name="taxonomy" toName="text"><Choice value="A"><Choice value="B"/></Choice>'
    '</Taxonomy><HyperText name="html" value="$html"/>'
    '<HyperTextLabels name="part" toName="html"><Label value="P"/></HyperTextLabels>'
    '<Pairwise name="pair" toName="text,image"/></View>'
)
# 100×50 pixels, of which none is set.
RLE = [0, 0, 78, 32, 57, 27, 255, 78, 31, 0, 0]
SIZE = {"original_width": 100, "original_height": 50, "image_rotation": 0}
RESULT: list[dict[str, Any]] = [
    {"id": "a", "from_name": "choice", "to_name": "text", "type": "choices",
     "value": {"choices": ["Good"]}},
    {"id": "b", "from_name": "span", "to_name": "text", "type": "labels",
     "value": {"start": 0, "end": 4, "text": "some", "labels": ["Who"]}, "score": 0.5},
    {"id": "c", "from_name": "box", "to_name": "image", "type": "rectanglelabels", **SIZE,
     "value": {"x": 1.5, "y": 2, "width": 30, "height": 40, "rotation": 0,
               "rectanglelabels": ["Cat"]}},
    {"id": "d", "from_name": "poly", "to_name": "image", "type": "polygonlabels", **SIZE,
     "value": {"points": [[1, 2], [30, 2], [3, 40]], "closed": True, "polygonlabels": ["Cat"]}},
    {"id": "e", "from_name": "brush", "to_name": "image", "type": "brushlabels", **SIZE,
     "value": {"format": "rle", "rle": RLE, "brushlabels": ["Cat"]}},
    {"id": "b", "from_name": "area", "to_name": "text", "type": "textarea",
     "value": {"start": 0, "end": 4, "text": ["note"]}},
    {"id": "f", "from_name": "stars", "to_name": "text", "type": "rating", "value": {"rating": 3}},
    {"id": "g", "from_name": "number", "to_name": "text", "type": "number", "value": {"number": 4}},
    {"id": "h", "from_name": "when", "to_name": "text", "type": "datetime",
     "value": {"datetime": "2026-01-02"}},
    {"id": "i", "from_name": "taxonomy", "to_name": "text", "type": "taxonomy",
     "value": {"taxonomy": [["A", "B"]]}},
    {"id": "j", "from_name": "part", "to_name": "html", "type": "hypertextlabels",
     "value": {"start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]", "startOffset": 0,
               "endOffset": 2, "text": "He", "hypertextlabels": ["P"],
               "globalOffsets": {"start": 0, "end": 2}}},
    {"type": "relation", "from_id": "c", "to_id": "d", "direction": "right", "labels": ["on"]},
]  # fmt: skip
USER = {"id": 1, "email": "a@b.org", "first_name": "A", "last_name": "B", "username": "a",
        "initials": "AB", "phone": "", "avatar": None, "active_organization": 1,
        "last_activity": TIME, "date_joined": TIME, "permissions": {"x": True},
        "allow_newsletters": None, "active_organization_meta": {"title": "x", "email": "x"}}  # fmt: skip
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0d\0\0\0\x32\x08\x02\0\0\0" + b"\0" * 40
FORMATS = ("JSON", "JSON_MIN", "CSV", "TSV", "CONLL2003", "COCO", "YOLO", "VOC", "BRUSH_TO_PNG",
           "BRUSH_TO_COCO", "YOLO_WITH_IMAGES")  # fmt: skip


def annotation(id: int, task: int) -> dict[str, Any]:
    return {
        "id": id, "task": task, "project": 1, "result": RESULT, "completed_by": 1,
        "created_at": TIME, "updated_at": TIME, "lead_time": 1.5, "was_cancelled": False,
        "ground_truth": False, "result_count": 3, "unique_id": "u", "draft_created_at": None,
        "import_id": None, "last_action": None, "parent_prediction": None,
        "parent_annotation": None, "last_created_by": None, "updated_by": 1, "prediction": {},
    }  # fmt: skip


def prediction(id: int, task: int) -> dict[str, Any]:
    return {"id": id, "task": task, "project": 1, "result": RESULT, "score": 0.5,
            "model_version": "m", "created_at": TIME, "updated_at": TIME, "created_ago": "1 hour",
            "cluster": None, "neighbors": None, "mislabeling": 0.0}  # fmt: skip


def task(id: int, **data: Any) -> dict[str, Any]:
    own = {"text": "some text", "image": "/data/upload/1/a.png", "html": "<p>Hello</p>", **data}
    return {
        "id": id, "data": own, "meta": {}, "project": 1, "annotations": [annotation(10 + id, id)],
        "predictions": [prediction(20 + id, id)], "drafts": [], "inner_id": id, "overlap": 1,
        "created_at": TIME, "updated_at": TIME, "completed_at": TIME, "is_labeled": True,
        "total_annotations": 1, "cancelled_annotations": 0, "total_predictions": 1,
        "avg_lead_time": 1.5, "predictions_score": 0.5, "predictions_model_versions": "m",
        "predictions_results": "", "annotations_results": "", "annotations_ids": f"{10 + id}",
        "annotators": [1], "draft_exists": False, "file_upload": None, "storage_filename": None,
        "comment_count": 0, "unresolved_comment_count": 0, "last_comment_updated_at": None,
        "comment_authors": [], "updated_by": [{"user_id": 1}],
    }  # fmt: skip


def project(**more: Any) -> dict[str, Any]:
    control = {
        "type": "Choices",
        "to_name": ["text"],
        "labels": ["Good", "Bad"],
        "inputs": [{"type": "Text", "value": "text", "valueType": None}],
    }
    box = {"type": "RectangleLabels", "to_name": ["image"], "labels": ["Cat"],
           "inputs": [{"type": "Image", "value": "image", "valueType": None}]}  # fmt: skip
    return {
        "id": 1, "title": "Films", "description": "", "label_config": CONFIG, "color": "#FFFFFF",
        "expert_instruction": "", "created_at": TIME, "created_by": {"id": 1, "email": "a@b.org"},
        "organization": 1, "maximum_annotations": 1, "model_version": "m", "task_number": 2,
        "finished_task_number": 1, "num_tasks_with_annotations": 1, "is_published": False,
        "total_annotations_number": 1, "total_predictions_number": 1, "pinned_at": None,
        "sampling": "Sequential sampling", "control_weights": {}, "queue_total": 2,
        "parsed_label_config": {"choice": control, "box": box}, "skip_queue": "REQUEUE_FOR_OTHERS", **more,
    }  # fmt: skip


def column(id: str, type: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "title": id, "type": type, "target": "tasks", "help": "", **more}


COLUMNS = [
    column("id", "Number"), column("inner_id", "Number"), column("completed_at", "Datetime"),
    column("total_annotations", "Number"), column("annotators", "List", schema={"items": []}),
    column("predictions_score", "Number"), column("created_at", "Datetime"),
    column("data", "List", children=["text"]),
    column("text", "String", parent="data"), column("image", "Image", parent="data"),
]  # fmt: skip
VIEW = {"id": 3, "project": 1, "order": 0, "user": 1,
        "data": {"title": "Default", "filters": {"conjunction": "and", "items": []},
                 "ordering": ["tasks:id"], "type": "list", "hiddenColumns": {}}}  # fmt: skip


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


COCO = {
    "images": [{"id": 0, "width": 100, "height": 50, "file_name": "images/a.png"}],
    "categories": [{"id": 0, "name": "Cat"}],
    "annotations": [{"id": 0, "image_id": 0, "category_id": 0, "segmentation": [], "area": 9,
                     "bbox": [1, 2, 3, 4], "ignore": 0, "iscrowd": 0}],
    "info": {"year": 2026},
}  # fmt: skip
NOTES = {"categories": [{"id": 0, "name": "Cat"}], "info": {"year": 2026, "version": "1.0"}}
FILES: dict[str, bytes] = {
    "JSON_MIN": json.dumps([{"id": 1, "text": "some", "choice": "Good", "annotation_id": 11}]).encode(),
    "CSV": b"text,id,choice\nsome,1,Good\n",
    "TSV": b"text\tid\tchoice\nsome\t1\tGood\n",
    "CONLL2003": b"-DOCSTART- -X- O\nsome -X- _ B-Who\ntext -X- _ O\n\n",
    "COCO": zipped({"result.json": json.dumps(COCO).encode(), "images/a.png": PNG}),
    "YOLO": zipped({"classes.txt": b"Cat\n", "notes.json": json.dumps(NOTES).encode(),
                    "labels/a.txt": b"0 0.1 0.2 0.3 0.4\n", "images/a.png": PNG}),
    "VOC": zipped({"Annotations/a.xml": b"<annotation><folder>VOC</folder></annotation>"}),
    "BRUSH_TO_PNG": zipped({"task-1-annotation-11-by-1-tag-Cat-0.png": PNG}),
    "BRUSH_TO_COCO": zipped({"result_coco.json": json.dumps(COCO).encode(), "images/a.png": PNG}),
}  # fmt: skip
FILES["YOLO_WITH_IMAGES"] = FILES["YOLO"]


class World:
    """Answers as Label Studio does; `value` of an answer is what its JSON is made of."""

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
