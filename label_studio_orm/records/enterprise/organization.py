"""What an organization has on Enterprise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...errors import UnknownName
from ...orm.collection import Collection
from ...orm.fields import Converter, Field
from ...orm.record import Record, model_of
from ...signatures import takes
from .owners import as_organization
from .roles import ROLE, code_of

if TYPE_CHECKING:
    from typing_extensions import Never, Unpack

    from ...orm.context import Context
    from ...orm.fields import ReadOnly
    from ..project import Project
    from .activity import ActivityLog
    from .billing import Billing, SessionLimits
    from .default_role import DefaultRole, DefaultRoleOptions
    from .permissions import Permissions
    from .sso import SAML, SCIM
    from .tags import MemberTags
    from .workspaces import Workspace


def _session_limits(row: Any) -> Any:
    from .billing import SessionLimits  # late, as few programs need it
    from .values import value_of

    return value_of(SessionLimits, row) if isinstance(row, dict) else row


class DefaultRoleField(Field["str | None"]):
    """The role of new members, which has an endpoint of its own."""

    if TYPE_CHECKING:

        def __new__(cls) -> DefaultRoleField: ...

        def __set__(self, record: Record, value: Never) -> None: ...  # type: ignore[override]

    else:
        __orig_class__ = Field[str | None]

        def __init__(self) -> None:
            self._set_up(read_only=True, converter=ROLE, edition="Enterprise")

        def __set__(self, record: Record, value: Any) -> None:
            raise UnknownName(f"Set it by organization.set_default_role({value!r}).")


class EnterpriseOrganization:
    """The fields, collections and verbs of an organization that only Enterprise has."""

    default_role = DefaultRoleField()  # by word: "annotator"
    custom_interfaces_enabled = Field[bool](edition="Enterprise")
    custom_scripts_enabled = Field[bool](edition="Enterprise")
    email_notification_settings = Field[dict[str, Any] | None](edition="Enterprise")
    embed_enabled = Field[bool](edition="Enterprise")
    embed_domains = Field[list[dict[str, str]] | None](edition="Enterprise")  # [{"domain": …}]
    embed_settings = Field[dict[str, Any] | None](edition="Enterprise")
    interface_settings = Field[dict[str, Any] | None](edition="Enterprise")
    react_code_settings = Field[dict[str, Any] | None](edition="Enterprise")
    external_id = Field[str | None](read_only=True, edition="Enterprise")
    session_limits: ReadOnly[SessionLimits] = Field(
        wire="billing",
        read_only=True,
        converter=Converter(_session_limits),
        edition="Enterprise",
    )

    tags: Collection[MemberTags] = Collection(
        "member_tag", query="tags:MemberTags", doc="The tags of members (Enterprise)."
    )
    permissions: Collection[Permissions] = Collection(
        "permission",
        query="permissions:Permissions",
        doc="The permissions that other roles have than by default (Enterprise).",
    )

    def invite(
        self,
        emails: str | Iterable[str],
        *,
        role: str | None = None,
        user_type: str | None = None,
        projects: Iterable[Project | int] = (),
        workspaces: Iterable[Workspace | int] = (),
    ) -> None:
        """Invite one or several people by email (Enterprise).

        They become members with a role, by default `default_role`, and members of the projects
        and workspaces. `user_type` is "standard", "flex" or "viewonly".
        """
        from .invitations import invitation  # late, as few programs need it

        client = as_organization(self).client
        body = invitation(client, emails, role, user_type, projects, workspaces)
        self._active_client().json("POST", "/api/invite/send-email", json=body)

    def revoke_invite(self, email: str) -> None:
        """Take an invitation back (Enterprise)."""
        from .invitations import checked_address  # late, as few programs need it

        body = {"email": checked_address(email)}
        self._active_client().json("POST", "/api/invite/revoke", json=body)

    @takes("records.enterprise.default_role:DefaultRoleOptions")
    def set_default_role(
        self, role: str | None = None, **options: Unpack[DefaultRoleOptions]
    ) -> DefaultRole:
        """Set the role of new members, by word or by code, and the settings beside it (Enterprise).

        Settings that end with `_at` are switched on by a datetime, and off by None.
        """
        from .default_role import DefaultRole, checked_options  # late, as few programs need it
        from .values import value_of

        body = checked_options(role, options)
        body = body if role is None else {"default_role": code_of(role), **body}
        organization = as_organization(self)
        path = f"{organization._path()}/set-default-role"
        answer = organization.client.json("PATCH", path, json=body)
        organization._expire(keep=organization._changes())
        return value_of(DefaultRole, answer)

    @property
    def activity(self) -> ActivityLog:
        """The requests that members have sent (Enterprise)."""
        from .activity import Activity, ActivityLog  # late, as few programs need it

        client = self._active_client()
        return ActivityLog._in(client, model_of(client, Activity), {}, {})

    @property
    def billing(self) -> Billing:
        """The license, its limits and the features that it has, read anew (Enterprise)."""
        from .billing import Billing  # late, as few programs need it
        from .values import value_of

        return value_of(Billing, self._active_client().json("GET", "/api/billing/info"))

    @property
    def saml(self) -> SAML:
        """How members log in by SAML (Enterprise)."""
        from .sso import SAML  # late, as few programs need it

        client = self._active_client()
        return model_of(client, SAML)._lazy(client, as_organization(self).id, {})

    @property
    def scim(self) -> SCIM:
        """What groups give to users that are created by SCIM (Enterprise)."""
        from .sso import SCIM  # late, as few programs need it

        client = self._active_client()
        return model_of(client, SCIM)._lazy(client, as_organization(self).id, {})

    def _active_client(self) -> Context:
        """Return the client, once it is sure that its settings are those of this organization."""
        organization = as_organization(self)
        organization._check_that_it_is_active()
        return organization.client
