"""What can be done with many tasks on Enterprise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ...errors import InvalidInput
from .owners import as_tasks

if TYPE_CHECKING:
    from ..member import Member
    from ..user import User
    from .assigning import AssignmentReport
    from .project_members import ProjectMember


class EnterpriseTasks:
    """The verbs of a query of tasks that only Enterprise has."""

    def assign(
        self,
        *,
        annotators: Iterable[User | Member | ProjectMember | int] = (),
        reviewers: Iterable[User | Member | ProjectMember | int] = (),
        overlap: int | None = None,
        fraction: float = 1.0,
        seed: int | None = None,
    ) -> AssignmentReport:
        """Assign these tasks to users, given as records or ids, in a few requests.

        Each task goes to all of them, or with `overlap` to so many of the annotators and so many of
        the reviewers: by chance, and the same number of tasks for each user. `fraction` is the part
        of the tasks that is assigned at all, 0.2 for 20 %. The same `seed` chooses the same
        again; without one, the report tells which was taken. An error or
        interruption tells how far it came.

        >>> project.tasks.filter(Task.id > 0).assign(annotators=[4, 5], overlap=1, seed=1).seed
        1
        """
        from ...orm.batches import refuse_in_batch
        from .assigning import Sample, assign, parts_of, people_of

        query = as_tasks(self)
        people = people_of(query.client, annotators, reviewers)
        sample = Sample(overlap, fraction, seed)
        sample.check(people)
        sample = Sample(overlap, fraction, sample.seeded())
        refuse_in_batch(query.client, query._known, "assign")
        ids = None if sample.takes_all and query._is_whole() else query._to_act("assign")
        parts = parts_of(ids, people, sample)
        return assign(query.client, query._known["project"], parts, sample.seed)

    def unassign(self, *, annotators: bool = False, reviewers: bool = False) -> int:
        """Remove all annotators or all reviewers of these tasks, or both; return their number.

        Single users of one task: `task.unassign(ann)`.
        """
        query = as_tasks(self)
        chosen = {"delete_annotators": annotators, "delete_reviewers": reviewers}
        for name, wanted in {"annotators": annotators, "reviewers": reviewers}.items():
            if not isinstance(wanted, bool):  # users would be taken for "all of them"
                raise InvalidInput(
                    f"{name} must be True or False, not {wanted!r}: unassign() removes all. "
                    "Single users of one task: task.unassign(ann)."
                )
        if not any(chosen.values()):
            raise InvalidInput("unassign() needs annotators=True, reviewers=True, or both.")
        from ...data_manager.actions import processed

        ids = query._to_act("unassign")
        actions = [action for action, wanted in chosen.items() if wanted]
        return sum(processed(query._act(action, ids)) for action in actions)
