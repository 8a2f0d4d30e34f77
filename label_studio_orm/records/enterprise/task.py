"""What a task has on Enterprise."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput, note
from ...orm.fields import DATETIME, Field
from ...signatures import takes
from .owners import as_task

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..annotation import Annotation
    from ..draft import Draft
    from ..member import Member
    from ..user import User
    from .assignments import Assignment, Assignments
    from .project_members import ProjectMember
    from .reviews import AnnotationReview, ReviewOptions
    from .stat_values import AgreementMatrix
    from .task_events import TaskEvent


class EnterpriseTask:
    """The fields, collections and verbs of a task that only Enterprise has."""

    def delete_annotation_history(self) -> int:
        """Delete the history of all annotations; return the number of items (Enterprise).

        Only administrators may do that.
        """
        from .history import delete_history

        task = as_task(self)
        return delete_history(task.client, {"task": task.id})

    def add_event(
        self,
        key: str,
        *,
        time: datetime | None = None,
        annotation: Annotation | int | None = None,
        draft: Draft | int | None = None,
        review: AnnotationReview | int | None = None,
        meta: Any = None,
    ) -> TaskEvent:
        """Record what a user of your own editor did, for lead times and analytics.

        `key` is the kind of event, such as "annotation_loaded", "visibility_change",
        "idle_detected" or "region_deleted"; `time` is by default now.

        >>> task.add_event("annotation_loaded", annotation=4).key
        'annotation_loaded'
        """
        from .task_events import add_event

        about = {"annotation": annotation, "draft": draft, "review": review}
        return add_event(as_task(self), key, time, about, meta)

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

    allow_skip = Field[bool | None](edition="Enterprise")  # whether annotators may skip it
    annotators_count = Field[int](read_only=True, edition="Enterprise")  # with assigned ones
    reviewers_count = Field[int](read_only=True, edition="Enterprise")
    reviewed_at = Field[datetime | None](read_only=True, converter=DATETIME, edition="Enterprise")
    annotation_time = Field[int | None](read_only=True, edition="Enterprise")  # seconds
    review_time = Field[int | None](read_only=True, edition="Enterprise")  # seconds
    agreement_selected = Field[float | None](read_only=True, edition="Enterprise")  # percent
    precomputed_agreement = Field[float | None](read_only=True, edition="Enterprise")
    comment_texts = Field[str](read_only=True, wire="comments", edition="Enterprise")  # of all
    comment_authors_count = Field[int](read_only=True, edition="Enterprise")
    # What the key's user has submitted, in projects that collect files:
    submitted_file = Field[dict[str, Any] | None](
        read_only=True, wire="submission", edition="Enterprise"
    )

    @property
    def assignees(self) -> Assignments:
        """The users who are to annotate or to review this task, read anew each time."""
        from .assignments import assignees_of

        return assignees_of(as_task(self))

    def assign(
        self, *users: User | Member | ProjectMember | int, type: str = "annotator"
    ) -> list[Assignment]:
        """Assign this task to users, as its annotators or with `type="reviewer"`.

        Returns the assignments that the server answers with. For many tasks at once:
        `project.tasks.filter(…).assign(annotators=[…])`.

        >>> task.assign(ls.users.get(5))[0].type
        'annotator'
        """
        return self._assigned("POST", users, type)

    def reassign(
        self, *users: User | Member | ProjectMember | int, type: str = "annotator"
    ) -> list[Assignment]:
        """Have these users be the annotators of this task, or with `type="reviewer"` reviewers.

        What becomes of users of this type who are not named is up to the server, and not described:
        to be sure, `unassign(type=…)`, then `assign()`.

        >>> task.reassign(ls.users.get(5), type="reviewer")[0].assignee
        <User ...>
        """
        return self._assigned("PATCH", users, type)

    def unassign(
        self, *users: User | Member | ProjectMember | int, type: str | None = None
    ) -> None:
        """Unassign users from this task, or everybody; with `type`, only as that.

        >>> task.unassign(ls.users.get(5), type="annotator")
        """
        task = as_task(self)
        task.assignees._remove(users, type)
        task._expire_counts()

    def _assigned(self, method: str, users: Iterable[Any], type: str) -> list[Assignment]:
        task = as_task(self)
        made = task.assignees._send(method, users, type)
        task._expire_counts()
        return made

    @takes("records.enterprise.reviews:ReviewOptions")
    def review(self, *, accept: bool, **options: Unpack[ReviewOptions]) -> list[AnnotationReview]:
        """Accept or reject each annotation of this task, as it was read.

        `options` are those of `Annotation.review()`. An error tells how many were reviewed.

        >>> len(task.review(accept=True, comment="Well done."))
        4
        """
        task, reviews = as_task(self), list[Any]()
        annotations = task.annotations
        if not annotations:
            raise InvalidInput(f"{task!r} has no annotation to review.")
        try:
            for annotation in annotations:
                reviews.append(annotation.review(accept=accept, **options))
        except BaseException as error:
            note(error, f"{len(reviews)} of {len(annotations)} annotations were reviewed before.")
            raise
        task._expire_counts()
        return reviews
