"""What a project has on Enterprise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...orm.collection import Collection
from ...orm.query import Query
from ...orm.record import model_of
from .owners import as_project

if TYPE_CHECKING:
    from ..project import Project
    from .comments import Comments
    from .dimensions import Dimensions
    from .history import ProjectHistory
    from .metric import Metric
    from .project_members import ProjectMembers
    from .project_roles import ProjectRoles
    from .prompt_projects import Subset, SubsetTask
    from .prompt_runs import PromptRun
    from .review_rules import ReviewRules
    from .reviews import AnnotationReview
    from .stats import ProjectStats
    from .values import Rows
    from .workspaces import Workspace


class EnterpriseProject:
    """The fields, collections and verbs of a project that only Enterprise has."""

    annotation_history: Collection[ProjectHistory] = Collection(
        "history_item",
        query="history:ProjectHistory",
        doc="What was done to the annotations of the project (Enterprise).",
    )
    dimensions: Collection[Dimensions] = Collection(
        "dimension",
        query="dimensions:Dimensions",
        doc="What agreement is measured on (Enterprise).",
    )

    @property
    def stats(self) -> ProjectStats:
        """The statistics of the project: agreement, times, labels, scores (Enterprise)."""
        from .stats import ProjectStats  # late, as few programs need it

        return ProjectStats(as_project(self))

    @property
    def subsets(self) -> Rows[Subset]:
        """The parts of the tasks over which a prompt can run, with their counts (Enterprise)."""
        from .prompt_projects import subsets_of

        return subsets_of(as_project(self))

    def subset_tasks(
        self, subset: str = "All", *, run: PromptRun | None = None
    ) -> Rows[SubsetTask]:
        """Return the tasks of a subset with their predictions, those of a run or the last ones."""
        from .prompt_projects import subset_tasks

        return subset_tasks(as_project(self), subset, run)

    members: Collection[ProjectMembers] = Collection(
        "project_member",
        query="project_members:ProjectMembers",
        doc="The members of the project (Enterprise).",
    )
    roles: Collection[ProjectRoles] = Collection(
        "project_role",
        query="project_roles:ProjectRoles",
        doc="The roles that users have in the project (Enterprise).",
    )
    review_rules: Collection[ReviewRules] = Collection(
        "review_rule",
        query="review_rules:ReviewRules",
        doc="The rules of which tasks go to reviewers, in their order (Enterprise).",
    )

    @property
    def metric(self) -> Metric:
        """How the agreement of annotations is worked out (Enterprise)."""
        from .metric import Metric

        project = as_project(self)
        return model_of(project.client, Metric)._lazy(project.client, project.id, {})

    def duplicate(
        self,
        *,
        title: str,
        workspace: Workspace | int,
        tasks: bool = False,
        members: bool = False,
        description: str | None = None,
    ) -> Project:
        """Copy the project with its settings, and with its tasks and members if asked (Enterprise).

        The server copies in the background: `duplication_done` of the copy tells when it is done.
        """
        from .duplicating import duplicate

        return duplicate(
            as_project(self), title, workspace, description, tasks=tasks, members=members
        )

    reviews: Collection[Query[AnnotationReview]] = Collection(
        "annotation_review", query=Query, doc="The reviews of all annotations (Enterprise)."
    )
    comments: Collection[Comments] = Collection(
        "comment", query="comments:Comments", doc="The comments in this project (Enterprise)."
    )
