"""Workspaces of Enterprise: groups of projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field

from .users import User, client_of

if TYPE_CHECKING:
    from .client import Client
    from .project import Project


@define(kw_only=True)
class Workspace:
    """A group of projects. Now: `ls.workspaces`.

    Enterprise; checked against the old SDK's requests, not against a server.
    """

    id: int
    title: str
    description: str = ""
    color: str = ""
    is_personal: bool = False
    created_by: int | None = None
    client: Client | None = field(default=None, repr=False, eq=False)

    def add_user(self, user: User) -> dict[str, Any]:
        """Make a user a member. Now: `workspace.members.add(user)`."""
        return client_of(self)._object("POST", self._members, json=self._member(user))

    def remove_user(self, user: User) -> None:
        """Remove a member. Now: `workspace.members.remove(user)`."""
        client_of(self).make_request("DELETE", self._members, json=self._member(user))

    def get_projects(self) -> list[Project]:
        """Return the projects in it. Now: `workspace.projects`."""
        from .project import Project

        client = client_of(self)
        rows = client._rows(f"/api/workspaces/{self.id}/projects")
        return [Project.get_from_id(client, row["id"]) for row in rows]

    @property
    def _members(self) -> str:
        return f"/api/workspaces/{self.id}/memberships"

    def _member(self, user: User) -> dict[str, Any]:
        return {"workspace": self.id, "user": user.id}
