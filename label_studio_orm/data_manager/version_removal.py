"""The removal of a model version: its predictions, and their numbers in the tasks."""

from __future__ import annotations

import logging

from ..errors import LabelStudioError, NotFound
from ..orm.context import Context
from ..orm.expressions import Expression
from ..orm.response_shape import NUMBER, count_of, shaped
from ..orm.selection import Selection
from .model_versions import path_of
from .raw_filters import raw_filter
from .task_pages import TaskPages

log = logging.getLogger(__name__)


def delete_version(context: Context, project: int, version: str) -> int:
    """Delete the predictions of a model version, and see that tasks count them no more.

    Returns the number of predictions. Raises `EditionError` on servers before 1.13.
    """
    tasks = _tasks_with(context, project, version)
    deleted = request_deletion(context, project, version)
    for task in tasks:
        correct_counters(context, project, task)
    return deleted


def request_deletion(context: Context, project: int, version: str) -> int:
    """Delete the predictions of a model version in one request; return their number."""
    try:
        answer = context.json("DELETE", path_of(project), json={"model_version": version})
    finally:
        context._cache.clear()
    return count_of(answer, "deleted_predictions")


def correct_counters(context: Context, project: int, task: int) -> None:
    """Have the server count the predictions of all tasks anew if it did not for this task.

    A server that has deleted a project may have stopped to count when predictions are deleted. It
    counts when predictions are imported, even if these are none.
    """
    try:
        params = {"include": "id,predictions,total_predictions"}
        row = context.json("GET", f"/api/tasks/{task}/", params=params)
        shaped(row, {"predictions": [dict], "total_predictions": NUMBER})
        if row["total_predictions"] != len(row["predictions"]):
            context.json("POST", f"/api/projects/{project}/import/predictions", json=[])
    except NotFound:
        return
    except LabelStudioError as error:
        log.warning("Tasks of project %d may count deleted predictions: %s", project, error)
    finally:
        context._cache.clear()


def _tasks_with(context: Context, project: int, version: str) -> list[int]:
    """Return a task with a prediction of a model version, if one is found."""
    with_version = Selection(where=predicted_by(version), only=("id",), stop=1)
    try:
        pages = [*TaskPages(project).pages(context, with_version)]
    except LabelStudioError as error:
        log.debug("The deletion of %r goes unchecked: %s", version, error)
        return []
    return [row["id"] for page in pages for row in page.rows]


def predicted_by(version: str) -> Expression:
    """Return the condition that a task has a prediction of a model version."""
    item = {"filter": "filter:tasks:predictions_model_versions", "operator": "contains"}
    return raw_filter(
        {"conjunction": "and", "items": [{**item, "type": "List", "value": [version]}]}
    )
