"""Azure Blob Storage."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import evolve

from ...orm.context import Context
from ...orm.fields import Field
from ...server_version import described
from ..secret_field import SecretField
from .base import CloudImportStorage, ExportStorage, ImportStorage, Storage

WITHOUT_KEYS = "account name and key must be set"  # the error of servers without own keys


PROVIDER: Mapping[str, Any] = MappingProxyType(
    {"provider": "azure", "required": ("container",), "identified_by": ("container", "prefix")}
)


class Azure(Storage):
    """A container."""

    container = Field[str | None]()
    prefix = Field[str | None]()
    account_name = SecretField()
    account_key = SecretField()

    @classmethod
    def _hint(cls, client: Context, project: int | None, error: str) -> str:
        if not (error.startswith("PATCH") and WITHOUT_KEYS in error):
            return super()._hint(client, project, error)
        return f"{described(client)} needs account_name and account_key with every save: set both."


class AzureImportStorage(Azure, CloudImportStorage):
    """A container that tasks come from."""

    _meta = evolve(ImportStorage._meta, **PROVIDER)

    recursive_scan = Field[bool | None](since="1.21")


class AzureExportStorage(Azure, ExportStorage):
    """A container that annotations go to."""

    _meta = evolve(ExportStorage._meta, **PROVIDER)
