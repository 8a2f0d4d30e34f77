"""Members of a project, and who annotates and reviews which tasks: Enterprise."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING

from .client import Row
from .exceptions import EnterpriseOnly, InvalidArgument, translated
from .tasks import Tasks
from .utils import chunk

if TYPE_CHECKING:
    from ..records.enterprise.assigning import Part
    from .users import User

TASKS_PER_REQUEST = 1_000


class AssignmentSamplingMethod(Enum):
    """The ways to choose tasks for users."""

    RANDOM = auto()


class Members(Tasks):
    """The members of a project, and their tasks.

    Enterprise; checked against the old SDK's requests, not against a server.
    """

    def get_members(self) -> list[User]:
        """Return the members. Now: `project.members`."""
        if not self.is_enterprise:
            raise EnterpriseOnly(
                "Only Label Studio Enterprise has members of projects: use get_users()."
            )
        return self._users(f"{self._path}/members")

    def add_member(self, user: User) -> Row:
        """Make a user a member. Now: `project.members.add(user)`."""
        return self._object("POST", f"{self._path}/members", json={"user": user.id})

    def assign_annotators(self, users: Sequence[User], tasks_ids: Sequence[int]) -> Row:
        """Assign users to tasks as annotators. Now: `project.tasks.assign(annotators=users)`."""
        return self._assign("AN", users, tasks_ids)

    def assign_reviewers(self, users: Sequence[User], tasks_ids: Sequence[int]) -> Row:
        """Assign users to tasks as reviewers. Now: `project.tasks.assign(reviewers=users)`."""
        return self._assign("RE", users, tasks_ids)

    @translated()
    def _assign(self, type: str, users: Sequence[User], tasks_ids: Sequence[int]) -> Row:
        from ..records.enterprise.assigning import Part  # late, as few scripts need it

        chunks = chunk(list(tasks_ids), TASKS_PER_REQUEST)
        return self._send([Part(type, _ids(users), ids) for ids in chunks])

    def delete_annotators_assignment(self, tasks_ids: Sequence[int]) -> Row:
        """Unassign all annotators of tasks. Now: `project.tasks.unassign(annotators=True)`."""
        return self._unassign("delete_annotators", tasks_ids)

    def delete_reviewers_assignment(self, tasks_ids: Sequence[int]) -> Row:
        """Unassign all reviewers of tasks. Now: `project.tasks.unassign(reviewers=True)`."""
        return self._unassign("delete_reviewers", tasks_ids)

    def _unassign(self, action: str, tasks_ids: Sequence[int]) -> Row:
        body = {"selectedItems": {"all": False, "included": list(tasks_ids)}}
        return self._act(action, body)

    def assign_annotators_by_sampling(
        self,
        users: Sequence[User | int],
        view_id: int | None = None,
        method: AssignmentSamplingMethod = AssignmentSamplingMethod.RANDOM,
        fraction: float = 1.0,
        overlap: int = 1,
    ) -> list[Row]:
        """Share a random part of the tasks among annotators, each task with `overlap` of them.

        Now: `project.tasks.assign(annotators=users, overlap=2, fraction=0.5)`.
        """
        return self._sample("annotators", users, view_id, method, fraction, overlap)

    def assign_reviewers_by_sampling(
        self,
        users: Sequence[User | int],
        view_id: int | None = None,
        method: AssignmentSamplingMethod = AssignmentSamplingMethod.RANDOM,
        fraction: float = 1.0,
        overlap: int = 1,
    ) -> list[Row]:
        """Share a random part of the tasks among reviewers, each task with `overlap` of them.

        Now: `project.tasks.assign(reviewers=users, overlap=2, fraction=0.5)`.
        """
        return self._sample("reviewers", users, view_id, method, fraction, overlap)

    @translated()
    def _sample(
        self,
        type: str,
        users: Sequence[User | int],
        view_id: int | None,
        method: AssignmentSamplingMethod,
        fraction: float,
        overlap: int,
    ) -> list[Row]:
        from ..records.enterprise.assigning import Sample, parts_of

        if method is not AssignmentSamplingMethod.RANDOM:
            raise ValueError(f"method must be AssignmentSamplingMethod.RANDOM, not {method!r}.")
        people, sample = {type: _ids(users)}, Sample(overlap, fraction)
        if len(users) < max(1, overlap):
            raise InvalidArgument(f"overlap={overlap} needs more users than {len(users)}.")
        tasks = self.get_tasks_ids(view_id=view_id)
        if not tasks:
            raise InvalidArgument("There are no tasks to assign.")
        sample.check(people)
        return [self._send([part]) for part in parts_of(tasks, people, sample)]

    def _send(self, parts: Sequence[Part]) -> Row:
        from ..records.enterprise.assigning import assign

        return {"assignments": assign(self._client, self.id, parts, None).assignments}


def _ids(users: Sequence[User | int]) -> list[int]:
    given = (user if isinstance(user, int) else user.id for user in users)
    return [id for id in given if id is not None]
