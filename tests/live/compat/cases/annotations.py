"""Annotations and predictions."""

from __future__ import annotations

from typing import Any

from .case import RESULT, case, failed


@case("Project.create_prediction", "PredictionValue.serialize")
def create_prediction(side: Any) -> Any:
    project = side.new_project()
    id = project.get_tasks_ids()[0]
    value = side.module("objects").PredictionValue(model_version="m9", score=0.25, result=RESULT)
    return (
        value.serialize(),
        side.module("objects").PredictionValue().serialize(),
        project.create_prediction(id, RESULT, 0.5, "m1"),
        project.create_prediction(task_id=id, **value.serialize()),
        project.create_prediction(id, RESULT),
        failed(project.create_prediction, 999999, RESULT),
    )


@case("Project.create_predictions")
def create_predictions(side: Any) -> Any:
    project = side.new_project()
    rows = [{"task": id, "result": RESULT, "score": 0.5} for id in project.get_tasks_ids()]
    return project.create_predictions(rows), [task["predictions"] for task in project.get_tasks()]


@case("Project.create_annotations_from_predictions")
def create_annotations_from_predictions(side: Any) -> Any:
    project = side.new_project()
    answers = [
        project.create_annotations_from_predictions(),
        project.create_annotations_from_predictions(model_versions=["m0"]),
    ]
    return answers, [task["total_annotations"] for task in project.get_tasks()]


@case(
    *("Project.list_annotations", "Project.create_annotation", "Project.get_annotation"),
    *("Project.update_annotation", "Project.delete_annotation"),
)
def one_annotation(side: Any) -> Any:
    project = side.new_project()
    id = project.get_tasks_ids()[2]
    made = project.create_annotation(id, result=RESULT, lead_time=1.5)
    return (
        made,
        project.list_annotations(task_id=id),
        project.get_annotation(made["id"]),
        project.update_annotation(made["id"], was_cancelled=True),
        project.delete_annotation(annotation_id=made["id"]),
        project.list_annotations(id),
        [failed(project.get_annotation, 999999), failed(project.update_annotation, 999999)],
        [failed(project.delete_annotation, 999999), failed(project.list_annotations, 999999)],
        failed(project.create_annotation, 999999, result=RESULT),
    )
