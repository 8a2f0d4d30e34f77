"""The Data Manager: lists of tasks, columns, views and actions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from .database import Database, Row
from .errors import ApiError, unknown
from .filters import in_order, matches
from .projects import page_of
from .requests import Answer, Endpoint, Request
from .results import GONE, add_annotation
from .tasks import COLUMNS, HEAVY, compared, show

TYPES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("id", "inner_id", "total_annotations", "cancelled_annotations"), "Number"),
        **dict.fromkeys(("total_predictions", "predictions_score", "avg_lead_time"), "Number"),
        **dict.fromkeys(("completed_at", "created_at", "updated_at"), "Datetime"),
        **dict.fromkeys(("annotators", "updated_by", "predictions_model_versions"), "List"),
        **dict.fromkeys(("annotations_results", "annotations_ids"), "String"),
        **dict.fromkeys(("predictions_results", "file_upload", "storage_filename"), "String"),
        "draft_exists": "Boolean",
    }
)


def find_tasks(database: Database, project: int, query: Mapping[str, Any]) -> list[Row]:
    """Return the tasks of a project that meet the filters of a query, in its order."""
    filters, value = query.get("filters") or {}, partial(compared, database)
    tasks = database.of("task", project)
    return in_order([t for t in tasks if matches(partial(value, t), filters)], value, query)


def tasks_in_view(database: Database, view: int) -> list[Row]:
    row = database.get("view", view)
    return find_tasks(database, row["project"], row["data"])


def list_tasks(database: Database, request: Request) -> Any:
    query = request.query
    if "view" in query:
        found = tasks_in_view(database, int(query["view"]))
    elif "project" in query:
        database.get("project", int(query["project"]))
        found = find_tasks(database, int(query["project"]), json.loads(query.get("query") or "{}"))
    else:
        raise unknown("list of the tasks of all projects")
    page, _ = page_of(found, {"page_size": "100", **query})
    totals = {
        name: sum(COLUMNS[name](database, task) for task in found)
        for name in ("total_annotations", "total_predictions")
    }
    names = _names(query)
    return {**totals, "total": len(found), "tasks": [show(database, t, names) for t in page]}


def _names(query: Mapping[str, str]) -> list[str]:
    whole = query.get("fields") == "all"
    light = [name for name in COLUMNS if whole or name not in HEAVY]
    return query["include"].split(",") if "include" in query else light


def list_columns(database: Database, request: Request) -> Any:
    project = int(request.query["project"])
    database.get("project", project)
    keys = dict.fromkeys(key for task in database.of("task", project) for key in task["data"])
    data = [_column(key, "Unknown", parent="data") for key in keys]
    return {"columns": [*data, *(_column(name, kind) for name, kind in TYPES.items())]}


def _column(id: str, kind: str, **more: Any) -> Row:
    shown = {"explore": True, "labeling": False}
    own = {"id": id, "title": id, "type": kind, "target": "tasks", "visibility_defaults": shown}
    return {**own, "project_defined": "parent" in more, **more}


# -- views -----------------------------------------------------------------------------------------


def _show_view(row: Row) -> Row:
    return {name: row[name] for name in ("id", "data", "order", "user", "project")}


def create_view(database: Database, request: Request) -> Any:
    project = database.get("project", request.json["project"])["id"]
    data = request.json.get("data") or {}
    order = len(database.of("view", project)) if data.get("filters") else 0
    made = {"data": data, "order": order, "user": 1, "project": project}
    return Answer(_show_view(database.add("view", made)), 201)


def list_views(database: Database, request: Request) -> Any:
    found = database.all("view")
    project = request.query.get("project")
    return [_show_view(row) for row in found if project in (None, str(row["project"]))]


def show_view(database: Database, request: Request, view: int) -> Any:
    return _show_view(database.get("view", view))


def change_view(database: Database, request: Request, view: int) -> Any:
    row = database.get("view", view)
    kept = {name: row["data"][name] for name in ("filters", "ordering") if name in row["data"]}
    return _show_view(database.change(row, {"data": {**kept, **request.json["data"]}}))


def delete_view(database: Database, request: Request, view: int) -> Any:
    database.delete("view", view)
    return GONE


# -- actions ---------------------------------------------------------------------------------------


def act(database: Database, request: Request) -> Any:
    """Perform an action on the selected tasks, or on all if none are selected."""
    action, project = request.query.get("id", ""), int(request.query["project"])
    database.get("project", project)
    if action not in ACTIONS:
        raise unknown(f"action {action!r}")
    return ACTIONS[action](database, _selected(database, project, request.json or {}), request)


def _selected(database: Database, project: int, body: Mapping[str, Any]) -> list[Row]:
    found = find_tasks(database, project, body)
    items = body.get("selectedItems") or {}
    if not isinstance(items, Mapping):
        raise ApiError(500, f"selectedItems must be an object, not {items!r}.")
    if items.get("all") is not False:
        return [task for task in found if task["id"] not in items.get("excluded", ())]
    wanted = items.get("included")
    return [task for task in found if not wanted or task["id"] in wanted]


def _delete_tasks(database: Database, tasks: list[Row], request: Request) -> Any:
    for task in tasks:
        database.delete("task", task["id"])
    project = int(request.query["project"])
    if not database.of("task", project):  # as the server does
        for view in database.of("view", project):
            database.delete("view", view["id"])
    many = len(tasks)
    return {"processed_items": many, "reload": False, "detail": f"Deleted {many} tasks"}


def _delete_nested(kind: str, *also: str) -> Any:
    def delete(database: Database, tasks: list[Row], request: Request) -> Any:
        found = [row for task in tasks for row in database.of(kind, task["id"])]
        others = [(name, row) for t in tasks for name in also for row in database.of(name, t["id"])]
        for name, row in [*((kind, row) for row in found), *others]:
            database.delete(name, row["id"])
        for task in tasks:
            if kind == "annotation":
                database.change(task, {"is_labeled": False})
        return {"processed_items": len(found), "detail": f"Deleted {len(found)} {kind}s"}

    return delete


def _predictions_to_annotations(database: Database, tasks: list[Row], request: Request) -> Any:
    version = request.json.get("model_version")
    done = {each["parent_prediction"] for each in database.all("annotation")}
    made = 0
    for task in tasks:
        for each in database.of("prediction", task["id"]):
            if each["id"] not in done and version in (None, each["model_version"]):
                values = {"result": each["result"], "parent_prediction": each["id"]}
                add_annotation(database, task, values, updated_by=None)
                made += 1
    return {"detail": f"Created {made} annotations"}


def _propagate_annotations(database: Database, tasks: list[Row], request: Request) -> Any:
    source = database.get("annotation", request.json["source_annotation_id"])
    values = {"result": source["result"], "parent_annotation": source["id"]}
    others = [task for task in tasks if task["id"] != source["task"]]
    for task in others:
        add_annotation(database, task, values, updated_by=None)
    return {"detail": f"Created {len(others)} annotations"}


ACTIONS = MappingProxyType(
    {
        "delete_tasks": _delete_tasks,
        "delete_tasks_annotations": _delete_nested("annotation", "draft"),
        "delete_tasks_predictions": _delete_nested("prediction"),
        "predictions_to_annotations": _predictions_to_annotations,
        "propagate_annotations": _propagate_annotations,
    }
)
ROUTES: Mapping[str, Endpoint] = MappingProxyType(
    {
        "GET /api/tasks/": list_tasks,
        "GET /api/dm/columns/": list_columns,
        "POST /api/dm/actions/": act,
        "GET /api/dm/views/": list_views,
        "POST /api/dm/views/": create_view,
        "GET /api/dm/views/{view}/": show_view,
        "PATCH /api/dm/views/{view}/": change_view,
        "DELETE /api/dm/views/{view}/": delete_view,
    }
)
