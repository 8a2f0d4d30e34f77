"""Slices of annotations, each under a temporary model version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ...data_manager.raw_filters import raw_filter
from ...data_manager.task_pages import TaskPages
from ...errors import IncompleteResult, NotFound
from ...orm.context import Context
from ...orm.deadline import outage_deadline, retry_transient
from ...orm.response_shape import COUNT, Shape, count_of, shaped
from ...orm.selection import Selection
from ..ports import ProjectPort, path_of
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
COUNTER = "total_annotations_number"


class Slice(NamedTuple):
    """Annotations of one temporary version, each of another task."""

    version: str
    items: Sequence[QueuedAnnotation]


def annotated(client: Context, project: ProjectPort, version: str) -> Mapping[int, list[int]]:
    """Return the tasks with predictions of a version, and the annotations made of these."""
    item = {"filter": "filter:tasks:predictions_model_versions", "operator": "contains"}
    where = raw_filter(
        {"conjunction": "and", "items": [{**item, "type": "List", "value": [version]}]}
    )
    selection = Selection(where=where, only=("id", "annotations", "predictions"))
    pages = retry_transient(
        lambda: [*TaskPages(project.id).pages(client, selection)], outage_deadline(client)
    )
    rows = shaped([row for page in pages for row in page.rows], TASKS)
    found = {}
    for row in rows:
        ours = {each["id"] for each in row["predictions"] if each["model_version"] == version}
        made = [each["id"] for each in row["annotations"] if each["parent_prediction"] in ours]
        if ours:
            found[row["id"]] = sorted(made)
    return found


def annotation_count(client: Context, project: ProjectPort) -> int:
    """Return how many annotations a project has, except for skipped ones."""
    params = {"include": f"id,{COUNTER}"}
    return count_of(client.json("GET", path_of(project), params=params), COUNTER)


def settle(
    client: Context, project: ProjectPort, part: Slice, outcomes: Outcomes, *, lost: bool
) -> list[QueuedAnnotation]:
    """Look which annotations of a slice exist, each once; return those that do not.

    With `lost` it is not known what the action has made.
    """
    there = annotated(client, project, part.version)
    for ids in there.values():
        for id in ids[1:]:  # a request that came late has made it
            delete_annotation(project, id)
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


def delete_annotation(project: ProjectPort, id: int) -> None:
    """Delete an annotation that is one too many."""

    def delete() -> None:
        try:
            project.client.json("DELETE", f"/api/annotations/{id}/")
        except NotFound:
            return

    retry_transient(delete, outage_deadline(project.client))
