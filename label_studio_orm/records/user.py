"""Users: the accounts at a server."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..orm.fields import DATETIME, Field
from ..orm.meta import Meta
from ..orm.record import Record
from ..text import shown


class User(Record):
    """A person with an account at the server; read only.

    >>> ls.whoami().email
    'demo@example.com'
    """

    _meta = Meta(kind="user", path="/api/users/{id}/", leading=("id", "email"))

    username = Field[str](read_only=True)
    email = Field[str](read_only=True)
    first_name = Field[str](read_only=True)
    last_name = Field[str](read_only=True)
    initials = Field[str](read_only=True)
    phone = Field[str](read_only=True)
    avatar = Field[str | None](read_only=True)
    last_activity = Field[datetime](read_only=True, converter=DATETIME)
    date_joined = Field[datetime](read_only=True, converter=DATETIME, since="1.16")
    active_organization = Field[int | None](read_only=True)
    active_organization_meta = Field[dict[str, Any]](read_only=True, since="1.17")
    allow_newsletters = Field[bool | None](read_only=True)
    custom_hotkeys = Field[dict[str, Any]](read_only=True, since="1.21")
    # Only of the key's user, from ls.whoami():
    permissions = Field[list[str]](read_only=True, since="1.22")

    def _label(self) -> str:
        email = self._state.params.get("email")
        return f" {shown(email, 200)}" if email else ""
