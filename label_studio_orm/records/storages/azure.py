"""Azure Blob Storage."""

from __future__ import annotations

from ...orm.fields import Field
from .base import ExportStorage, ImportStorage, Storage
from .secret import Secret


class Azure(Storage):
    """A container."""

    provider = "azure"
    needed = ("container",)

    container = Field["str | None"]()
    prefix = Field["str | None"]()
    account_name = Secret()
    account_key = Secret()


class AzureImportStorage(Azure, ImportStorage):
    """A container that tasks come from."""

    presign = Field[bool]()  # give out addresses that hold for a while; else pass the data on
    presign_ttl = Field[int]()  # minutes
    recursive_scan = Field["bool | None"]()


class AzureExportStorage(Azure, ExportStorage):
    """A container that annotations go to."""
