"""Azure Blob Storage with an Entra identity, which needs Label Studio Enterprise."""

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
    field="auth_mode",
    default="service_principal",
    needs={
        "service_principal": ("tenant_id", "client_id", "client_secret"),
        "workload_identity": (),
    },
    refuses={"workload_identity": ("client_secret",)},
)
PROVIDER: Mapping[str, Any] = MappingProxyType(
    {
        "provider": "azure_spi",
        "required": ("container",),
        "identified_by": ("container", "prefix", "account_name"),
        "authentication": AUTHENTICATION,
        "named_to_validate": False,
    }
)


class AzureSPI(Storage):
    """A container that Label Studio accesses as a service principal, or by its own identity.

    A service principal has a secret. `auth_mode="workload_identity"` uses the identity of the
    server itself, of which `client_id` names one if it has several.
    """

    container = Field[str | None]()
    prefix = Field[str | None]()
    account_name = Field[str | None]()
    auth_mode = Field[str | None](check=one_of(*AUTHENTICATION.needs))
    tenant_id = Field[str | None]()
    client_id = Field[str | None]()  # of the registered app, or of the managed identity
    client_secret = SecretField()
    user_delegation_key = SecretField()


class AzureSPIImportStorage(AzureSPI, CloudImportStorage):
    """A container that tasks come from, accessed as a service principal.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    _meta = evolve(ImportStorage._meta, **PROVIDER)

    recursive_scan = Field[bool | None]()


class AzureSPIExportStorage(AzureSPI, ExportStorage):
    """A container that annotations go to, accessed as a service principal.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    _meta = evolve(ExportStorage._meta, **PROVIDER)
