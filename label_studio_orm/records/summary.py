"""The summary of a project: what the server has counted in its data and annotations."""

from __future__ import annotations

import functools
from collections import Counter
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ..display import Displayed
from ..orm.response_shape import Shape, shaped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..orm.context import Context

SHAPE: Shape = {
    "all_data_columns": dict,
    "common_data_columns": list,
    "created_annotations": dict,
    "created_labels": dict,
    "created_labels_drafts?": dict,
}


@frozen(slots=False, eq=False, repr=False)
class ProjectSummary(Displayed):
    """What the server has counted in a project, read at once when a value is asked for.

    The counts are rough: a task is counted again when it is saved, annotations that come with
    imported tasks never, and after `project.recount()` only some of the labels are known.
    `project.check_config()` counts by itself.

    >>> project.summary.labels
    {'sentiment': {'Negative': 1}}
    """

    client: Context
    project: int  # its id

    @property
    def labels(self) -> dict[str, dict[str, int]]:
        """How often each label was used in annotations, by control."""
        return {control: dict(found) for control, found in self._counts["created_labels"].items()}

    @property
    def draft_labels(self) -> dict[str, dict[str, int]]:
        """How often each label was used in drafts, by control."""
        drafts = self._counts.get("created_labels_drafts", {})  # older servers lack it
        return {control: dict(found) for control, found in drafts.items()}

    @property
    def controls(self) -> dict[str, int]:
        """How many results of annotations each control has."""
        found: Counter[str] = Counter()
        for key, count in self._counts["created_annotations"].items():
            found[key.rsplit("|", 2)[0]] += count  # name|object|type
        return dict(found)

    @property
    def data_columns(self) -> dict[str, int]:
        """How many tasks have each key of the data."""
        return dict(self._counts["all_data_columns"])

    @property
    def common_data_columns(self) -> list[str]:
        """The keys of the data that all tasks have."""
        return list(self._counts["common_data_columns"])

    @functools.cached_property
    def _counts(self) -> Mapping[str, Any]:
        path = f"/api/projects/{self.project}/summary/"
        found: Mapping[str, Any] = shaped(self.client.json("GET", path), SHAPE)
        return found

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of project {self.project}>"
