"""The agreement between those who answered a task."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput
from ...orm.identity import id_of
from ..result_record import project_id
from .stat_values import AgreementMatrix
from .values import value_of

if TYPE_CHECKING:
    from ..task import Task
    from ..user import User


def agreement_matrix(
    task: Task,
    annotators: Iterable[User | int] | None,
    models: Iterable[str],
    *,
    ground_truth: bool,
    dimension: int | None,
) -> AgreementMatrix:
    """Return the agreement between annotators, model versions and the ground truth; see Task."""
    if isinstance(models, str):
        raise InvalidInput(f"models must be a list of model versions, not {models!r}.")
    selection = {
        **_annotators(task, annotators),
        "selection[models][ids]": [*models],
        "selection[ground_truth]": "true" if ground_truth else None,
        "dimension": dimension,
    }
    params = {name: value for name, value in selection.items() if value}
    path = f"/api/projects/{project_id(task)}/tasks/{task.id}/agreement-matrix"
    return value_of(AgreementMatrix, task.client.json("GET", path, params=params))


def _annotators(task: Task, annotators: Iterable[User | int] | None) -> dict[str, Any]:
    if annotators is None:
        return {"selection[annotators][all]": "true"}
    ids = [str(id_of(each, of="User", client=task.client)) for each in annotators]
    return {"selection[annotators][ids]": ids}
