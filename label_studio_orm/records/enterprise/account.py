"""The account of the key's own user, with the roles in its organizations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

from attrs import field, frozen

from ...errors import EditionError, InvalidInput
from ...orm.fields import DATETIME, Converter, Field
from ...orm.identity import id_of
from ...orm.meta import Meta
from ...orm.record import model_of
from ...orm.response_shape import shaped
from ...server_version import COMMUNITY, info_of
from ..caller import caller
from ..secret_field import SecretField, SecretRecord
from ..user import hotkeys_problem
from .roles import word_of
from .values import Rows, rows_of, value_of

if TYPE_CHECKING:
    from ...orm.context import Context
    from ..project import Project

HOTKEYS = "/api/current-user/hotkeys/"


@frozen
class OrganizationRole:
    """What a user may do in one of their organizations.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    organization_id: int | None
    role: str = field(converter=word_of)  # by word: "reviewer"
    active: bool | None
    user_type: str | None
    flex: Any


def _roles(rows: Any) -> Any:
    good = isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows)
    return rows_of(OrganizationRole, rows) if good else rows  # a surprise is passed on


def _role(row: Any) -> OrganizationRole | None:
    return value_of(OrganizationRole, row) if isinstance(row, Mapping) else None


class Account(SecretRecord):
    """The account of the key's own user, which they may change themselves.

    On Community that is `ls.whoami()`.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> account = ls.account
    >>> account.first_name = "Ann"
    >>> account.save()
    <Account 1>
    """

    _meta = Meta(kind="account", path="/api/current-user", leading=("id", "email"))

    email = Field[str](read_only=True)
    username = Field[str]()
    first_name = Field[str]()
    last_name = Field[str]()
    initials = Field[str](read_only=True)
    phone = Field[str]()
    avatar = Field[str | None](read_only=True)  # a URL
    password = SecretField()
    active_organization = Field[int | None]()
    active_organization_meta = Field[dict[str, Any]](read_only=True)
    organizations = Field[Rows[OrganizationRole]](
        wire="org_membership", read_only=True, converter=Converter(_roles)
    )
    organization = Field[OrganizationRole | None](  # the active one
        wire="organization_membership", read_only=True, converter=Converter(_role)
    )
    allow_newsletters = Field[bool | None]()
    custom_hotkeys = Field[Any]()
    date_joined = Field[datetime](converter=DATETIME)
    last_activity = Field[datetime](read_only=True, converter=DATETIME)
    email_notification_settings = Field[Any](write_only=True)
    is_email_verified = Field[bool](write_only=True)
    onboarding_state = Field[str | None](write_only=True)

    def hotkeys(self, *, project: Project | int | None = None) -> dict[str, Any]:
        """Return your own hotkeys, or those of a project; works on Community without a project."""
        answer = self.client.json("GET", HOTKEYS, params=self._of_project(project))
        return dict(shaped(answer, {"custom_hotkeys": {}})["custom_hotkeys"])

    def set_hotkeys(
        self, hotkeys: Mapping[str, Any], *, project: Project | int | None = None
    ) -> dict[str, Any]:
        """Replace your own hotkeys, or those of a project, and return them.

        `hotkeys` are like {"regions:delete": {"key": "del"}}; an empty dict gives the usual ones.
        """
        if problem := hotkeys_problem(hotkeys):
            raise InvalidInput(f"hotkeys {problem}.")
        params, body = self._of_project(project), {"custom_hotkeys": dict(hotkeys)}
        try:
            answer = self.client.json("PATCH", HOTKEYS, params=params, json=body)
        finally:
            self._expire(keep=self._changes())
            self.client._cache.drop("user")
        return dict(shaped(answer, {"custom_hotkeys": {}})["custom_hotkeys"])

    def delete(self) -> NoReturn:
        """Raise `InvalidInput`: nobody deletes their own account."""
        raise InvalidInput(f"{self!r} is the user of this key, and cannot be deleted with it.")

    def _of_project(self, project: Any) -> dict[str, Any]:
        if project is None:
            return {}
        number = id_of(project, of="Project", client=self.client)
        server = info_of(self.client)
        if server.edition == COMMUNITY:  # it ignores the project
            raise EditionError(
                "only Label Studio Enterprise has hotkeys of projects; this server is "
                f"{server.edition} {server.version}."
            )
        return {"project": number}


def account_of(client: Context) -> Account:
    """Return the account of the client's user."""
    return model_of(client, Account)._lazy(client, caller(client).id, {})
