"""Imports."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from .case import NEW, RESULT, case, failed


@case("Project.import_tasks")
def import_tasks(side: Any) -> Any:
    project = side.new_project()
    whole = {"data": NEW, "predictions": [{"result": RESULT, "score": 0.5, "model_version": "m1"}]}
    ids = [
        project.import_tasks([NEW, {"text": "Two"}]),
        project.import_tasks(NEW),
        project.import_tasks(tasks=[whole, {**whole, "annotations": [{"result": RESULT}]}]),
    ]
    return ids, project.get_tasks()


@case("Project.import_tasks")
def import_preannotated_tasks(side: Any) -> Any:
    project = side.new_project()
    rows = [{"text": "Fine", "sentiment": "Positive"}, {"text": "Bad", "sentiment": "Negative"}]
    ids = project.import_tasks(rows, preannotated_from_fields=["sentiment"])
    return ids, project.get_tasks(selected_ids=ids)


@case("Project.import_tasks")
def import_files(side: Any) -> Any:
    project, folder = side.new_project(), Path(tempfile.mkdtemp())
    (folder / "tasks.json").write_text('[{"text": "Of a file"}, {"data": {"text": "Two"}}]')
    (folder / "tasks.csv").write_text("text,n\nRow one,1\nRow two,2\n")
    (folder / "tasks.txt").write_text("Line one\nLine two\n")
    ids = [project.import_tasks(folder / name) for name in ("tasks.json", "tasks.csv")]
    ids.append(project.import_tasks(str(folder / "tasks.txt")))
    return ids, [task["data"] for task in project.get_tasks()[3:]]


@case("Project.import_tasks")
def import_of_what_is_wrong(side: Any) -> Any:
    project = side.new_project()
    return (
        failed(project.import_tasks, "no-such-file.json"),
        failed(project.import_tasks, 7),
        failed(project.import_tasks, [{"other": "key"}]),
    )


@case("Project.import_tasks")
def import_of_nothing(side: Any) -> Any:
    return failed(side.project.import_tasks, [])


@case("Project.import_tasks")
def import_of_a_task_without_the_field_to_preannotate_from(side: Any) -> Any:
    project = side.new_project()  # the old one imports the task all the same
    return failed(project.import_tasks, [NEW], preannotated_from_fields=["sentiment"])
