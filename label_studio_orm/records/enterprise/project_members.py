"""The members of a project, and their roles in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ... import transfer
from ...errors import InvalidInput, NotFound, check_value
from ...orm.collection import Collection
from ...orm.fields import DATETIME, Field, check_word
from ...orm.identity import id_of
from ...orm.meta import Meta
from ...orm.query import Query
from ...orm.record import Record, model_of
from ..user import User
from .roles import ROLE, code_of, role_problem
from .selecting import remove_selected, selected

if TYPE_CHECKING:
    from typing_extensions import Self

    from .pauses import Pause, Pauses

REASONS = (
    *("MANUAL", "BEHAVIOR_BASED", "ANNOTATOR_EVALUATION", "ANNOTATION_LIMIT", "CUSTOM_SCRIPT"),
)


class ProjectMember(Record):
    """A user as a member of a project; the id is that of the user.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> member = project.members.get(5)
    >>> member.role = "reviewer"
    >>> member.save()
    <ProjectMember 5...>
    >>> member.pause("Too fast.")
    <Pause ...>
    """

    _meta = Meta(
        kind="project_member",
        noun="project member",
        path="/api/projects/{project}/members/{id}/",
        list_path="/api/projects/{project}/members/paginated/",
        list_filters=MappingProxyType({"role": "role", "user_type": "user_type"}),
        leading=("id", "email"),
        page_size=100,
    )

    email = Field[str](read_only=True)
    first_name = Field[str](read_only=True)
    last_name = Field[str](read_only=True)
    username = Field[str](read_only=True)
    # In this project; None for the role in the organization.
    role = Field[str | None](wire="project_role", converter=ROLE, check=role_problem)
    role_source = Field[str | None](wire="project_role_source", read_only=True)
    is_implicit = Field[bool](wire="implicit_member", read_only=True)  # by workspace or role
    organization_membership = Field[dict[str, Any] | None](read_only=True)
    org_membership = Field[list[dict[str, Any]]](read_only=True)
    pause_state = Field[Any](wire="pause", read_only=True)
    initials = Field[str](read_only=True)
    phone = Field[str](read_only=True)
    avatar = Field[str | None](read_only=True)  # a URL
    last_activity = Field[datetime](read_only=True, converter=DATETIME)
    date_joined = Field[datetime](read_only=True, converter=DATETIME)
    active_organization = Field[int | None](read_only=True)
    active_organization_meta = Field[dict[str, Any]](read_only=True)
    allow_newsletters = Field[bool | None](read_only=True)
    custom_hotkeys = Field[Any](read_only=True)
    user_type = Field[str | None](read_only=True)  # standard or flex
    tags = Field[list[dict[str, Any]]](read_only=True)
    lse_fields = Field[dict[str, Any]](read_only=True)

    pauses: Collection[Pauses] = Collection(
        "pause", query="pauses:Pauses", doc="The pauses of this member in the project."
    )

    @property
    def user(self) -> User:
        """The user who is this member."""
        return model_of(self.client, User)._lazy(self.client, self.id, {})

    def pause(self, text: str | None = None, *, reason: str = "MANUAL") -> Pause:
        """Pause this member: no tasks are given to them. `text` is for people, `reason` a word."""
        check_word("reason", reason, REASONS)
        given = {} if text is None else {"text": text}
        return self.pauses._create({"reason": reason, **given})

    def resume(self) -> int:
        """Delete the pauses of this member; return how many there were.

        >>> project.members.get(5).resume()
        1
        """
        return self.pauses.delete()

    def remove(self) -> None:
        """Remove this member from the project."""
        self.delete()

    def _label(self) -> str:
        email = self._state.params.get("email")
        return f" {email}" if email else ""

    def _fetch(self, *wires: str) -> Mapping[str, Any]:
        """Find the member in the list: there is no other way to read one."""
        path = str(self._meta.list_path).format_map(self._state.known)
        found = self.client.json("GET", path, params={"ids": str(self.id)})
        row = next((row for row in found["results"] if row.get("id") == self.id), None)
        if row is None:
            raise NotFound(f"User {self.id} is no member of project {self._project}.")
        return row  # type: ignore[no-any-return]

    @property
    def _project(self) -> int:
        return int(self._state.known["project"])

    def _save(self) -> Self:
        changes = self._changes()
        if changes:
            role = changes[type(self).role.wire]
            try:
                _set_role(self, role)
            finally:
                self._invalidate_cache()
            self._apply_response(changes, changes, ignored=set())
        return self

    def _delete(self) -> Self:
        path = f"/api/projects/{self._project}/members/"
        try:
            self.client.json("DELETE", path, params={"user": self.id})
        finally:
            self.client._cache.clear()
        return self


def _set_role(member: ProjectMember, role: str | None) -> None:
    """Give a member a role in the project, or take it away."""
    if role is not None:
        body = {"project": member._project, "user": member.id, "role": role}
        member.client.json("POST", "/api/projects/roles/", json=body)
        return
    for row in member.client.json("GET", f"/api/projects/{member._project}/roles"):
        if row["user"] == member.id:
            member.client.json("DELETE", f"/api/projects/roles/{row['id']}/")


class ProjectMembers(Query[ProjectMember]):
    """The members of a project.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    def get(self, id: User | int | None = None, **match: Any) -> ProjectMember:
        """Return the member who is this user, without a request, or the only one that matches."""
        number = None if id is None else id_of(id, of="User", client=self.client)
        return super().get(number, **match)

    def add(self, user: User | int, *, role: str | None = None) -> ProjectMember:
        """Make a user a member of the project, with a role in it or that of the organization.

        >>> project.members.add(ls.users.get(5), role="reviewer").role
        'reviewer'
        """
        check_value("role", role_problem(role))
        member = self.get(user)
        self.client.json("POST", f"{self._members()}", json={"user": member.id})
        if role is not None:
            member.role = role
            member.save()
        return member

    def remove(self, user: User | int) -> None:
        """Remove a user from the project."""
        self.get(user).remove()

    def add_many(
        self,
        users: Iterable[User | int] | None = None,
        *,
        excluding: Iterable[User | int] = (),
        roles: Mapping[User | int, str] | None = None,
    ) -> int:
        """Make users members, or everybody in the organization; return how many were added.

        `roles` maps users to their roles in the project.
        """
        body = selected(self.client, users, excluding)
        given = [self._role_of(user, role) for user, role in (roles or {}).items()]
        body |= {"roles": given} if given else {}
        answer = self.client.json("POST", f"{self._members()}bulk/", json=body)
        return int(answer["assignments"])

    def remove_many(
        self, users: Iterable[User | int] | None = None, *, excluding: Iterable[User | int] = ()
    ) -> int:
        """Remove users, or all members if none are named; return how many were removed."""
        return remove_selected(self.client, f"{self._members()}bulk/", users, excluding)

    def export(self, path: str | Path) -> Path:
        """Write all members to a CSV file."""
        return transfer.download_csv(
            self.client, f"{self._members()}export/", {}, path, "members.csv"
        )

    def _members(self) -> str:
        return f"/api/projects/{self._known['project']}/members/"

    def _role_of(self, user: User | int, role: str) -> dict[str, Any]:
        problem = role_problem(role)
        if problem or role is None:
            raise InvalidInput(f"roles[{user!r}] {problem or 'must be a role, not None'}.")
        return {"user_id": id_of(user, of="User", client=self.client), "role": code_of(role)}
