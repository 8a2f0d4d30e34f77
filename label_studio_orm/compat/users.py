"""Users and their roles in an organization."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define, field, fields

from ..orm.fields import DATETIME
from .exceptions import InvalidArgument

if TYPE_CHECKING:
    from attrs import AttrsInstance

    from ..http import Response
    from .client import Client
    from .workspaces import Workspace

A = TypeVar("A", bound="AttrsInstance")


class UserRole(Enum):
    """The roles in an organization."""

    ANNOTATOR = "AN"
    REVIEWER = "RE"
    MANAGER = "MA"
    ADMINISTRATOR = "AD"
    OWNER = "OW"
    NOT_ACTIVATED = "NO"
    DISABLED = "DI"


@define(kw_only=True)
class OrgMembership:
    """The role of a user in one organization."""

    role: UserRole = field(converter=UserRole)
    active: bool = True
    organization_id: int | None = None


def _memberships(given: Any) -> list[OrgMembership]:
    return [
        each if isinstance(each, OrgMembership) else from_row(OrgMembership, each)
        for each in given or ()
    ]


def _time(given: Any) -> datetime | None:
    time: datetime | None = DATETIME.load(given) if isinstance(given, str) else given
    return time


@define(kw_only=True)
class User:
    """A user; `User(email="x@example.com", first_name="X")` is one to create.

    Now: `ls.users`.
    """

    id: int | None = None
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    email: str = ""
    last_activity: datetime | None = field(default=None, converter=_time)
    initials: str = ""
    phone: str = ""
    active_organization: int | None = None
    org_membership: list[OrgMembership] = field(factory=list, converter=_memberships)
    client: Client | None = field(default=None, repr=False, eq=False)

    def set_role(self, role: UserRole) -> Response:
        """Set the role of the user in the active organization; Enterprise.

        Now: `member.role = "reviewer"` for `ls.organization.members.get(user)`, then
        `member.save()`.
        """
        path = f"/api/organizations/{self.active_organization}/memberships"
        body = {"user_id": self.id, "role": role.value}
        response = client_of(self).make_request("PATCH", path, json=body)
        for membership in self.org_membership:
            if membership.organization_id == self.active_organization:
                membership.role = role
        return response


def new_user_body(user: User) -> dict[str, Any]:
    """Return the fields of a user to create."""
    names = ("email", "first_name", "last_name", "phone")
    return {"username": user.username or user.email, **{n: getattr(user, n) for n in names}}


def client_of(owner: User | Workspace) -> Client:
    """Return the client of a user or workspace; raise `InvalidArgument` if it has none."""
    if owner.client is None:
        raise InvalidArgument(f"{owner!r} has no client: take it from a client's list.")
    return owner.client


def from_row(cls: type[A], row: Mapping[str, Any], **more: Any) -> A:
    """Return an object with those fields of a JSON object that its class has, and are not null."""
    names = {each.name for each in fields(cls)}
    return cls(**{n: v for n, v in row.items() if n in names and v is not None}, **more)
