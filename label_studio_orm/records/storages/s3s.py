"""Amazon S3 with an IAM role, which needs Label Studio Enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import evolve

from ...orm.context import Context
from ...orm.fields import Field
from .base import CloudImportStorage, ExportStorage, ImportStorage
from .s3 import S3

# The role is used; keys, if any, are not tried.
PROVIDER: Mapping[str, Any] = MappingProxyType(
    {
        "provider": "s3s",
        "required": ("bucket", "role_arn"),
        "identified_by": ("bucket", "prefix", "role_arn"),
        "named_to_validate": False,
    }
)


class S3S(S3):
    """An S3 bucket that Label Studio accesses with a role."""

    role_arn = Field[str | None]()
    # By default that of the organization; it is unknown whether servers send it back.
    external_id = Field[str | None](write_only=True)
    legacy_auth = Field[bool | None](write_only=True)

    @classmethod
    def _completed(cls, client: Context, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        if fields.get("external_id") is not None:
            return fields
        return {**fields, "external_id": external_id(client)}


def external_id(client: Context) -> Any:
    """Return the external id of the organization, which its IAM roles expect."""
    me = client.json("GET", "/api/current-user/whoami")
    found = me.get("active_organization_external_id")
    if found is None and me.get("active_organization") is not None:
        path = f"/api/organizations/{me['active_organization']}"
        found = client.json("GET", path).get("external_id")
    return found


class S3SImportStorage(S3S, CloudImportStorage):
    """A bucket that tasks come from, accessed with a role.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    _meta = evolve(ImportStorage._meta, **PROVIDER)

    recursive_scan = Field[bool]()


class S3SExportStorage(S3S, ExportStorage):
    """A bucket that annotations go to, accessed with a role.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    _meta = evolve(ExportStorage._meta, **PROVIDER)
