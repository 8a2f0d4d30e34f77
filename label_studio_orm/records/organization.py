"""The organization: its title, members, invitations and settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from ..orm.collection import Collection
from ..orm.fields import DATETIME, Field, Reference, length
from ..orm.meta import Meta
from ..orm.pagination import Source, WholeList
from ..orm.query import Query
from ..orm.record import Record, model_of
from ..orm.response_shape import shaped
from ..redaction import guarded
from ..secret import Secret
from .caller import organization_of
from .enterprise.organization import EnterpriseOrganization
from .organization_settings import SessionPolicy, TokenSettings, WithoutToken

if TYPE_CHECKING:
    from ..orm.fields import ReadOnlyReference
    from .members import Members
    from .user import User


class Organization(EnterpriseOrganization, WithoutToken):
    """The people who share projects at a server; on Community there is one.

    >>> ls.organization
    <Organization 1>
    >>> [member.user.email for member in ls.organization.members]
    ['demo@example.com'...]
    """

    _meta = Meta(kind="organization", path="/api/organizations/{id}", leading=("id", "title"))

    title = Field[str](check=length(1, 1000))
    contact_info = Field[str | None]()  # an email address
    created_by: ReadOnlyReference[User | None] = Reference("user", read_only=True)  # the owner
    user_ids = Field[list[int]](wire="users", read_only=True)  # with those who were removed
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)

    members: Collection[Members] = Collection(
        "member", query="members:Members", doc="The members, without those who were removed."
    )

    @property
    def invite_url(self) -> Secret:
        """The address to sign up and become a member; `reveal()` returns its text.

        >>> ls.organization.invite_url
        ***
        >>> ls.organization.invite_url.reveal()
        'http://.../user/signup/?token=...'
        """
        self._check_that_it_is_active()
        answer = shaped(self.client.json("GET", "/api/invite"), {"invite_url": str})
        return guarded(Secret(self.client.server + answer["invite_url"]))

    def reset_invite(self) -> Secret:
        """Make a new invitation address, and return it; the old one stops working."""
        self._check_that_it_is_active()
        self.client.json("POST", "/api/invite/reset-token")
        return self.invite_url

    @property
    def token_settings(self) -> TokenSettings:
        """Which kinds of API keys its members can use."""
        self._check_that_it_is_active()
        return model_of(self.client, TokenSettings)._lazy(self.client, self.id, {})

    @property
    def session_policy(self) -> SessionPolicy:
        """How long its members stay logged in."""
        self._check_that_it_is_active()
        return model_of(self.client, SessionPolicy)._lazy(self.client, self.id, {})

    def _check_that_it_is_active(self) -> None:
        active = organization_of(self.client)
        if self != active:
            raise InvalidInput(
                f"{self!r} is not the active organization of the key's user, {active!r}, to which "
                "invitations and settings belong: switch to it in the browser first."
            )


class Organizations(Query[Organization]):
    """The organizations of the key's user."""

    @classmethod
    def _source_of(cls, model: type[Record], known: Mapping[str, Any]) -> Source:
        return WholeList("/api/organizations/")
