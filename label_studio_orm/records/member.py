"""Members: users in an organization."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from ..orm.fields import DATETIME, Field, Reference
from ..orm.meta import Meta
from ..orm.record import Record, model_of
from ..orm.response_shape import ROWS, shaped
from ..text import shown
from .enterprise.member import EnterpriseMember
from .organization import Organization
from .user import User, check_removable

if TYPE_CHECKING:
    from typing_extensions import Never, Self

    from ..orm.fields import ReadOnlyReference
    from .project import Project


class ProjectsField(Field["list[Project]"]):
    """Projects that the server sends with their titles."""

    if TYPE_CHECKING:

        def __new__(cls, *, wire: str, since: str) -> ProjectsField: ...

        def __set__(self, record: Record, value: Never) -> None: ...  # type: ignore[override]

    else:

        def __init__(self, **options: Any) -> None:
            self._set_up(read_only=True, **options)

    def load(self, raw: Any, record: Record) -> list[Project]:
        model = cast("type[Project]", record.client._registry.model("project"))
        return [model._from_answer(record.client, row) for row in shaped(raw, ROWS)]


class Member(EnterpriseMember, Record):
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
        leading=("id", "email"),
        by_id=True,
        read_params={"contributed_to_projects": "true"},
    )

    user: ReadOnlyReference[User] = Reference("user", read_only=True)
    email = Field[str](read_only=True)  # of the user
    organization: ReadOnlyReference[Organization] = Reference("organization", read_only=True)
    annotations_count = Field[int](read_only=True, since="1.18")
    contributed_projects_count = Field[int](read_only=True, since="1.18")
    # At most a hundred:
    contributed_to = ProjectsField(wire="contributed_to_projects", since="1.22")
    created_projects = ProjectsField(wire="created_projects", since="1.22")
    created_at = Field[datetime](read_only=True, converter=DATETIME, since="1.18")

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

    def _load(self, keep: Container[str] | None = None) -> None:
        self._invalidate_cache()  # annotations have been added since
        super()._load(keep)

    def _fetch(self, *wires: str) -> Mapping[str, Any]:
        params = self.client.json("GET", self._path(), params=dict(self._meta.read_params))
        return {**shaped(params, {"user": int}), "id": self.id}

    def _raw(self, wire: str) -> Any:
        if wire == "email" and wire not in self._state.params:  # only lists have it
            return model_of(self.client, User)._lazy(self.client, self.id, {}).email
        return super()._raw(wire)

    def _label(self) -> str:
        email = self._state.params.get("email")
        return f" {shown(email, 200)}" if email else ""
