"""What can be asked of the members of an organization on Enterprise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from ...errors import check_names, check_value
from ...orm.expressions import utc_text
from ...orm.fields import check_word
from ...orm.identity import id_of
from ...signatures import given, takes
from .owners import as_members
from .roles import USER_TYPES, code_of, role_problem

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..members import Members
    from ..project import Project
    from .member_options import MembershipOption, SkillOption
    from .tags import MemberTag
    from .values import Rows
    from .workspaces import Workspace


class MemberSearch(TypedDict, total=False):
    """Which members the server looks for."""

    role: str
    user_type: str
    tag: MemberTag | int
    active_since: datetime
    active_until: datetime
    not_in_project: Project | int
    not_in_workspace: Workspace | int
    filters: Mapping[str, Any]


class EnterpriseMembers:
    """What can be asked of the members of an organization that only Enterprise has."""

    @takes("records.enterprise.members:MemberSearch")
    def search(self, text: str | None = None, **conditions: Unpack[MemberSearch]) -> Members:
        """Return the members that the server finds, of all pages (Enterprise).

        `text` is a part of a name or an email address, `active_since` and `active_until` limit the
        last activity. `filters` is as `filter_schema()` describes it.

        >>> [member.email for member in ls.organization.members.search("ann", role="annotator")]
        ['email ...']
        """
        from ..members import matching  # late: it needs this module

        check_names(conditions, MemberSearch.__annotations__, of="search()")
        check_value("role", role_problem(conditions.get("role")))
        return matching(as_members(self), _params(self, {**conditions, "search": text}))

    def filter_schema(self) -> Mapping[str, Any]:
        """Return which `filters` members can be searched by, as the server describes it."""
        found: Mapping[str, Any] = self._get("filter-schema")
        return found

    def membership_options(self, search: str = "") -> Rows[MembershipOption]:
        """Return the workspaces and projects by which members can be searched."""
        from .member_options import MembershipOption
        from .values import rows_of

        return rows_of(MembershipOption, self._get("filter-options/membership", search=search))

    def skill_options(self, search: str = "") -> Rows[SkillOption]:
        """Return the skills by which members can be searched."""
        from .member_options import SkillOption
        from .values import rows_of

        return rows_of(SkillOption, self._get("filter-options/skills", search=search))

    def _get(self, path: str, **params: Any) -> Any:
        members = as_members(self)
        at = f"/api/organizations/{members._known['organization']}/memberships/{path}"
        return members.client.json("GET", at, params={k: v for k, v in params.items() if v})


def _params(members: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a search."""
    check_word("user_type", options.get("user_type"), USER_TYPES)
    client = members.client
    of = {"not_in_project": "Project", "not_in_workspace": "Workspace", "tag": "member_tag"}
    values = {
        name: id_of(value, of=of[name], client=client) if name in of else value
        for name, value in given(**options).items()
    }
    return given(
        search=values.get("search"),
        role=code_of(values.get("role")),
        user_type=values.get("user_type"),
        tags=values.get("tag"),
        user__last_activity__gte=utc_text("active_since", values.get("active_since")),
        user__last_activity__lte=utc_text("active_until", values.get("active_until")),
        exclude_project_id=values.get("not_in_project"),
        exclude_workspace_id=values.get("not_in_workspace"),
        filters=json.dumps(values["filters"]) if "filters" in values else None,
    )
