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

# It goes by the role: keys, if there are any, are not tried.
PROVIDER: Mapping[str, Any] = MappingProxyType(
    {"provider": "s3s", "required": ("bucket", "role_arn"), "named_to_validate": False}
)


class S3S(S3):
    """A bucket that Label Studio reaches by a role."""

    role_arn = Field["str | None"]()
    # By default that of the organization. Whether servers send it back is not known.
    external_id = Field["str | None"](write_only=True)
    legacy_auth = Field["bool | None"](write_only=True)

    @classmethod
    def _completed(cls, client: Context, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        if fields.get("external_id") is not None:
            return fields
        return {**fields, "external_id": external_id(client)}


def external_id(client: Context) -> Any:
    """Return the id by which the organization's roles know Label Studio."""
    me = client.json("GET", "/api/current-user/whoami")
    found = me.get("active_organization_external_id")
    if found is None and me.get("active_organization") is not None:
        path = f"/api/organizations/{me['active_organization']}"
        found = client.json("GET", path).get("external_id")
    return found


class S3SImportStorage(S3S, CloudImportStorage):
    """A bucket that tasks come from, reached by a role."""

    _meta = evolve(ImportStorage._meta, **PROVIDER)

    recursive_scan = Field[bool]()


class S3SExportStorage(S3S, ExportStorage):
    """A bucket that annotations go to, reached by a role."""

    _meta = evolve(ExportStorage._meta, **PROVIDER)
