"""Assignments: which users are to annotate or review a task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from ...errors import InvalidInput, NotFound, check_value
from ...orm.fields import DATETIME, Field, Reference, one_of
from ...orm.identity import ids_of
from ...orm.meta import Meta
from ...orm.query import Query
from ...orm.record import Record, model_of
from ...orm.response_shape import ROWS, shaped
from ..result_record import project_id
from .roles import ROLE, code_of

if TYPE_CHECKING:
    from typing_extensions import Self

    from ...orm.fields import ReadOnlyReference
    from ..task import Task
    from ..user import User

type_problem = one_of("annotator", "reviewer", "AN", "RE")


class Assignment(Record):
    """A user who is to annotate or to review a task.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> assignment = task.assignees[0]
    >>> assignment.type
    'annotator'
    >>> assignment.delete()
    """

    _meta = Meta(
        kind="assignment",
        path="/api/projects/{project}/tasks/{task}/assignees",
        leading=("id", "assignee", "type"),
        invalidates=("task", "project"),
    )

    assignee: ReadOnlyReference[User] = Reference("user", read_only=True)
    type = Field[str](read_only=True, converter=ROLE)  # "annotator" or "reviewer"
    task: ReadOnlyReference[Task] = Reference("task", read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    state = Field[str](read_only=True)

    def delete(self) -> None:
        """Unassign this user from the task."""
        super().delete()

    def _delete(self) -> Self:
        params = {"type": self._raw("type"), "users": str(self._raw("assignee"))}
        try:
            self.client.json("DELETE", self._path(), params=params)
        finally:
            self.client._cache.clear()
        return self

    def _fetch(self, *wires: str) -> Mapping[str, Any]:
        rows = shaped(self.client.json("GET", self._path()), ROWS)
        found = next((row for row in rows if row["id"] == self.id), None)
        if found is None:
            raise NotFound(f"{self!r} is not there any more: the user is not assigned.")
        return cast("Mapping[str, Any]", found)


class Assignments(Query[Assignment]):
    """The assignments of a task.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> [assignment.assignee for assignment in task.assignees.filter(type="annotator")]
    [<User ...>]
    """

    _name_hint = " New ones: task.assign(user)."

    def _send(self, method: str, users: Iterable[Any], type: str) -> list[Assignment]:
        """Assign users, and return the assignments in the answer."""
        ids = ids_of(users, "User", client=self.client, name="users")
        if not ids:
            raise InvalidInput("A user must be named: task.assign(ann).")
        body = {"type": checked_type(type), "users": ids}
        try:
            answer = self.client.json(method, self._path(), json=body)
        finally:
            self.client._cache.clear()
        rows = answer if isinstance(answer, list) else [answer]
        made = (row for row in rows if isinstance(row, dict) and "id" in row)
        model, known, related = self._model, self._known, self._related
        return [model._from_answer(self.client, r, known=known, related=related) for r in made]

    def _remove(self, users: Iterable[Any], type: str | None) -> None:
        """Unassign users; all if none are named."""
        ids = ids_of(users, "User", client=self.client, name="users")
        params = {} if type is None else {"type": checked_type(type)}
        params |= {"users": ",".join(map(str, ids))} if ids else {}
        try:
            self.client.json("DELETE", self._path(), params=params)
        finally:
            self.client._cache.clear()


def assignees_of(task: Task) -> Assignments:
    """Return the assignments of a task, whose project is read if it is not known."""
    known = {"project": project_id(task), "task": task.id}
    model = model_of(task.client, Assignment)
    return Assignments._in(task.client, model, known, task._as_parent())


def checked_type(type: Any) -> str:
    """Return the server's code of a type, given by word or by code; or raise `InvalidInput`."""
    problem = "must be 'annotator' or 'reviewer', not None" if type is None else type_problem(type)
    check_value("type", problem)
    return str(code_of(type))
