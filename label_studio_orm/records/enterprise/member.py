"""What a member of an organization has on Enterprise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...orm.fields import Field, one_of
from .owners import as_member
from .roles import ROLE, role_problem

if TYPE_CHECKING:
    pass

EE = "Enterprise"


class EnterpriseMember:
    """The fields and verbs of a member that only Enterprise has."""

    role = Field[str | None](edition=EE, converter=ROLE, check=role_problem)  # "reviewer"
    role_source = Field[str | None](read_only=True, edition=EE)  # manual, saml, scim, …
    user_type = Field[str | None](edition=EE, check=one_of("standard", "flex"))  # of seat
    tags = Field[list[dict[str, Any]]](read_only=True, edition=EE)
    flex = Field[dict[str, Any] | None](read_only=True, edition=EE)
    concurrency = Field[dict[str, Any] | None](read_only=True, edition=EE)

    def _save(self) -> Any:
        """Send the changes to the list of members: a single one takes none."""
        member = as_member(self)
        changes = member._changes()
        if changes:
            path = f"/api/organizations/{member.organization.id}/memberships"
            try:
                member.client.json("PATCH", path, json={**changes, "user_id": member.id})
            finally:
                member._invalidate_cache()
            member._apply_response(changes, changes, ignored=set())
        return member
