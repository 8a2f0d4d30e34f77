"""Amazon S3, and compatible services like MinIO."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import evolve

from ...orm.fields import Field
from ..secret_field import SecretField
from .base import CloudImportStorage, ExportStorage, ImportStorage, Storage

# Without the bucket, the server takes a PATCH for all fields of the storage.
PROVIDER: Mapping[str, Any] = MappingProxyType(
    {
        "provider": "s3",
        "required": ("bucket",),
        "identified_by": ("bucket", "prefix", "s3_endpoint"),
        "sent_with_every_patch": ("bucket",),
    }
)


class S3(Storage):
    """An S3 bucket."""

    bucket = Field[str | None]()
    prefix = Field[str | None]()
    region_name = Field[str | None]()
    s3_endpoint = Field[str | None]()  # the URL of a service other than Amazon's
    aws_sse_kms_key_id = Field[str | None](since="1.9")
    aws_access_key_id = SecretField()
    aws_secret_access_key = SecretField()
    aws_session_token = SecretField()


class S3ImportStorage(S3, CloudImportStorage):
    """A bucket that tasks come from."""

    _meta = evolve(ImportStorage._meta, **PROVIDER)

    recursive_scan = Field[bool]()


class S3ExportStorage(S3, ExportStorage):
    """A bucket that annotations go to."""

    _meta = evolve(ExportStorage._meta, **PROVIDER)
