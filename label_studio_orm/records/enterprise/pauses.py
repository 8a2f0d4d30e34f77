"""Pauses of the members of a project."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ...orm.fields import DATETIME, Field, Reference, one_of
from ...orm.meta import Meta
from ...orm.query import Query
from ...orm.record import Record
from .project_members import REASONS

if TYPE_CHECKING:
    from ...orm.fields import ReadOnlyReference
    from ..project import Project
    from ..user import User


class Pause(Record):
    """A pause of a member of a project: while it lasts, no tasks are given to them.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    _meta = Meta(kind="pause", path="/api/projects/{project}/members/{project_member}/pauses/{id}/")

    reason = Field[str](check=one_of(*REASONS))
    text = Field[str | None](wire="verbose_reason")  # for people
    project: ReadOnlyReference[Project] = Reference("project", read_only=True)
    user: ReadOnlyReference[User] = Reference("user", read_only=True)
    paused_by: ReadOnlyReference[User | None] = Reference("user", read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)
    deleted_at = Field[datetime | None](read_only=True, converter=DATETIME)
    deleted_by: ReadOnlyReference[User | None] = Reference("user", read_only=True)


class Pauses(Query[Pause]):
    """The pauses of a member of a project that are not over.

    Enterprise; checked against the official SDK's requests, not against a server.
    """
