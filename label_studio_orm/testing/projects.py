"""Projects: rows and endpoints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from ..errors import LabelStudioError
from ..labeling.config import LabelConfig
from .database import Database, Row
from .errors import ApiError, invalid
from .requests import Answer, Endpoint, Request
from .users import CREATOR

DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "title": "",
        "description": "",
        "label_config": "<View></View>",
        "expert_instruction": "",
        "show_instruction": False,
        "show_skip_button": True,
        "enable_empty_annotation": True,
        "show_annotation_history": False,
        "organization": 1,
        "color": "#FFFFFF",
        "maximum_annotations": 1,
        "is_published": False,
        "model_version": "",
        "is_draft": False,
        "created_by": CREATOR,
        "min_annotations_to_start_training": 0,
        "start_training_on_annotation_update": False,
        "show_collab_predictions": True,
        "sampling": "Sequential sampling",
        "show_ground_truth_first": False,
        "annotator_evaluation_enabled": False,
        "show_overlap_first": False,
        "overlap_cohort_percentage": 100,
        "task_data_login": None,
        "task_data_password": None,
        "evaluate_predictions_automatically": False,
        "skip_queue": "REQUEUE_FOR_OTHERS",
        "reveal_preannotations_interactively": False,
        "pinned_at": None,
        "config_suitable_for_bulk_annotation": True,
        "state": None,
    }
)
READ_ONLY = ("organization", "created_by", "state")


def show(database: Database, row: Row) -> Row:
    """Return a project as the server sends it."""
    shown = {name: value for name, value in row.items() if name != "updated_at"}
    return {**shown, **_of_config(row["label_config"]), **_counts(database, row["id"])}


def _of_config(xml: str) -> Row:
    parsed = LabelConfig.parse(xml).as_dict()
    weights = {
        name: {
            "overall": 1.0,
            "type": control["type"],
            "labels": dict.fromkeys(control["labels"], 1.0),
        }
        for name, control in parsed.items()
    }
    has_controls = bool(parsed)
    return {
        "parsed_label_config": parsed,
        "control_weights": weights,
        "config_has_control_tags": has_controls,
    }


def _counts(database: Database, project: int) -> Row:
    tasks = database.of("task", project)
    annotations = [each for task in tasks for each in database.of("annotation", task["id"])]
    skipped = sum(each["was_cancelled"] for each in annotations)
    done = sum(task["is_labeled"] for task in tasks)
    return {
        "task_number": len(tasks),
        "num_tasks_with_annotations": len(
            {a["task"] for a in annotations if not (a["was_cancelled"] or a["ground_truth"])}
        ),
        "useful_annotation_number": sum(
            not (each["was_cancelled"] or each["ground_truth"]) for each in annotations
        ),
        "ground_truth_number": sum(each["ground_truth"] for each in annotations),
        "skipped_annotations_number": skipped,
        "total_annotations_number": len(annotations) - skipped,
        "total_predictions_number": sum(len(database.of("prediction", t["id"])) for t in tasks),
        "finished_task_number": done,
        "queue_total": len(tasks),
        "queue_done": done,
    }


def _checked(values: Row) -> Row:
    """Return the values that can be written; raise for those that the server refuses."""
    title = values.get("title", "Reviews")
    if len(title) > 50:
        raise invalid(title="Ensure this field has no more than 50 characters.")
    if len(title) < 3:
        raise invalid(title="Ensure this field has at least 3 characters.")
    try:
        LabelConfig.parse(values.get("label_config", "<View></View>"))
    except LabelStudioError as error:
        raise invalid(label_config=str(error)) from None
    known = set(DEFAULTS).difference(READ_ONLY)
    return {name: value for name, value in values.items() if name in known}


# -- endpoints -------------------------------------------------------------------------------------


def create_project(database: Database, request: Request) -> Any:
    row = database.add("project", {**DEFAULTS, **_checked(request.json)})
    shown = show(database, row)
    unknown = {name: None for name in shown if name.endswith("_number")}
    return Answer({**shown, **unknown, "num_tasks_with_annotations": None}, 201)


def list_projects(database: Database, request: Request) -> Any:
    query = request.query
    rows = [
        r for r in database.all("project") if query.get("title", "").lower() in r["title"].lower()
    ]
    order = query.get("ordering", "id")
    rows.sort(key=lambda row: row[order.lstrip("-")], reverse=order.startswith("-"))
    page, number = page_of(rows, query)
    following = {**query, "page": number + 1}
    more = number * int(query.get("page_size", 30)) < len(rows)
    return {
        "count": len(rows),
        "next": f"/api/projects/?{urlencode(following)}" if more else None,
        "previous": None,
        "results": [included(show(database, row), query) for row in page],
    }


def page_of(rows: list[Row], query: Mapping[str, str]) -> tuple[list[Row], int]:
    """Return the rows of the page that is asked for, and its number."""
    number, size = int(query.get("page", 1)), int(query.get("page_size", 30))
    page = rows if size < 0 else rows[(number - 1) * size : number * size]
    if not page and number > 1:
        raise ApiError(404, "Invalid page.")
    return page, number


def included(row: Row, query: Mapping[str, str]) -> Row:
    """Return the fields that `?include=` names, or all."""
    names = query.get("include", "").split(",")
    return {name: row[name] for name in names if name in row} if "include" in query else row


def show_project(database: Database, request: Request, project: int) -> Any:
    return included(show(database, database.get("project", project)), request.query)


def change_project(database: Database, request: Request, project: int) -> Any:
    row = database.get("project", project)
    return show(database, database.change(row, _checked(request.json)))


def delete_project(database: Database, request: Request, project: int) -> Any:
    database.delete("project", project)
    return Answer(status=204, body=b"")


def validate_config(database: Database, request: Request, project: int) -> Any:
    database.get("project", project)
    _checked({"label_config": request.json["label_config"]})
    return {"config_essential_data_has_changed": None}


# -- model versions --------------------------------------------------------------------------------


def predictions_of(database: Database, project: int) -> list[Row]:
    database.get("project", project)
    tasks = database.of("task", project)
    return [each for task in tasks for each in database.of("prediction", task["id"])]


def list_model_versions(database: Database, request: Request, project: int) -> Any:
    return Counter(each["model_version"] for each in predictions_of(database, project))


def delete_model_version(database: Database, request: Request, project: int) -> Any:
    version = request.json["model_version"]
    found = [each for each in predictions_of(database, project) if each["model_version"] == version]
    for each in found:
        database.delete("prediction", each["id"])
    row = database.get("project", project)
    if row["model_version"] == version:
        row["model_version"] = ""
    return {"deleted_predictions": len(found)}


ROUTES: Mapping[str, Endpoint] = MappingProxyType(
    {
        "GET /api/projects/": list_projects,
        "POST /api/projects/": create_project,
        "GET /api/projects/{project}/": show_project,
        "PATCH /api/projects/{project}/": change_project,
        "DELETE /api/projects/{project}/": delete_project,
        "POST /api/projects/{project}/validate/": validate_config,
        "GET /api/projects/{project}/model-versions": list_model_versions,
        "DELETE /api/projects/{project}/model-versions": delete_model_version,
    }
)
