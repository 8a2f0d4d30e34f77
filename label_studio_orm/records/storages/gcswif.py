"""Google Cloud Storage with workload identity federation, which needs Enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import evolve

from ...orm.fields import Field
from .base import CloudImportStorage, ExportStorage, ImportStorage
from .gcs import GCS

PROVIDER: Mapping[str, Any] = MappingProxyType(
    {
        "provider": "gcswif",
        "required": (
            "bucket",
            "google_wif_pool_id",
            "google_wif_provider_id",
            "google_service_account_email",
            "google_project_number",
        ),
        "identified_by": ("bucket", "prefix", "google_service_account_email"),
        "named_to_validate": False,
    }
)


class GCSWIF(GCS):
    """A bucket that Label Studio accesses with short-lived credentials of an identity pool."""

    google_wif_pool_id = Field[str | None]()
    google_wif_provider_id = Field[str | None]()
    google_service_account_email = Field[str | None]()
    google_project_number = Field[str | None]()


class GCSWIFImportStorage(GCSWIF, CloudImportStorage):
    """A bucket that tasks come from, accessed with workload identity federation.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    _meta = evolve(ImportStorage._meta, **PROVIDER)

    recursive_scan = Field[bool | None]()


class GCSWIFExportStorage(GCSWIF, ExportStorage):
    """A bucket that annotations go to, accessed with workload identity federation.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    _meta = evolve(ExportStorage._meta, **PROVIDER)
