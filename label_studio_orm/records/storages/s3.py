"""Amazon S3, and what speaks its language (MinIO, …)."""

from __future__ import annotations

from typing import ClassVar

from ...orm.fields import Field
from .base import CloudImportStorage, ExportStorage, Storage
from .secret_field import SecretField


class S3(Storage):
    """A bucket."""

    provider = "s3"
    needed: ClassVar[tuple[str, ...]] = ("bucket",)
    sent_along: ClassVar[tuple[str, ...]] = ("bucket",)  # or the server takes what it is sent

    bucket = Field["str | None"]()
    prefix = Field["str | None"]()
    region_name = Field["str | None"]()
    s3_endpoint = Field["str | None"]()  # the URL of another service than Amazon's
    aws_sse_kms_key_id = Field["str | None"](since="1.9")
    aws_access_key_id = SecretField()
    aws_secret_access_key = SecretField()
    aws_session_token = SecretField()


class S3ImportStorage(S3, CloudImportStorage):
    """A bucket that tasks come from."""

    recursive_scan = Field[bool]()


class S3ExportStorage(S3, ExportStorage):
    """A bucket that annotations go to."""
