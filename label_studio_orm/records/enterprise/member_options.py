"""What the members of an organization can be searched by."""

from __future__ import annotations

from attrs import field, frozen

from .values import EACH, Rows


@frozen
class MembershipProject:
    """A project by which members can be searched.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    id: int
    kind: str
    label: str


@frozen
class MembershipOption:
    """A workspace with its projects, or a project outside of all, to search members by.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    id: int
    kind: str  # workspace or project
    label: str
    projects: Rows[MembershipProject] = field(metadata={EACH: MembershipProject})


@frozen
class SkillOption:
    """A skill by which members can be searched.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    code: str
    label: str
    field_key: str
    field_label: str
    parent_code: str | None
    section_key: str
    section_title: str
