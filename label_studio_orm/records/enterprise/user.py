"""What a user has on Enterprise."""

from __future__ import annotations

from typing import Any

from ...orm.fields import Field

EE = "Enterprise"


class EnterpriseUser:
    """The fields of a user that only Enterprise has."""

    organization_membership = Field[dict[str, Any]](read_only=True, edition=EE)  # with the role
    org_membership = Field[list[dict[str, Any]]](read_only=True, edition=EE)  # of each organization
    pause = Field[Any](read_only=True, edition=EE)
    lse_fields = Field[dict[str, Any]](read_only=True, edition=EE)  # invitation, trial, …
    contributed_to_projects = Field[list[dict[str, Any]]](read_only=True, edition=EE)
    created_projects = Field[list[dict[str, Any]]](read_only=True, edition=EE)
