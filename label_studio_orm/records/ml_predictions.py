"""Predictions that a project's ML backend is asked for, task by task."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..data_manager.actions import act
from ..errors import BackendFailed, InvalidInput
from ..text import shown
from ..transfer.ports import read_count

if TYPE_CHECKING:
    from .ml_backend import MLBackend
    from .project import Project

ACTION = "retrieve_tasks_predictions"
AT_ONCE = 100  # tasks: a backend has 100 seconds for the tasks of one request
TIMEOUT = 180.0  # seconds
TOTAL = "total_predictions_number"


def request_predictions(project: Project[Any], ids: Sequence[int]) -> int:
    """Have the ML backend predict some tasks; return how many predictions the project has more.

    The server asks the first backend of the project, and skips tasks that have a prediction of its
    version. Its own count is of the tasks, whatever the backend answers, so ours is not that.
    """
    if _backend_of(project) is None:
        raise InvalidInput(f"{project!r} needs an ML backend: project.ml_backends.create(…).")
    before = read_count(project.client, project, TOTAL)
    for _ in act(project.client, project.id, ACTION, ids, at_once=AT_ONCE, timeout=TIMEOUT):
        pass
    if ids:
        _check(_backend_of(project))
    made = max(read_count(project.client, project, TOTAL) - before, 0)
    if ids and not made:
        _check_predicted(project, ids)
    return made


def _check_predicted(project: Project[Any], ids: Sequence[int]) -> None:
    """Raise if tasks have no prediction at all: the server does not tell that a backend failed."""
    without = {*ids} & {*project.tasks.filter(total_predictions=0).ids()}
    if without:
        raise BackendFailed(
            f"{_backend_of(project)!r} made no predictions, and {len(without):,} of these tasks "
            "have none: its own log tells why."
        )


def _backend_of(project: Project[Any]) -> MLBackend | None:
    """Return the backend that the server asks, as it saw it last."""
    return project.ml_backends.first()


def _check(backend: MLBackend | None) -> None:
    if backend is not None and backend.state in ("disconnected", "error"):
        why = f": {shown(backend.error_message)}" if backend.error_message else ""
        raise BackendFailed(f"{backend!r} made no predictions: it is {backend.state}{why}.")
