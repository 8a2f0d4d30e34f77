"""The roles that users have in a project, instead of those in the organization."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...orm.fields import Field, Reference
from ...orm.meta import Meta
from ...orm.pagination import Source, WholeList
from ...orm.query import Query
from ...orm.record import Record
from .roles import ROLE

if TYPE_CHECKING:
    from ...orm.fields import ReadOnlyReference
    from ..project import Project
    from ..user import User


class ProjectRole(Record):
    """A role that a user has in a project: delete it, and the role in the organization counts.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> [role.role for role in project.roles]
    ['owner']
    """

    _meta = Meta(kind="project_role", path="/api/projects/roles/{id}/", leading=("id", "user"))

    project: ReadOnlyReference[Project] = Reference("project", read_only=True)
    user: ReadOnlyReference[User] = Reference("user", read_only=True)
    role = Field[str](read_only=True, converter=ROLE)  # "reviewer"
    role_source = Field[str | None](read_only=True)  # manual, saml, scim, ldap, api or billing

    def _verify_parent(self) -> None:
        """Do nothing: no endpoint reads a single role."""


class ProjectRoles(Query[ProjectRole]):
    """The roles that users have in a project.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    @classmethod
    def _source_of(cls, model: type[Record], known: Mapping[str, Any]) -> Source:
        return WholeList(f"/api/projects/{known['project']}/roles")


class OwnRoles(Query[ProjectRole]):
    """The roles that the key's user has in projects.

    Enterprise; checked against the official SDK's requests, not against a server.
    """
