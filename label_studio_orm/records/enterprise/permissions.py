"""Permissions: which roles may do what in an organization."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from attrs import field, frozen

from ...errors import InvalidInput
from ...orm.fields import Field, Reference
from ...orm.meta import NOTHING, Meta
from ...orm.query import Query
from ...orm.record import Record
from ...orm.response_shape import expect, shaped
from .roles import ROLE_LIST, roles_problem, words_of
from .values import Rows, rows_of

if TYPE_CHECKING:
    from typing_extensions import Self

    from ...orm.context import Context
    from ...orm.fields import ReadOnlyReference
    from ..organization import Organization


class Permission(Record):
    """Which roles have a permission in an organization, where that is not the default.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> permission = ls.organization.permissions.get("annotations_delete")
    >>> permission.roles = ["manager", "RE"]
    >>> permission.save().roles
    ['manager', 'reviewer']
    """

    _meta = Meta(
        kind="permission",
        path="/api/organizations/{organization}/permissions/{id}",
        leading=("id", "permission"),
        required=("permission",),
        identified_by=("permission",),
    )

    permission = Field[str](read_only=True)  # its key
    roles = Field[list[str]](converter=ROLE_LIST, check=roles_problem)  # words or codes
    label = Field[str | None](read_only=True)
    group = Field[str | None](read_only=True)
    tooltip = Field[str | None](read_only=True)
    default = Field[list[str]](read_only=True, converter=ROLE_LIST)  # roles
    options = Field[list[str]](read_only=True, converter=ROLE_LIST)  # the roles that may have it
    organization: ReadOnlyReference[Organization] = Reference("organization", read_only=True)

    def replace(self, roles: Iterable[str]) -> Self:
        """Give the permission to these roles only; takes what others have changed away."""
        body = {"permission": self.permission, "roles": type(self).roles.checked([*roles])}
        answer = shaped(self.client.json("PUT", self._path(), json=body), {"roles": [str]})
        self._apply_response(answer, {"roles": body["roles"]}, ignored=set())
        return self

    @classmethod
    def _from_answer(
        cls,
        client: Context,
        params: Mapping[str, Any],
        *,
        known: Mapping[str, Any] = NOTHING,
        **options: Any,
    ) -> Self:
        known = {**known, "permission": expect(params, "permission")}  # it is in the path
        return super()._from_answer(client, params, known=known, **options)

    def _path(self) -> str:
        known = self._state.known
        key = quote(known["permission"], safe="")
        return f"/api/organizations/{known['organization']}/permissions/{key}"


@frozen
class PermissionOption:
    """A permission that can be given to other roles than by default.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    permission: str  # its key
    label: str | None
    group: str | None
    tooltip: str | None
    default: list[str] = field(converter=words_of)  # roles
    options: list[str] = field(converter=words_of)  # the roles that may have it


class Permissions(Query[Permission]):
    """The permissions that an organization has given to other roles than by default.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    @property
    def options(self) -> Rows[PermissionOption]:
        """The permissions that can be given to other roles.

        >>> ls.organization.permissions.options[0].default
        ['owner']
        """
        return rows_of(PermissionOption, self.client.json("GET", f"{self._path()}/options"))

    def create(self, permission: str, *, roles: Iterable[str]) -> Permission:
        """Give a permission to these roles, by word or by code.

        >>> ls.organization.permissions.create("annotations_delete", roles=["manager"]).roles
        ['manager']
        """
        if isinstance(roles, str):
            raise InvalidInput(f"roles must be a list of roles, not {roles!r}.")
        body = {"permission": _key(permission), "roles": Permission.roles.checked([*roles])}
        return self._one(self.client.json("POST", self._path(), json=body))

    def get(self, permission: str) -> Permission:  # type: ignore[override]
        """Read a permission by its key; raise `NotFound` where the default holds."""
        key = quote(_key(permission), safe="")
        return self._one(self.client.json("GET", f"{self._path()}/{key}"))

    def _one(self, answer: Any) -> Permission:
        known = self._known
        return self._model._from_answer(self.client, answer, complete=True, known=known)


def _key(permission: Any) -> str:
    if isinstance(permission, str) and permission:
        return permission
    raise InvalidInput(f"A permission must be given by its key, a text, not {permission!r}.")
