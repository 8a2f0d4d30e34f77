"""The members of a workspace, and its projects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...orm.identity import id_of
from ...orm.pagination import NumberedPages, Source, WholeList
from ...orm.query import Query
from ...orm.record import Record
from ..project import Project
from ..user import User
from .selecting import remove_selected, selected

PATH = "/api/workspaces/{workspace}/"


class WorkspaceMembers(Query[User]):
    """The users who are members of a workspace.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> ann = ls.users.get(5)
    >>> ls.workspaces.get(7).members.add(ann)
    """

    @classmethod
    def _source_of(cls, model: type[Record], known: Mapping[str, Any]) -> Source:
        return NumberedPages(f"{PATH.format_map(known)}memberships/paginated/")

    def add(self, user: User | int) -> None:
        """Make a user a member of the workspace."""
        self.client.json("POST", self._members(), json={"user": self._user(user)})

    def remove(self, user: User | int) -> None:
        """Remove a user from the workspace."""
        self.client.json("DELETE", self._members(), params={"user_id": self._user(user)})

    def add_many(
        self, users: Iterable[User | int] | None = None, *, excluding: Iterable[User | int] = ()
    ) -> int:
        """Make users members, or everybody in the organization; return how many were added."""
        body = selected(self.client, users, excluding)
        answer = self.client.json("POST", f"{self._members()}bulk/", json=body)
        return int(answer.get("assignments") or 0)

    def remove_many(
        self, users: Iterable[User | int] | None = None, *, excluding: Iterable[User | int] = ()
    ) -> int:
        """Remove users, or all members; return how many were removed."""
        return remove_selected(self.client, f"{self._members()}bulk/", users, excluding)

    def _members(self) -> str:
        return f"{PATH.format_map(self._known)}memberships/"

    def _user(self, user: User | int) -> int:
        return id_of(user, of="User", client=self.client)


class WorkspaceProjects(Query[Project]):
    """The projects of a workspace.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> ls.workspaces.get(7).projects.add(project)
    """

    @classmethod
    def _source_of(cls, model: type[Record], known: Mapping[str, Any]) -> Source:
        return WholeList(f"{PATH.format_map(known)}projects/")

    def add(self, project: Project | int) -> None:
        """Move a project to the workspace."""
        body = {"project": self._project(project)}
        try:
            self.client.json("POST", f"{PATH.format_map(self._known)}projects/", json=body)
        finally:
            self.client._cache.drop("project")

    def remove(self, project: Project | int) -> None:
        """Take a project out of the workspace."""
        params = {"project": self._project(project)}
        try:
            self.client.json("DELETE", f"{PATH.format_map(self._known)}projects/", params=params)
        finally:
            self.client._cache.drop("project")

    def _project(self, project: Project | int) -> int:
        return id_of(project, of="Project", client=self.client)
