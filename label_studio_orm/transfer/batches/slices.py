"""Slices of annotations, each under a temporary model version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from ...data_manager.task_pages import TaskPages
from ...data_manager.version_removal import predicted_by
from ...errors import IncompleteResult, NotFound
from ...orm.context import Context
from ...orm.deadline import outage_deadline, retry_transient
from ...orm.expressions import Expression
from ...orm.response_shape import COUNT, Shape, shaped
from ...orm.selection import Selection
from ..ports import ProjectPort, read_count
from .fitting import elsewhere
from .outcomes import Outcomes
from .queued import QueuedAnnotation

TASKS: Shape = [
    {
        "id": int,
        "annotations": [{"id": int, "parent_prediction": COUNT}],
        "predictions": [{"id": int, "model_version": object}],
    }
]


class Slice(NamedTuple):
    """Annotations of one temporary version, each of another task."""

    version: str
    items: Sequence[QueuedAnnotation]


def annotated(client: Context, project: ProjectPort, version: str) -> Mapping[int, list[int]]:
    """Return the tasks with predictions of a version, and the annotations made of these."""
    found = {}
    for row in task_rows(client, project, predicted_by(version), TASKS):
        ours = {each["id"] for each in row["predictions"] if each["model_version"] == version}
        made = [each["id"] for each in row["annotations"] if each["parent_prediction"] in ours]
        if ours:
            found[row["id"]] = sorted(made)
    return found


def task_rows(
    client: Context, project: ProjectPort, where: Expression, shape: Shape
) -> list[Mapping[str, Any]]:
    """Return the parts of tasks that a shape names."""
    pages = TaskPages(project.id).pages(client, Selection(where=where, only=tuple(shape[0])))
    rows: list[Mapping[str, Any]] = shaped([row for page in pages for row in page.rows], shape)
    return rows


def annotation_count(client: Context, project: ProjectPort) -> int:
    """Return how many annotations a project has, except for skipped ones."""
    return read_count(client, project, "total_annotations_number")


def settle(
    client: Context, project: ProjectPort, part: Slice, outcomes: Outcomes, *, lost: bool
) -> list[QueuedAnnotation]:
    """Look which annotations of a slice exist, each once; return those that do not.

    With `lost` it is not known what the action has made.
    """
    there = annotated(client, project, part.version)
    delete_surplus(project, there.values())
    outcomes.made(each for each in part.items if there.get(each.task))
    missing = [each for each in part.items if outcomes.is_open(each)]
    if lost:
        _check_predictions(client, project, [e for e in missing if e.task not in there])
    outcomes.not_sent(missing)
    return missing


def _check_predictions(
    client: Context, project: ProjectPort, gone: Sequence[QueuedAnnotation]
) -> None:
    """Raise if the predictions of some tasks are gone, but not with the tasks."""
    unknown = len(gone) - len(elsewhere(client, project, gone))
    if unknown:
        raise IncompleteResult(
            f"Somebody else has removed temporary predictions of {project!r} while annotations "
            f"were made of them: {unknown} may exist or not."
        )


def delete_surplus(project: ProjectPort, found: Iterable[Sequence[int]]) -> None:
    """Keep one annotation of each task; a request that came late has made the others."""
    for id in (id for ids in found for id in ids[1:]):
        retry_transient(partial(_delete, project, id), outage_deadline(project.client))


def _delete(project: ProjectPort, id: int) -> None:
    with suppress(NotFound):  # done by a request before
        project.client.json("DELETE", f"/api/annotations/{id}/")
