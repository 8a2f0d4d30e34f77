"""Annotations to compare, with a model's predictions or another person's annotations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..orm.cache import Params
from ..orm.context import Context
from ..orm.pagination import in_order
from ..orm.selection import Selection
from .raw_filters import raw_filter
from .task_pages import TaskPages

Pairs = Iterator[tuple[int, Params, Params]]  # the id of a task, an annotation, the other


def predicted_by(context: Context, project: int, version: str) -> Pairs:
    """Yield each annotation with the last prediction of a model version for its task."""
    for task in _tasks(context, project, total_annotations=1, total_predictions=1):
        found = [
            each
            for each in in_order(task.get("predictions") or ())
            if each.get("model_version") == version
        ]
        for annotation in _annotations(task) if found else ():
            yield task["id"], annotation, found[-1]


def annotated_by(context: Context, project: int, one: int, other: int) -> Pairs:
    """Yield the last annotations of two people for each task that both have annotated."""
    for task in _tasks(context, project, total_annotations=2):
        last = {each["completed_by"]: each for each in _annotations(task)}
        if one in last and other in last:
            yield task["id"], last[one], last[other]


def _tasks(context: Context, project: int, **least: int) -> Iterator[Params]:
    """Yield the tasks that have at least so many annotations or predictions, page by page."""
    item = {"operator": "greater_or_equal", "type": "Number"}
    items = [{"filter": f"filter:tasks:{name}", "value": n, **item} for name, n in least.items()]
    where = raw_filter({"conjunction": "and", "items": items})
    lists = ("annotations", *(["predictions"] if "total_predictions" in least else []))
    for page in TaskPages(project).pages(context, Selection(where=where, only=("id", *lists))):
        yield from page.take()


def _annotations(task: Params) -> list[dict[str, Any]]:
    """Return the annotations of a task that were not cancelled, with the ids of the annotators."""
    rows = in_order(task.get("annotations") or ())
    kept = (each for each in rows if not each.get("was_cancelled"))
    return [{**each, "completed_by": _id(each.get("completed_by"))} for each in kept]


def _id(user: Any) -> int | None:
    id: int | None = user.get("id") if isinstance(user, dict) else user
    return id
