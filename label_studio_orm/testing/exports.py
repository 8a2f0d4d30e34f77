"""Exports: direct ones and snapshots."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .converting import CONVERTERS, FORMATS
from .data_manager import tasks_in_view
from .database import Database, Row, now
from .errors import ApiError, unknown
from .imports import ranged
from .requests import Answer, Endpoint, Request
from .results import GONE, show_draft, show_prediction
from .tasks import show
from .users import CREATOR, ID

COLUMNS = (
    *("id", "data", "meta", "created_at", "updated_at", "inner_id", "total_annotations"),
    *("cancelled_annotations", "total_predictions", "comment_count", "unresolved_comment_count"),
    *("last_comment_updated_at", "project", "comment_authors"),
)


# -- rows ------------------------------------------------------------------------------------------


def _task(database: Database, task: Row, options: Mapping[str, Any]) -> Row:
    """Return a task as exports have it."""
    annotations = [a for a in database.of("annotation", task["id"]) if _wanted(a, options)]
    nested = {
        "annotations": [_annotation(each, options) for each in annotations],
        "drafts": [show_draft(each) for each in database.of("draft", task["id"])],
        "predictions": [show_prediction(each) for each in database.of("prediction", task["id"])],
    }
    for name in ("drafts", "predictions"):
        if _only_ids(options, name):
            nested[name] = [each["id"] for each in nested[name]]
    by = {"allow_skip": True, "updated_by": task["updated_by"]}
    return {**show(database, task, COLUMNS), **nested, **by}


def _annotation(annotation: Row, options: Mapping[str, Any]) -> Row:
    by = annotation["completed_by"]
    if by == ID and not _only_ids(options, "annotations__completed_by"):
        by = {name: CREATOR[name] for name in ("id", "email", "first_name", "last_name")}
    only_here = {"prediction": {}, "result_count": 0, "unique_id": f"{annotation['id']:032}"}
    return {**annotation, **only_here, "completed_by": by}


def _only_ids(options: Mapping[str, Any], name: str) -> bool:
    chosen = (options.get("serialization_options") or {}).get(name) or {}
    return bool(chosen.get("only_id", name != "drafts"))


def _wanted(annotation: Row, options: Mapping[str, Any]) -> bool:
    chosen = options.get("annotation_filter_options") or {}
    if not any(chosen.values()):  # as the server does
        return True
    truth, skipped = annotation["ground_truth"], annotation["was_cancelled"]
    kinds = {"ground_truth": truth, "skipped": skipped, "usual": not (truth or skipped)}
    return any(is_one and chosen.get(name) for name, is_one in kinds.items())


def _chosen(database: Database, project: int, options: Mapping[str, Any]) -> list[Row]:
    wanted = options.get("task_filter_options") or {}
    found = _all_tasks(database, project)
    if wanted.get("view"):
        ids = {task["id"] for task in tasks_in_view(database, wanted["view"])}
        found = [task for task in found if task["id"] in ids]
    return [t for t in found if t["is_labeled"] or wanted.get("finished") != "only"]


# -- endpoints -------------------------------------------------------------------------------------


def list_formats(database: Database, request: Request, project: int) -> Any:
    database.get("project", project)
    return [{"name": name, "title": name} for name in FORMATS]


def export(database: Database, request: Request, project: int) -> Any:
    found = _all_tasks(database, project)
    if request.query.get("download_all_tasks", "").lower() not in ("true", "1"):
        found = [task for task in found if database.of("annotation", task["id"])]
    tasks = [_task(database, task, {}) for task in found]
    content, kind = _converted(tasks, request.query.get("exportType", "JSON"))
    return Answer(body=content, headers={"Content-Type": kind})


def _all_tasks(database: Database, project: int) -> list[Row]:
    database.get("project", project)
    return database.of("task", project)


def _converted(tasks: list[Row], format: str) -> tuple[bytes, str]:
    if format == "JSON":
        return json.dumps(tasks).encode(), "application/json"
    if format not in CONVERTERS:
        raise unknown(f"export to {format}, only to JSON, {', '.join(CONVERTERS)}")
    return CONVERTERS[format](tasks).encode(), "application/octet-stream"


def create_snapshot(database: Database, request: Request, project: int) -> Any:
    options = request.json or {}
    chosen = _chosen(database, project, options)
    tasks = [_task(database, task, options) for task in chosen]
    given = ("task_filter_options", "annotation_filter_options", "serialization_options")
    made = {
        "title": options.get("title", ""),
        "created_by": CREATOR,
        "finished_at": now(),
        "status": "completed",
        "md5": hashlib.md5(json.dumps(tasks).encode(), usedforsecurity=False).hexdigest(),
        "counters": {"task_number": len(tasks)},
        "converted_formats": [],
        "project": project,
        "tasks": tasks,
    }
    row = database.add("export", made)
    return Answer({**_shown(row), **{name: options.get(name) for name in given}}, 201)


def _shown(row: Row) -> Row:
    hidden = ("project", "tasks", "updated_at")
    return {name: value for name, value in row.items() if name not in hidden}


def list_snapshots(database: Database, request: Request, project: int) -> Any:
    database.get("project", project)
    return [_shown(row) for row in database.of("export", project)]


def show_snapshot(database: Database, request: Request, project: int, export: int) -> Any:
    return _shown(database.child("export", export, project))


def delete_snapshot(database: Database, request: Request, project: int, export: int) -> Any:
    database.delete("export", database.child("export", export, project)["id"])
    return GONE


def convert(database: Database, request: Request, project: int, export: int) -> Any:
    row, format = database.child("export", export, project), request.json["export_type"]
    _converted(row["tasks"], format)
    number = len(row["converted_formats"]) + 1
    done = {"id": number, "status": "completed", "export_type": format, "traceback": None}
    row["converted_formats"].append(done)
    return {"export_type": format, "converted_format": number}


def download(database: Database, request: Request, project: int, export: int) -> Any:
    row, format = database.child("export", export, project), request.query["exportType"]
    if format != "JSON" and format not in {f["export_type"] for f in row["converted_formats"]}:
        raise ApiError(404, "Not found.")
    content, kind = _converted(row["tasks"], format)
    suffix = "json" if format.startswith("JSON") else format.lower()
    name = f"project-{project}-at-{row['created_at'][:10]}-{row['md5'][:8]}.{suffix}"
    return ranged(
        request,
        content,
        {"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'},
    )


ROUTES: Mapping[str, Endpoint] = MappingProxyType(
    {
        "GET /api/projects/{project}/export/formats": list_formats,
        "GET /api/projects/{project}/export": export,
        "GET /api/projects/{project}/exports": list_snapshots,
        "POST /api/projects/{project}/exports": create_snapshot,
        "GET /api/projects/{project}/exports/{export}": show_snapshot,
        "DELETE /api/projects/{project}/exports/{export}": delete_snapshot,
        "POST /api/projects/{project}/exports/{export}/convert": convert,
        "GET /api/projects/{project}/exports/{export}/download": download,
    }
)
