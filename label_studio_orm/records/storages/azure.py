"""Azure Blob Storage."""

from __future__ import annotations

from ...orm.fields import Field
from .base import CloudImportStorage, ExportStorage, Storage
from .secret import Secret


class Azure(Storage):
    """A container."""

    provider = "azure"
    needed = ("container",)

    container = Field["str | None"]()
    prefix = Field["str | None"]()
    account_name = Secret()
    account_key = Secret()


class AzureImportStorage(Azure, CloudImportStorage):
    """A container that tasks come from."""

    recursive_scan = Field["bool | None"](since="1.21")


class AzureExportStorage(Azure, ExportStorage):
    """A container that annotations go to."""
