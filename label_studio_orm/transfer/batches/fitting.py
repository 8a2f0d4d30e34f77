"""The bulk import of predictions, and what it accepts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import define

from ...data_manager.project_config import known_config
from ...errors import Rejected
from ...labeling.results.bulk import BulkCheck
from ...orm.context import Context
from ...orm.deadline import outage_deadline, retry_transient
from ...orm.response_shape import count_of
from ..ports import ProjectPort, column
from .queued import Queued


@define(eq=False)
class Fitting:
    """Tells which results have to be sent alone, as far as the config is known."""

    project: ProjectPort
    _check: BulkCheck | None = None

    def alone(self, result: Any) -> bool:
        """Tell whether the bulk import is known to drop a result."""
        config = known_config(self.project.client, self.project.id)
        if config is None:
            return False
        if self._check is None or self._check.config is not config:
            self._check = BulkCheck(config)
        return not self._check.takes(result)


def import_predictions(project: ProjectPort, predictions: Iterable[bytes]) -> int:
    """Send predictions in one request, each as JSON; return how many the server took."""
    answer = project.client.json(
        "POST",
        f"/api/projects/{project.id}/import/predictions",
        data=b"[" + b",".join(predictions) + b"]",
        headers={"Content-Type": "application/json"},
    )
    return count_of(answer, "created")


def without_task(project: ProjectPort, items: Sequence[Queued]) -> set[int]:
    """Return the positions of the items whose task is not one of the project."""
    ids = [each.task for each in items]
    tasks = project.tasks
    there = set(tasks.filter(column(tasks, "id").between(min(ids), max(ids))).ids())
    return {position for position, id in enumerate(ids) if id not in there}


def elsewhere(client: Context, project: ProjectPort, items: Sequence[Queued]) -> set[int]:
    """Do the same through transient errors; no items need no request."""
    if not items:
        return set()
    return retry_transient(lambda: without_task(project, items), outage_deadline(client))


def not_accepted(project: ProjectPort, part: Sequence[Queued], error: Rejected) -> set[int]:
    """Return the positions of what a refused bulk import must do without; none if not known."""
    return {0} if len(part) == 1 else _named_in(error, len(part)) or without_task(project, part)


def _named_in(error: Rejected, count: int) -> set[int]:
    """Return which of the items a refusal names, as "Prediction 3: …"."""
    reasons = f"{error.detail} {error.validation_errors}"
    return {
        int(number)
        for number in re.findall(r"Prediction (\d{1,12}):", reasons)
        if int(number) < count
    }
