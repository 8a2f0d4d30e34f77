"""Tasks: columns, rows and endpoints."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from ..labeling.config import LabelConfig
from .database import Database, Row
from .errors import ApiError
from .projects import included
from .requests import Answer, Endpoint, Request
from .results import GONE, annotation_with_user, show_annotation, show_draft, show_prediction

Column = Callable[[Database, Row], Any]

STORED = (
    *("id", "data", "meta", "created_at", "updated_at", "is_labeled", "overlap", "inner_id"),
    *("project", "file_upload"),
)
ABSENT: Mapping[str, Any] = MappingProxyType(  # of every task here
    {
        "storage_filename": None,
        "comment_count": 0,
        "unresolved_comment_count": 0,
        "last_comment_updated_at": None,
        "comment_authors": [],
    }
)


def _annotations(database: Database, task: Row, *, skipped: bool = False) -> list[Row]:
    found = database.of("annotation", task["id"])
    return [each for each in found if each["was_cancelled"] is skipped]


def _all_annotations(database: Database, task: Row) -> list[Row]:
    return database.of("annotation", task["id"])


def _predictions(database: Database, task: Row) -> list[Row]:
    return database.of("prediction", task["id"])


def _joined(values: Any) -> str:
    return ",".join(map(str, values))


def _mean(values: list[Any]) -> float | None:
    there = [each for each in values if each is not None]
    return sum(there) / len(there) if there else None


def _score(database: Database, task: Row) -> float | None:
    version = database.get("project", task["project"])["model_version"]
    found = _predictions(database, task)
    return _mean([each["score"] for each in found if each["model_version"] == version])


def _results(rows: list[Row]) -> str:
    return " ".join(json.dumps(row["result"]) for row in rows)


def _annotators(database: Database, task: Row) -> list[int]:
    return sorted({each["completed_by"] for each in _all_annotations(database, task)})


def _versions(database: Database, task: Row) -> list[str]:
    return [*dict.fromkeys(each["model_version"] for each in _predictions(database, task))]


def _stored(name: str) -> Column:
    return lambda database, task: task[name]


def _absent(name: str) -> Column:
    return lambda database, task: ABSENT[name]


COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        **{name: _stored(name) for name in STORED},
        **{name: _absent(name) for name in ABSENT},
        "annotations": lambda db, t: [show_annotation(a) for a in _all_annotations(db, t)],
        "predictions": lambda db, t: [show_prediction(each) for each in _predictions(db, t)],
        "drafts": lambda db, t: [show_draft(each) for each in db.of("draft", t["id"])],
        "total_annotations": lambda db, t: len(_annotations(db, t)),
        "cancelled_annotations": lambda db, t: len(_annotations(db, t, skipped=True)),
        "total_predictions": lambda db, t: len(_predictions(db, t)),
        "annotators": _annotators,
        "annotations_ids": lambda db, t: _joined(a["id"] for a in _all_annotations(db, t)),
        "annotations_results": lambda db, t: _results(_all_annotations(db, t)),
        "predictions_results": lambda db, t: _results(_predictions(db, t)),
        "predictions_score": _score,
        "predictions_model_versions": lambda db, t: _joined(_versions(db, t)),
        "avg_lead_time": lambda db, t: _mean([a["lead_time"] for a in _all_annotations(db, t)]),
        "completed_at": lambda db, t: max(
            (each["created_at"] for each in _all_annotations(db, t)), default=None
        ),
        "draft_exists": lambda db, t: bool(db.of("draft", t["id"])),
        "updated_by": lambda db, t: [{"user_id": t["updated_by"]}] if t["updated_by"] else [],
    }
)
# What tasks are filtered and ordered by. Lists are compared item by item, but sent joined.
COMPARED: Mapping[str, Column] = MappingProxyType(
    {
        **COLUMNS,
        "annotations_ids": lambda db, t: [each["id"] for each in _all_annotations(db, t)],
        "predictions_model_versions": _versions,
        "updated_by": lambda db, t: [t["updated_by"]] if t["updated_by"] else [],
    }
)
HEAVY = ("annotations", "predictions")  # left out unless `fields=all` is asked for
WRITTEN = (*STORED, *ABSENT, "total_annotations", "cancelled_annotations", "total_predictions")


def compared(database: Database, task: Row, column: str) -> Any:
    """Return what a task is filtered or ordered by."""
    name, _, key = column.partition(".")
    if name == "data":
        return task["data"].get(key)
    if name not in COMPARED:
        raise ApiError(500, f"Cannot resolve keyword '{name}'. Choices are: {', '.join(COMPARED)}")
    return COMPARED[name](database, task)


def show(database: Database, task: Row, names: Any) -> Row:
    """Return columns of a task as the server lists them."""
    return {name: COLUMNS[name](database, task) for name in names if name in COLUMNS}


def _written(database: Database, task: Row, **more: Any) -> Row:
    """Return a task as the server answers to a write."""
    hidden = {"updated_by": None, "file_upload": None, **more}
    names = [name for name in WRITTEN if name != "storage_filename"]
    return {**show(database, task, names), **hidden}


def add_task(database: Database, project: Row, values: Mapping[str, Any]) -> Row:
    before = database.newest("task", project["id"])
    made = {
        "data": values["data"],
        "meta": values.get("meta") or {},
        "is_labeled": False,
        "overlap": project["maximum_annotations"],
        "inner_id": before["inner_id"] + 1 if before else 1,
        "file_upload": None,
        "updated_by": None,
        "project": project["id"],
    }
    return database.add("task", made)


def variables_of(project: Row) -> list[str]:
    return [*LabelConfig.parse(project["label_config"]).variables]


def problem_of(variables: Iterable[str], data: Any) -> str | None:
    """Return what the server says of data that the labeling config cannot show."""
    if not isinstance(data, dict):
        return 'Task is missing dict key "data"'
    for key in variables:
        if key not in data and "." not in key and "[" not in key:
            return (
                f'"{key}" key is expected in task data '
                '[assume: item["data"] = task root with values]'
            )
    return None


# -- endpoints -------------------------------------------------------------------------------------


def create_task(database: Database, request: Request) -> Any:
    project = database.get("project", request.json["project"])
    if problem := problem_of(variables_of(project), request.json.get("data")):
        raise ApiError(400, "Validation error", {"non_field_errors": [problem]})
    return Answer(_written(database, add_task(database, project, request.json)), 201)


def show_task(database: Database, request: Request, task: int) -> Any:
    row = database.get("task", task)
    annotations = [annotation_with_user(each) for each in _all_annotations(database, row)]
    results = {"annotations_results": "", "predictions_results": ""}
    whole = {**show(database, row, COLUMNS), "annotations": annotations, **results}
    return included(whole, request.query)


def change_task(database: Database, request: Request, task: int) -> Any:
    row = database.get("task", task)
    known = ("data", "meta", "overlap", "is_labeled")
    database.change(row, {name: v for name, v in request.json.items() if name in known})
    nested = {name: COLUMNS[name](database, row) for name in HEAVY}
    return _written(database, row, **nested)


def delete_task(database: Database, request: Request, task: int) -> Any:
    database.delete("task", task)
    return GONE


ROUTES: Mapping[str, Endpoint] = MappingProxyType(
    {
        "POST /api/tasks/": create_task,
        "GET /api/tasks/{task}/": show_task,
        "PATCH /api/tasks/{task}/": change_task,
        "DELETE /api/tasks/{task}/": delete_task,
    }
)
