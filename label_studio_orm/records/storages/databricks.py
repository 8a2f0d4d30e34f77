"""Volumes of Databricks Unity Catalog, which need Label Studio Enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import evolve

from ...orm.fields import Field, one_of
from ..secret_field import SecretField
from .authentication import Authentication
from .base import CloudImportStorage, ExportStorage, ImportStorage, Storage

AUTHENTICATION = Authentication(
    field="auth_type",
    needs={
        "pat": ("token",),
        "dbx_sp": ("client_id", "client_secret"),
        "azure_ad_sp": ("tenant_id", "client_id", "client_secret"),
    },
)
PROVIDER: Mapping[str, Any] = MappingProxyType(
    {
        "provider": "databricks",
        "required": ("host", "catalog", "schema", "volume"),
        "identified_by": ("host", "catalog", "schema", "volume", "prefix"),
        "leading": ("id", "title", "type", "host", "catalog", "schema", "volume", "prefix"),
        "authentication": AUTHENTICATION,
    }
)


def _workspace(host: Any) -> str | None:
    """Return the problem of the address of a workspace, or None."""
    good = isinstance(host, str) and host.startswith("https://") and not host.endswith("/")
    wanted = "must be like 'https://adb-1234.5.azuredatabricks.net', without a slash at its end"
    return None if good else f"{wanted}, not {host!r}"


def _proxied(presign: Any) -> str | None:
    """Return the problem of a wish for signed URLs, or None."""
    return "must be False: Databricks has no signed URLs" if presign else None


class Databricks(Storage):
    """A volume of a catalog: `/Volumes/{catalog}/{schema}/{volume}`.

    Label Studio authenticates with a personal access token (`auth_type="pat"`), as a service
    principal of Databricks ("dbx_sp") or as one of Azure ("azure_ad_sp").
    """

    host = Field[str](check=_workspace)  # the address of the workspace
    catalog = Field[str]()
    schema = Field[str]()
    volume = Field[str]()
    prefix = Field[str | None]()  # a path in the volume
    auth_type = Field[str | None](check=one_of(*AUTHENTICATION.needs))
    token = SecretField()
    tenant_id = Field[str | None]()
    client_id = Field[str | None]()
    client_secret = SecretField()
    verify_tls = Field[bool]()
    request_timeout_s = Field[int]()  # seconds
    stream_chunk_bytes = Field[int]()  # bytes


class DatabricksImportStorage(Databricks, CloudImportStorage):
    """A volume that tasks come from; the server passes its files on.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    _meta = evolve(ImportStorage._meta, **PROVIDER)

    presign = Field[bool](check=_proxied)  # always False
    recursive_scan = Field[bool]()


class DatabricksExportStorage(Databricks, ExportStorage):
    """A volume that annotations go to.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    _meta = evolve(ExportStorage._meta, **PROVIDER)
