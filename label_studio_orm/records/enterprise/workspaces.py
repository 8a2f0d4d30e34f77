"""Workspaces: groups of projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from ...orm.collection import Collection
from ...orm.fields import Field, Reference
from ...orm.meta import Meta
from ...orm.query import Query
from ...orm.record import Record
from ...signatures import takes

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ...orm.fields import ReadOnlyReference
    from ..user import User
    from .workspace_members import WorkspaceMembers, WorkspaceProjects


class Workspace(Record):
    """A group of projects, with members of its own.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> workspace = ls.workspaces.create(title="Vision")
    >>> workspace.title = "Images"
    >>> workspace.save()
    <Workspace ... 'Images'>
    """

    _meta = Meta(
        kind="workspace",
        path="/api/workspaces/{id}/",
        leading=("id", "title"),
        required=("title",),
        identified_by=("title",),
    )

    title = Field[str]()
    description = Field[str | None]()
    color = Field[str | None]()  # like "#FF8800"
    projects_count = Field[int](read_only=True)
    is_personal = Field[bool]()  # of one user
    is_archived = Field[bool]()
    created_by: ReadOnlyReference[User] = Reference("user", read_only=True)
    created_by_user = Field[dict[str, Any]](read_only=True)
    membership = Field[dict[str, Any]](read_only=True)  # of the key's user

    members: Collection[WorkspaceMembers] = Collection(
        "user", query="workspace_members:WorkspaceMembers", doc="The users who are members."
    )
    projects: Collection[WorkspaceProjects] = Collection(
        "project", query="workspace_members:WorkspaceProjects", doc="The projects in it."
    )


class WorkspaceFields(TypedDict, total=False):
    """The fields of a new workspace; `title` is required."""

    title: str
    description: str | None
    color: str | None
    is_personal: bool
    is_archived: bool


class Workspaces(Query[Workspace]):
    """The workspaces that the key's user can see.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    @takes("records.enterprise.workspaces:WorkspaceFields")
    def create(self, **fields: Unpack[WorkspaceFields]) -> Workspace:
        """Create a workspace; `fields` are those of `Workspace`, and `title` is required.

        >>> ls.workspaces.create(title="Vision", color="#FF8800")
        <Workspace ... 'Vision'>
        """
        return self._create(fields)
