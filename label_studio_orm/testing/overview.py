"""The summary, the annotators and the next task of a project; templates: endpoints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ..labeling.template_rows import shipped_rows
from .database import Database, Row
from .errors import ApiError
from .requests import Endpoint, Request
from .tasks import show
from .users import CREATOR, EMAIL, ID

SENT = (
    *("id", "data", "meta", "created_at", "updated_at", "is_labeled", "overlap", "inner_id"),
    *("project", "predictions", "drafts", "total_annotations", "cancelled_annotations"),
)


def _annotations(database: Database, project: int) -> list[Row]:
    database.get("project", project)
    tasks = database.of("task", project)
    return [each for task in tasks for each in database.of("annotation", task["id"])]


def _labels(results: list[Row]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for item in results:
        labels = item.get("value", {}).get(item.get("type"))
        if isinstance(labels, list):
            found.setdefault(item["from_name"], Counter()).update(map(str, labels))
    return found


def show_summary(database: Database, request: Request, project: int) -> Any:
    """Return exact counts; those of the server are rough."""
    tasks = database.of("task", project)
    results = [item for each in _annotations(database, project) for item in each["result"]]
    drafts = [each for task in tasks for each in database.of("draft", task["id"])]
    columns = Counter(key for task in tasks for key in task["data"])
    return {
        "project": project,
        "created_at": database.get("project", project)["created_at"],
        "all_data_columns": columns,
        "common_data_columns": sorted(key for key in columns if columns[key] == len(tasks)),
        "created_annotations": Counter(_keys(results)),
        "created_labels": _labels(results),
        "created_labels_drafts": _labels([item for each in drafts for item in each["result"]]),
    }


def _keys(results: list[Row]) -> Iterator[str]:
    for item in results:
        if "from_name" in item:
            yield f"{item['from_name']}|{item['to_name']}|{item['type']}"


def reset_summary(database: Database, request: Request, project: int) -> Any:
    database.get("project", project)


def list_annotators(database: Database, request: Request, project: int) -> Any:
    return [CREATOR] if _annotations(database, project) else []


def next_task(database: Database, request: Request, project: int) -> Any:
    done = {each["task"] for each in _annotations(database, project) if each["completed_by"] == ID}
    for task in database.of("task", project):
        if not task["is_labeled"] and task["id"] not in done:
            return {**show(database, task, SENT), "annotations": [], "queue": "Sequence queue"}
    raise ApiError(404, f"There are no tasks for {EMAIL}")


def list_templates(database: Database, request: Request) -> Any:
    templates = shipped_rows()
    groups = [*dict.fromkeys(each["group"] for each in templates)]
    return {"templates": templates, "groups": groups}


ROUTES: Mapping[str, Endpoint] = MappingProxyType(
    {
        "GET /api/projects/{project}/summary/": show_summary,
        "POST /api/projects/{project}/summary/reset/": reset_summary,
        "GET /api/projects/{project}/annotators/": list_annotators,
        "GET /api/projects/{project}/next/": next_task,
        "GET /api/templates/": list_templates,
    }
)
