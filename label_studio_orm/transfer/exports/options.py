"""Options of export snapshots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from attrs import field, frozen
from attrs.converters import optional

from ...errors import InvalidInput, check_names
from ...orm.identity import checked_id
from ...progress import Progress


class SnapshotOptions(TypedDict, total=False):
    """What an export contains. The server's defaults apply to options that are left out."""

    only_finished: bool  # only tasks with as many annotations as the project requires
    view: int  # the id of a saved view (a tab of the Data Manager): only its tasks
    drafts: bool  # in full, instead of their ids
    predictions: bool  # in full, instead of their ids
    completed_by: bool  # the annotators as dicts with name and email, instead of their ids
    usual: bool  # False leaves out annotations that are neither skipped nor ground truth
    ground_truth: bool  # False leaves these annotations out
    skipped: bool  # False leaves these annotations out
    interpolate_key_frames: bool  # also the frames between key frames of videos


class ExportOptions(SnapshotOptions, total=False):
    """How an export runs, and what it contains."""

    media: bool
    timeout: float
    progress: Progress


class ProjectExportOptions(ExportOptions, total=False):
    """Which tasks of a project are exported, and how."""

    ids: Iterable[int] | None
    since: datetime | None


def _checked_ids(ids: Iterable[int]) -> Sequence[int]:
    """Return sorted ids without duplicates, as an iterator can be read only once."""
    if isinstance(ids, str) or not isinstance(ids, Iterable):
        raise InvalidInput(f"ids must be a list of task ids, not {ids!r}.")
    wanted = sorted({checked_id(id, of="Task") for id in ids})
    if not wanted:
        raise InvalidInput("ids must not be empty. Leave it out to export all tasks.")
    return wanted


@frozen
class ExportScope:
    """Which tasks an export contains, and which of their parts."""

    ids: Sequence[int] | None = field(default=None, converter=optional(_checked_ids))
    since: datetime | None = None
    options: Mapping[str, Any] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        if self.since is not None and not isinstance(self.since, datetime):
            raise InvalidInput(f"since must be a datetime, not {self.since!r}.")
        if self.ids is not None and (self.since is not None or "view" in self.options):
            raise InvalidInput(
                "Give only one of ids, since and view; a query of tasks can combine them."
            )
        snapshot_request(self.options)


ANNOTATION_FILTERS = ("usual", "ground_truth", "skipped")
EXPANDED = {
    "drafts": "drafts",
    "predictions": "predictions",
    "completed_by": "annotations__completed_by",
}


def snapshot_request(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of the request that creates a snapshot.

    >>> snapshot_request({"only_finished": True, "predictions": True})["task_filter_options"]
    {'finished': 'only'}
    """
    check_names(options, SnapshotOptions.__annotations__, of="An export")
    return {
        "task_filter_options": _task_filter(options),
        "annotation_filter_options": _annotation_filter(options),
        "serialization_options": _serialization(options),
    }


def _task_filter(options: Mapping[str, Any]) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    if options.get("only_finished"):
        chosen["finished"] = "only"
    if "view" in options:
        chosen["view"] = options["view"]
    return chosen


def _annotation_filter(options: Mapping[str, Any]) -> dict[str, bool]:
    chosen = {name: bool(options.get(name, True)) for name in ANNOTATION_FILTERS}
    if not any(chosen.values()):  # the server treats this as "no filter"
        raise InvalidInput(
            "usual=False, ground_truth=False and skipped=False leave no annotation to export."
        )
    return chosen


def _serialization(options: Mapping[str, Any]) -> dict[str, Any]:
    chosen: dict[str, Any] = {
        wire: {"only_id": not options.get(name, False)} for name, wire in EXPANDED.items()
    }
    chosen["interpolate_key_frames"] = bool(options.get("interpolate_key_frames", False))
    return chosen
