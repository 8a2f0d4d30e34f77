"""Google Cloud Storage with an impersonated account, which needs Label Studio Enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import evolve

from ...orm.fields import Field
from .base import CloudImportStorage, ExportStorage, ImportStorage, Storage

PROVIDER: Mapping[str, Any] = MappingProxyType(
    {
        "provider": "gcs_sa",
        "required": ("bucket", "target_service_account_email"),
        "identified_by": ("bucket", "prefix", "target_service_account_email"),
        "named_to_validate": False,
    }
)


class GCSSA(Storage):
    """A bucket that Label Studio accesses as another service account than its own."""

    bucket = Field[str | None]()
    prefix = Field[str | None]()
    google_project_id = Field[str | None]()
    target_service_account_email = Field[str | None]()  # of the account to impersonate


class GCSSAImportStorage(GCSSA, CloudImportStorage):
    """A bucket that tasks come from, accessed as another service account.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    _meta = evolve(ImportStorage._meta, **PROVIDER)

    recursive_scan = Field[bool | None]()


class GCSSAExportStorage(GCSSA, ExportStorage):
    """A bucket that annotations go to, accessed as another service account.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    _meta = evolve(ExportStorage._meta, **PROVIDER)
