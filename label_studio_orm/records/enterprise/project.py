"""What a project has on Enterprise."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ..project import Project
    from .prompt_projects import Subset, SubsetTask
    from .prompt_runs import PromptRun
    from .stats import ProjectStats
    from .values import Rows


class EnterpriseProject:
    """The fields, collections and verbs of a project that only Enterprise has."""

    @property
    def stats(self) -> ProjectStats:
        """The statistics of the project: agreement, times, labels, scores (Enterprise)."""
        from .stats import ProjectStats  # late, as few programs need it

        return ProjectStats(cast("Project", self))

    @property
    def subsets(self) -> Rows[Subset]:
        """The parts of the tasks over which a prompt can run, with their counts (Enterprise)."""
        from .prompt_projects import subsets_of

        return subsets_of(cast("Project", self))

    def subset_tasks(
        self, subset: str = "All", *, run: PromptRun | None = None
    ) -> Rows[SubsetTask]:
        """Return the tasks of a subset with their predictions, those of a run or the last ones."""
        from .prompt_projects import subset_tasks

        return subset_tasks(cast("Project", self), subset, run)
