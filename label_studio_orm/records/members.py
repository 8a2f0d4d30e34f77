"""The query of an organization's members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen

from ..orm.cache import Params
from ..orm.context import Context
from ..orm.identity import id_of
from ..orm.pagination import NumberedPages, Source, WholeList
from ..orm.query import Query
from ..orm.record import Record
from ..orm.response_shape import shaped
from .enterprise.members import EnterpriseMembers
from .member import Member
from .user import User, is_masked

ALL = {"page_size": -1}  # the order of pages is by names, which are not unique


@frozen
class Memberships(WholeList):
    """Memberships under the ids of their users."""

    def rows(self, context: Context) -> list[Params]:
        found = shaped(super().rows(context), [{"user": {"id": int}}])
        return [_by_user(row) for row in found if not is_masked(row["user"])]


@frozen
class FoundMemberships(NumberedPages):
    """Memberships that the server has searched for, under the ids of their users."""

    def _page(self, context: Context, number: int, size: int) -> tuple[list[Params], int]:
        rows, count = super()._page(context, number, size)
        return [_by_user(row) for row in rows], count


def _by_user(row: Params) -> Params:
    """Return a row under the id of the user, without what only a single member comes with."""
    known = {wire: raw for wire, raw in row.items() if raw is not None}
    return {**known, "id": row["user"]["id"], "email": row["user"].get("email")}


class Members(EnterpriseMembers, Query[Member]):
    """The members of an organization, without those who were removed.

    >>> ls.whoami() in ls.organization.members
    True
    """

    _name_hint = " New members: ls.users.create(email=…), or who signs up at invite_url."

    @classmethod
    def _source_of(cls, model: type[Record], known: Mapping[str, Any]) -> Source:
        return Memberships(f"/api/organizations/{known['organization']}/memberships", ALL)

    def __contains__(self, record: object) -> bool:
        """Tell whether a member, or a user, is among these."""
        if isinstance(record, User):
            record = self._model._lazy(record.client, record.id, self._known)
        return super().__contains__(record)

    def get(self, id: User | int | None = None, **match: Any) -> Member:
        """Return the member who is this user, without a request, or the only one that matches."""
        return super().get(self._user_id(id), **match)

    def _user_id(self, id: Any) -> int | None:
        of = "Member" if isinstance(id, Member) else "User"
        return None if id is None else id_of(id, of=of, client=self.client)


def matching(members: Members, params: Mapping[str, Any]) -> Members:
    """Return the members that the server finds (Enterprise)."""
    path = f"/api/organizations/{members._known['organization']}/memberships/search"
    return evolve(members, source=FoundMemberships(path, params))
