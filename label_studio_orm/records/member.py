"""Members: users in an organization."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..orm.fields import DATETIME, Field, Reference
from ..orm.meta import Meta
from ..orm.record import Record, model_of
from ..orm.response_shape import ROWS, shaped
from ..text import shown
from .organization import Organization
from .user import User, check_removable

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..orm.fields import ReadOnlyReference
    from .project import Project


class Member(Record):
    """A user as a member of an organization; the id is that of the user.

    >>> member = ls.organization.members.get(ls.whoami())
    >>> member.user.email
    'demo@example.com'
    >>> member.contributed_to
    [<Project ... 'Reviews'>]
    """

    _meta = Meta(
        kind="member",
        path="/api/organizations/{organization}/memberships/{id}/",
        leading=("id", "user"),
        by_id=True,
        read_params={"contributed_to_projects": "true"},
    )

    user: ReadOnlyReference[User] = Reference("user", read_only=True)
    organization: ReadOnlyReference[Organization] = Reference("organization", read_only=True)
    annotations_count = Field[int](read_only=True)
    contributed_projects_count = Field[int](read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)

    @property
    def contributed_to(self) -> list[Project]:
        """The projects that have annotations of theirs; at most a hundred."""
        return self._projects("contributed_to_projects")

    @property
    def created_projects(self) -> list[Project]:
        """The projects that they have created; at most a hundred."""
        return self._projects("created_projects")

    def remove(self) -> None:
        """Remove them from the organization; only its owner may do that, and nobody can undo it.

        Their annotations and drafts stay, and `completed_by` too, as a user without name and
        email. Raises `InvalidInput` for yourself and for the owner.
        """
        self.delete()

    def delete(self) -> None:
        """Remove them from the organization, as `remove()` does."""
        super().delete()

    def _delete(self) -> Self:
        user = model_of(self.client, User)._lazy(self.client, self.id, {})
        check_removable(user, self.organization, "removed")
        return super()._delete()

    def _projects(self, wire: str) -> list[Project]:
        from .project import Project

        rows = shaped(self._raw(wire) or [], ROWS)
        return [model_of(self.client, Project)._from_answer(self.client, row) for row in rows]

    def _load(self, keep: Container[str] | None = None) -> None:
        self._invalidate_cache()  # annotations have been added since
        super()._load(keep)

    def _fetch(self, *wires: str) -> Mapping[str, Any]:
        params = self.client.json("GET", self._path(), params=dict(self._meta.read_params))
        return {**shaped(params, {"user": int}), "id": self.id}

    def _label(self) -> str:
        user = self._state.params.get("user")
        email = user.get("email") if isinstance(user, dict) else None
        return f" {shown(email, 200)}" if email else ""
