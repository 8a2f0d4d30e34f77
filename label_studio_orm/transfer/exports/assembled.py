"""The tasks of an export, read page by page from a server without snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import NoneType
from typing import Any

from ...data_manager.plan import PAGE_BY_IDS
from ...data_manager.raw_filters import ViewFilter
from ...data_manager.task_pages import TaskPages
from ...errors import InvalidInput
from ...orm.expressions import Expression, all_of
from ...orm.response_shape import ROWS, Shape, shaped
from ...orm.selection import Selection
from ..ports import ProjectPort, column
from .options import ExportScope
from .views import changed

ONLY_IN_PAGES = ("created_username", "created_ago")
# The fields of tasks in a snapshot. Pages lack their `allow_skip`, and the `prediction`,
# `result_count` and `unique_id` of annotations.
COLUMNS = (
    "id",
    "annotations",
    "file_upload",
    "drafts",
    "predictions",
    "data",
    "meta",
    "created_at",
    "updated_at",
    "allow_skip",
    "inner_id",
    "total_annotations",
    "cancelled_annotations",
    "total_predictions",
    "comment_count",
    "unresolved_comment_count",
    "last_comment_updated_at",
    "project",
    "updated_by",
    "comment_authors",
)


def assembled(project: ProjectPort, chosen: ExportScope) -> Iterator[dict[str, Any]]:
    """Yield tasks in the format of a snapshot's JSON, without fields that pages lack."""
    options = chosen.options
    if options.get("interpolate_key_frames"):
        raise InvalidInput("interpolate_key_frames needs a snapshot, and the server creates none.")
    users = _users(project) if options.get("completed_by") else None
    for where in _conditions(project, chosen):
        selection = Selection(where=where, only=COLUMNS)
        for page in TaskPages(project.id).pages(project.client, selection):
            for row in page.rows:
                yield _task(dict(row), options, users)


def _conditions(project: ProjectPort, chosen: ExportScope) -> Iterator[Expression | None]:
    """Yield one condition for all tasks, or one for each part of a list of ids."""
    tasks, options = project.tasks, chosen.options
    finished = column(tasks, "is_labeled") == True if options.get("only_finished") else None  # noqa: E712
    if chosen.ids is not None:
        wanted = sorted(chosen.ids)
        for start in range(0, len(wanted), PAGE_BY_IDS):
            yield all_of(column(tasks, "id").in_(wanted[start : start + PAGE_BY_IDS]), finished)
    elif chosen.since is not None:
        yield all_of(changed(project, chosen), finished)
    else:
        yield all_of(ViewFilter(options["view"]) if "view" in options else None, finished)


def _users(project: ProjectPort) -> Mapping[int, Any]:
    keys = ("id", "email", "first_name", "last_name")
    users = project.client.json("GET", "/api/users/")
    return {user["id"]: {key: user.get(key) for key in keys} for user in users}


NESTED: Shape = (list, NoneType)
SHAPE: Shape = {"annotations": NESTED, "predictions": NESTED, "drafts": NESTED}


def _task(
    task: dict[str, Any], options: Mapping[str, Any], users: Mapping[int, Any] | None
) -> dict[str, Any]:
    shaped(task, SHAPE)
    matches = _annotation_filter(options)
    task["annotations"] = [_annotation(each) for each in task["annotations"] or () if matches(each)]
    if task.get("file_upload") is None:
        task.pop("file_upload", None)
    for name in ("predictions", "drafts"):
        found = task[name] or []
        task[name] = found if options.get(name) else [each["id"] for each in shaped(found, ROWS)]
    by = task["updated_by"]  # a list in pages
    task["updated_by"] = by[0]["user_id"] if isinstance(by, list) and by else None
    for annotation in task["annotations"] if users is not None else ():
        by = annotation.get("completed_by")
        annotation["completed_by"] = (users or {}).get(by, by)
    return task


def _annotation(annotation: Mapping[str, Any]) -> dict[str, Any]:
    """Return an annotation without the fields that only pages have."""
    return {key: value for key, value in annotation.items() if key not in ONLY_IN_PAGES}


def _annotation_filter(options: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], bool]:
    """Return a filter of annotations with the server's semantics."""

    def matches(annotation: Mapping[str, Any]) -> bool:
        truth, skipped = annotation.get("ground_truth"), annotation.get("was_cancelled")
        kinds = {"ground_truth": truth, "skipped": skipped, "usual": not (truth or skipped)}
        return any(is_one and options.get(name, True) for name, is_one in kinds.items())

    return matches
