"""Annotations, predictions and drafts: rows and endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .database import Database, Row, now
from .errors import ApiError, invalid
from .projects import predictions_of
from .requests import Answer, Endpoint, Request
from .users import ANNOTATOR, EMAIL, ID

GONE = Answer(status=204, body=b"")


# -- rows ------------------------------------------------------------------------------------------


def add_annotation(database: Database, task: Row, values: Mapping[str, Any], **more: Any) -> Row:
    made = {
        "result": _checked_result(values.get("result")),
        "completed_by": values.get("completed_by") or ID,
        "was_cancelled": bool(values.get("was_cancelled")),
        "ground_truth": bool(values.get("ground_truth")),
        "draft_created_at": None,
        "lead_time": values.get("lead_time"),
        "import_id": None,
        "last_action": None,
        "bulk_created": False,
        "task": task["id"],
        "project": task["project"],
        "updated_by": ID,
        "parent_prediction": values.get("parent_prediction"),
        "parent_annotation": values.get("parent_annotation"),
        "last_created_by": None,
        "unique_id": values.get("unique_id"),
        **more,
    }
    row = database.add("annotation", made)
    touch(database, task, by=row["updated_by"])
    return row


def add_prediction(database: Database, task: Row, values: Mapping[str, Any], **more: Any) -> Row:
    made = {
        "result": _checked_result(values.get("result")),
        "model_version": values.get("model_version", ""),
        "score": values.get("score"),
        "cluster": values.get("cluster"),
        "neighbors": values.get("neighbors"),
        "mislabeling": values.get("mislabeling", 0.0),
        "model": None,
        "model_run": None,
        "task": task["id"],
        "project": task["project"],
        **more,
    }
    row = database.add("prediction", made)
    task["updated_at"] = now()
    return row


def _checked_result(result: Any) -> list[Any]:
    if not isinstance(result, list):
        raise ApiError(500, f"Result must be a list of regions, not {result!r}.")
    return result


def touch(database: Database, task: Row, *, by: int | None = ID) -> None:
    """Bring a task up to date with its annotations."""
    done = [a for a in database.of("annotation", task["id"]) if not a["was_cancelled"]]
    labeled = {"is_labeled": len(done) >= task["overlap"]}
    database.change(task, {**labeled, "updated_by": by or task["updated_by"]})


def show_annotation(row: Row, *, completed_by: Any = None) -> Row:
    shown = {name: value for name, value in row.items() if name != "unique_id"}
    shown |= {"created_username": f" {EMAIL}, {ID}", "created_ago": "0 minutes"}
    return shown if completed_by is None else {**shown, "completed_by": completed_by}


def annotation_with_user(row: Row) -> Row:
    """Return an annotation as it is sent with one task that is read by its id."""
    by = row["completed_by"]
    return show_annotation(row, completed_by=ANNOTATOR if by == ID else by)


def show_prediction(row: Row) -> Row:
    return {**row, "created_ago": "0 minutes"}


def show_draft(row: Row) -> Row:
    shown = {name: value for name, value in row.items() if name != "project"}
    return {**shown, "created_username": f"{EMAIL}, {ID}", "created_ago": "0 minutes"}


# -- annotations -----------------------------------------------------------------------------------


def list_annotations(database: Database, request: Request, task: int) -> Any:
    database.get("task", task)
    return [show_annotation(row) for row in database.of("annotation", task)]


def create_annotation(database: Database, request: Request, task: int) -> Any:
    parent = database.get("task", task)
    own = request.json.get("unique_id")
    if own and any(each["unique_id"] == own for each in database.all("annotation")):
        raise ApiError(409, "Annotation with this unique id already exists")
    return Answer(show_annotation(add_annotation(database, parent, request.json)), 201)


def one_annotation(database: Database, request: Request, annotation: int) -> Any:
    return show_annotation(database.get("annotation", annotation))


def change_annotation(database: Database, request: Request, annotation: int) -> Any:
    row = database.get("annotation", annotation)
    database.change(row, {**_writable(request.json), "updated_by": ID})
    touch(database, database.get("task", row["task"]))
    return show_annotation(row)


def delete_annotation(database: Database, request: Request, annotation: int) -> Any:
    task = database.get("annotation", annotation)["task"]
    database.delete("annotation", annotation)
    touch(database, database.get("task", task))
    return GONE


def _writable(values: Mapping[str, Any]) -> Row:
    if "result" in values:
        _checked_result(values["result"])
    fixed = ("id", "task", "project", "created_at", "updated_at")
    return {name: value for name, value in values.items() if name not in fixed}


# -- predictions -----------------------------------------------------------------------------------


def list_predictions(database: Database, request: Request) -> Any:
    if "task" in request.query:
        rows = database.of("prediction", int(request.query["task"]))
    elif "task__project" in request.query:
        rows = predictions_of(database, int(request.query["task__project"]))
    else:
        rows = database.all("prediction")
    return [show_prediction(row) for row in rows]


def create_prediction(database: Database, request: Request) -> Any:
    task = request.json["task"]
    try:
        row = add_prediction(database, database.get("task", task), request.json)
    except ApiError as error:
        if error.status != 404:
            raise
        raise invalid(task=f'Invalid pk "{task}" - object does not exist.') from None
    return Answer(show_prediction(row), 201)


def one_prediction(database: Database, request: Request, prediction: int) -> Any:
    return show_prediction(database.get("prediction", prediction))


def change_prediction(database: Database, request: Request, prediction: int) -> Any:
    row = database.get("prediction", prediction)
    return show_prediction(database.change(row, _writable(request.json)))


def delete_prediction(database: Database, request: Request, prediction: int) -> Any:
    database.delete("prediction", prediction)
    return GONE


# -- drafts ----------------------------------------------------------------------------------------


def list_drafts(database: Database, request: Request, task: int) -> Any:
    database.get("task", task)
    return [show_draft(row) for row in database.of("draft", task)]


def create_draft(database: Database, request: Request, task: int) -> Any:
    made = {
        "user": EMAIL,
        "result": _checked_result(request.json.get("result")),
        "lead_time": request.json.get("lead_time"),
        "was_postponed": False,
        "import_id": None,
        "task": database.get("task", task)["id"],
        "annotation": None,
    }
    return Answer(show_draft(database.add("draft", made)), 201)


def one_draft(database: Database, request: Request, draft: int) -> Any:
    return show_draft(database.get("draft", draft))


def change_draft(database: Database, request: Request, draft: int) -> Any:
    row = database.get("draft", draft)
    return show_draft(database.change(row, _writable(request.json)))


def delete_draft(database: Database, request: Request, draft: int) -> Any:
    database.delete("draft", draft)
    return GONE


ROUTES: Mapping[str, Endpoint] = MappingProxyType(
    {
        "GET /api/tasks/{task}/annotations/": list_annotations,
        "POST /api/tasks/{task}/annotations/": create_annotation,
        "GET /api/annotations/{annotation}/": one_annotation,
        "PATCH /api/annotations/{annotation}/": change_annotation,
        "DELETE /api/annotations/{annotation}/": delete_annotation,
        "GET /api/predictions/": list_predictions,
        "POST /api/predictions/": create_prediction,
        "GET /api/predictions/{prediction}/": one_prediction,
        "PATCH /api/predictions/{prediction}/": change_prediction,
        "DELETE /api/predictions/{prediction}/": delete_prediction,
        "GET /api/tasks/{task}/drafts": list_drafts,
        "POST /api/tasks/{task}/drafts": create_draft,
        "GET /api/drafts/{draft}/": one_draft,
        "PATCH /api/drafts/{draft}/": change_draft,
        "DELETE /api/drafts/{draft}/": delete_draft,
    }
)
