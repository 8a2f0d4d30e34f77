"""What a project has on Enterprise."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ..project import Project
    from .stats import ProjectStats


class EnterpriseProject:
    """The fields, collections and verbs of a project that only Enterprise has."""

    @property
    def stats(self) -> ProjectStats:
        """The statistics of the project: agreement, times, labels, scores (Enterprise)."""
        from .stats import ProjectStats  # late, as few programs need it

        return ProjectStats(cast("Project", self))
