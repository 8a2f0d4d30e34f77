"""Import of tasks and predictions, and uploads of files."""

from __future__ import annotations

import json
import mimetypes
import uuid
from collections.abc import Iterator, Mapping
from email import message_from_bytes
from email.message import Message
from types import MappingProxyType
from typing import Any

from ..labeling.config import LabelConfig
from .database import Database, Row
from .errors import ApiError, unknown
from .requests import Answer, Endpoint, Request
from .results import add_annotation, add_prediction
from .tasks import add_task, problem_of, variables_of

UNNAMED: Mapping[str, Any] = MappingProxyType({"model_version": "undefined"})


def import_tasks(database: Database, request: Request, project: int) -> Any:
    row = database.get("project", project)
    if request.headers.get("Content-Type", "").startswith("multipart/"):
        return _upload(database, request, row)
    body = request.json
    items = [_with_data(each) for each in (body if isinstance(body, list) else [body])]
    _check(row, items)
    fields = request.query.get("preannotated_from_fields")
    if fields:
        items = [_preannotated(row, item, fields.split(",")) for item in items]
    tasks = [_add(database, row, item) for item in items]
    row["model_version"] = row["model_version"] or _last_version(items)
    answer = {
        "task_count": len(tasks),
        "annotation_count": sum(len(item.get("annotations") or ()) for item in items),
        "prediction_count": sum(len(item.get("predictions") or ()) for item in items),
        "duration": 0.01,
        "file_upload_ids": [],
        "could_be_tasks_list": False,
        "found_formats": [],
        "data_columns": [],
    }
    if request.query.get("return_task_ids", "").lower() in ("true", "1"):
        answer["task_ids"] = [task["id"] for task in tasks]
    return Answer(answer, 201)


def _with_data(item: Any) -> Any:
    return item if not isinstance(item, dict) or "data" in item else {"data": item}


def _check(project: Row, items: list[Any]) -> None:
    """Refuse all items if one of them is refused, and name each that is."""
    if not items:
        raise ApiError(400, "load_tasks: No tasks added")
    variables = variables_of(project)
    problems = [_problem(variables, item) for item in items]
    if any(problems):
        said = [
            f"Error at item {number}: {problem} :: {items[number]}" if problem else {}
            for number, problem in enumerate(problems)
        ]
        raise ApiError(400, "Validation error", {"non_field_errors": said})


def _problem(variables: list[str], item: Any) -> str | None:
    if not isinstance(item, dict):
        return "Task must be dict with data"
    for kind in ("annotation", "prediction"):
        for each in item.get(f"{kind}s") or ():
            if not isinstance(each, dict) or "result" not in each:
                return f'{kind.title()} must have "result" fields'
    return problem_of(variables, item["data"])


def _add(database: Database, project: Row, item: Mapping[str, Any]) -> Row:
    task = add_task(database, project, item)
    for each in item.get("annotations") or ():
        truth = each.get("ground_truth", True)
        add_annotation(database, task, {**each, "ground_truth": truth}, updated_by=None)
    for each in item.get("predictions") or ():
        add_prediction(database, task, {**UNNAMED, **each})
    return task


def _last_version(items: list[Any]) -> str:
    found = [each for item in items for each in item.get("predictions") or ()]
    return str({**UNNAMED, **found[-1]}["model_version"]) if found else ""


def _preannotated(project: Row, item: Mapping[str, Any], fields: list[str]) -> Row:
    """Add a prediction that is made of values of the data."""
    config = LabelConfig.parse(project["label_config"])
    regions = config.result({name: item["data"][name] for name in fields})
    result = [{key: value for key, value in each.items() if key != "id"} for each in regions]
    made = {"result": result, "score": 1.0, "model_version": "preannotated"}
    return {**item, "predictions": [made]}


def import_predictions(database: Database, request: Request, project: int) -> Any:
    row = database.get("project", project)
    for item in request.json:
        try:
            database.child("task", item["task"], project)
        except ApiError:
            text = (
                f'{item} contains invalid "task" field: corresponding task ID couldn\'t be '
                f"retrieved from project {row['title']} (id={project}) tasks"
            )
            raise ApiError(400, "Validation error", {"non_field_errors": [text]}) from None
    config = LabelConfig.parse(row["label_config"])
    fitting = [item for item in request.json if _fits(config, item["result"])]
    for item in fitting:
        add_prediction(database, database.get("task", item["task"]), {**UNNAMED, **item})
    return Answer({"created": len(fitting)}, 201)


def _fits(config: LabelConfig, result: Any) -> bool:
    """Tell whether a result names controls and objects of the labeling config."""
    return all(
        each.get("from_name") in config.controls
        and each.get("to_name") in config.objects
        and each.get("type") == config.controls[each["from_name"]].type
        for each in result
        if "from_name" in each
    )


# -- uploads ---------------------------------------------------------------------------------------


def _upload(database: Database, request: Request, project: Row) -> Answer:
    """Keep files; tasks are made of none of them."""
    if request.query.get("commit_to_project", "true").lower() not in ("false", "0"):
        raise unknown("import of tasks from files, only from JSON")
    made = [
        database.add("upload", {"project": project["id"], "name": name, "content": content})
        for name, content in _files(request)
    ]
    for row in made:
        row["file"] = _path_of(project["id"], row.pop("name"))
    answer: dict[str, Any] = {
        "task_count": len(made),
        "annotation_count": None,
        "prediction_count": None,
        "duration": 0.01,
        "file_upload_ids": [row["id"] for row in made],
        "could_be_tasks_list": True,
        "found_formats": {},
        "data_columns": ["$undefined$"],
    }
    return Answer(answer, 201)


def _files(request: Request) -> Iterator[tuple[str, bytes]]:
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    for part in message_from_bytes(head + request.body).walk():
        name = part.get_filename()
        if name:
            yield name.rpartition("/")[2], _content(part)


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def list_uploads(database: Database, request: Request, project: int) -> Any:
    database.get("project", project)
    found = database.of("upload", project)
    if request.query.get("all", "").lower() not in ("true", "1"):
        wanted = json.loads(request.query.get("ids", "[]"))
        found = [row for row in found if row["id"] in wanted]
    return [_show_upload(row) for row in found]


def one_upload(database: Database, request: Request, upload: int) -> Any:
    return _show_upload(database.get("upload", upload))


def replace_upload(database: Database, request: Request, upload: int) -> Any:
    row = database.get("upload", upload)
    for name, content in _files(request):
        database.change(row, {"file": _path_of(row["project"], name), "content": content})
    return _show_upload(row)


def delete_upload(database: Database, request: Request, upload: int) -> Any:
    database.delete("upload", upload)
    return Answer(status=204, body=b"")


def _path_of(project: int, name: str) -> str:
    return f"upload/{project}/{uuid.uuid4().hex[:8]}-{name}"


def _show_upload(row: Row) -> Row:
    return {"id": row["id"], "file": row["file"], "size": len(row["content"])}


def delete_uploads(database: Database, request: Request, project: int) -> Any:
    database.get("project", project)
    wanted = (request.json or {}).get("file_upload_ids")
    found = [r for r in database.of("upload", project) if wanted is None or r["id"] in wanted]
    for row in found:
        database.delete("upload", row["id"])
    return {"deleted": len(found)}


def download(database: Database, request: Request, project: int, name: str) -> Any:
    file = f"upload/{project}/{name}"
    for row in database.of("upload", project):
        if row["file"] == file:
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            return ranged(request, row["content"], {"Content-Type": kind})
    raise ApiError(500, "'NoneType' object has no attribute 'has_permission'")


def ranged(request: Request, content: bytes, headers: dict[str, str]) -> Answer:
    """Answer with a file, or with the part from a byte on that is asked for."""
    asked = request.headers.get("Range", "")
    if not asked:
        return Answer(body=content, headers=headers)
    start = int(asked.removeprefix("bytes=").partition("-")[0])
    if start >= len(content):
        return Answer(status=416, body=b"", headers={"Content-Range": f"bytes */{len(content)}"})
    there = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
    return Answer(body=content[start:], status=206, headers={**headers, **there})


ROUTES: Mapping[str, Endpoint] = MappingProxyType(
    {
        "POST /api/projects/{project}/import": import_tasks,
        "POST /api/projects/{project}/import/predictions": import_predictions,
        "GET /api/projects/{project}/file-uploads": list_uploads,
        "DELETE /api/projects/{project}/file-uploads": delete_uploads,
        "GET /api/import/file-upload/{upload}": one_upload,
        "PATCH /api/import/file-upload/{upload}": replace_upload,
        "DELETE /api/import/file-upload/{upload}": delete_upload,
        "GET /data/upload/{project}/{name}": download,
    }
)
