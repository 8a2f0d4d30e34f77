"""Single sign-on: the settings of SAML and SCIM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput, Unsupported
from ...orm.fields import Field
from ...orm.meta import Meta
from ...redaction import guarded
from ...secret import Secret
from ..organization_settings import OrganizationSettings, WithoutToken
from .sso_groups import (
    PAIRS,
    PROJECT_GROUPS,
    ROLE_PAIRS,
    SEAT_PAIRS,
    ProjectGroup,
    pairs_problem,
    project_groups_problem,
    role_pairs_problem,
    seat_pairs_problem,
)

if TYPE_CHECKING:
    from typing_extensions import Self

Pairs = list[tuple[str, str]]
Seats = dict[str, dict[str, Any]]


class GroupSettings(OrganizationSettings):
    """Base class of settings that give what people may do by their groups.

    Groups are those of the identity provider.
    """

    _always_sent = "roles_groups"

    # (role, group), (title of a workspace, group), (seat, group): seats are "standard", "flex" and
    # "view only".
    roles_groups = Field[Pairs](converter=ROLE_PAIRS, check=role_pairs_problem)
    workspaces_groups = Field[Pairs](converter=PAIRS, check=pairs_problem)
    user_type_groups = Field[Pairs](converter=SEAT_PAIRS, check=seat_pairs_problem)
    projects_groups = Field[list[ProjectGroup]](
        converter=PROJECT_GROUPS, check=project_groups_problem
    )
    user_type_capacities = Field[Seats](read_only=True)  # seats that are used, and their limits


class SAML(WithoutToken, GroupSettings):
    """How members log in by SAML, and what their groups give them.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> saml = ls.organization.saml
    >>> saml.metadata_url = "https://login.example.com/metadata.xml"
    >>> saml.roles_groups = [("reviewer", "radiologists")]
    >>> saml.save()
    <SAML 1>
    """

    _meta = Meta(kind="saml", path="/api/saml/settings", save_method="POST")

    domain = Field[str | None]()  # of email addresses; several with commas between them
    idp_provider = Field[str | None]()  # such as "okta", "azure", "google", "custom"
    metadata_url = Field[str | None]()  # of the identity provider
    metadata_xml = Field[str | None]()
    mapping_email = Field[str | None]()  # the attribute in SAML requests that has it
    mapping_first_name = Field[str | None]()
    mapping_last_name = Field[str | None]()
    mapping_groups = Field[str | None]()
    manual_role_management = Field[bool | None]()  # None: as in the license
    # What the identity provider needs:
    acs_url = Field[str | None](read_only=True)
    login_url = Field[str | None](read_only=True)
    logout_url = Field[str | None](read_only=True)
    metadata_xml_url = Field[str | None](read_only=True)
    nameid_format = Field[str | None](read_only=True)

    @property
    def token(self) -> Secret | None:
        """The token of the settings, read anew; `reveal()` returns its text."""
        token = self.client.json("GET", self._path()).get("token")
        return None if token is None else guarded(Secret(token))

    def reset(self) -> Self:
        """Empty all settings: members cannot log in by SAML after that."""
        self.client.json("DELETE", self._path())
        self._expire()
        return self

    def delete(self) -> None:
        """Empty all settings, as `reset()` does."""
        self.reset()

    def validate_metadata_url(self, url: str) -> bool:
        """Tell whether the server can read valid XML at a URL; nothing is saved.

        >>> ls.organization.saml.validate_metadata_url("https://login.example.com/metadata.xml")
        True
        """
        if not isinstance(url, str) or not url.startswith(("https://", "http://")):
            raise InvalidInput(f"url must be the URL of metadata, not {url!r}.")
        path = f"{self._path()}/validate-metadata-url"
        return bool(self.client.json("POST", path, json={"metadata_url": url}).get("valid"))


class SCIM(GroupSettings):
    """What the groups of users give them that an identity provider creates by SCIM.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> scim = ls.organization.scim
    >>> scim.roles_groups = [("RE", "radiologists")]
    >>> scim.save().roles_groups
    [('reviewer', 'radiologists')]
    """

    _meta = Meta(kind="scim", path="/api/scim/settings", save_method="POST")

    def delete(self) -> None:
        """Raise `Unsupported`: the server cannot reset these settings."""
        raise Unsupported("SCIM settings cannot be deleted: set each of them to [].")
