"""What a task has on Enterprise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .owners import as_task

if TYPE_CHECKING:
    from ..user import User
    from .stat_values import AgreementMatrix


class EnterpriseTask:
    """The fields, collections and verbs of a task that only Enterprise has."""

    def agreement_matrix(
        self,
        *,
        annotators: Iterable[User | int] | None = None,
        models: Iterable[str] = (),
        ground_truth: bool = False,
        dimension: int | None = None,
    ) -> AgreementMatrix:
        """Return the agreement between those who answered the task (Enterprise).

        By default between all annotators; `models` are model versions. `dimension` is the id of
        one, by default the average of all active ones.
        """
        from .agreement_matrix import agreement_matrix  # late, as few programs need it

        return agreement_matrix(
            as_task(self), annotators, models, ground_truth=ground_truth, dimension=dimension
        )
