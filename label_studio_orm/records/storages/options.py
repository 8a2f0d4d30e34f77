"""The fields of new storages, for type checkers and editors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from ...secret import Secret


class StorageFields(TypedDict, total=False):
    """The fields of every storage."""

    title: str | None
    description: str | None
    synchronizable: bool


class ImportFields(StorageFields, total=False):
    """The fields of import storages."""

    use_blob_urls: bool
    regex_filter: str | None


class CloudImportFields(ImportFields, total=False):
    """The fields of import storages whose objects have URLs."""

    presign: bool
    presign_ttl: int
    recursive_scan: bool


class ExportFields(StorageFields, total=False):
    """The fields of export storages."""

    can_delete_objects: bool | None


class S3Fields(TypedDict, total=False):
    """The fields of a bucket at S3."""

    bucket: str
    prefix: str | None
    region_name: str | None
    s3_endpoint: str | None
    aws_sse_kms_key_id: str | None
    aws_access_key_id: str | Secret | None
    aws_secret_access_key: str | Secret | None
    aws_session_token: str | Secret | None


class S3SFields(S3Fields, total=False):
    """The fields of a bucket at S3 that is accessed with a role."""

    role_arn: str
    external_id: str | None
    legacy_auth: bool | None


class GCSFields(TypedDict, total=False):
    """The fields of a bucket at Google."""

    bucket: str
    prefix: str | None
    google_project_id: str | None
    google_application_credentials: str | PathLike[str] | Mapping[str, Any] | Secret | None


class AzureFields(TypedDict, total=False):
    """The fields of a container at Azure."""

    container: str
    prefix: str | None
    account_name: str | Secret | None
    account_key: str | Secret | None


class AzureSPIFields(TypedDict, total=False):
    """The fields of a container at Azure that is accessed as a service principal."""

    container: str
    prefix: str | None
    account_name: str | None
    auth_mode: Literal["service_principal", "workload_identity"] | None
    tenant_id: str | None
    client_id: str | None
    client_secret: str | Secret | None
    user_delegation_key: str | Secret | None


class DatabricksFields(TypedDict, total=False):
    """The fields of a volume at Databricks."""

    host: str
    catalog: str
    schema: str
    volume: str
    prefix: str | None
    auth_type: Literal["pat", "dbx_sp", "azure_ad_sp"] | None
    token: str | Secret | None
    tenant_id: str | None
    client_id: str | None
    client_secret: str | Secret | None
    verify_tls: bool
    request_timeout_s: int
    stream_chunk_bytes: int


class GCSSAFields(TypedDict, total=False):
    """The fields of a bucket at Google that is accessed as another service account."""

    bucket: str
    prefix: str | None
    google_project_id: str | None
    target_service_account_email: str


class GCSWIFFields(GCSFields, total=False):
    """The fields of a bucket at Google that is accessed with workload identity federation."""

    google_wif_pool_id: str
    google_wif_provider_id: str
    google_service_account_email: str
    google_project_number: str


class RedisFields(TypedDict, total=False):
    """The fields of a Redis database."""

    path: str | None
    host: str | None
    port: str | None
    db: int
    password: str | Secret | None


class LocalFields(TypedDict, total=False):
    """The fields of a folder on the server's machine."""

    path: str | PathLike[str]


class S3ImportFields(S3Fields, CloudImportFields, total=False):
    """The fields of an import storage at S3."""


class S3ExportFields(S3Fields, ExportFields, total=False):
    """The fields of an export storage at S3."""


class S3SImportFields(S3SFields, CloudImportFields, total=False):
    """The fields of an import storage at S3 that is accessed with a role."""


class S3SExportFields(S3SFields, ExportFields, total=False):
    """The fields of an export storage at S3 that is accessed with a role."""


class GCSImportFields(GCSFields, CloudImportFields, total=False):
    """The fields of an import storage at Google."""


class GCSExportFields(GCSFields, ExportFields, total=False):
    """The fields of an export storage at Google."""


class AzureImportFields(AzureFields, CloudImportFields, total=False):
    """The fields of an import storage at Azure."""


class AzureExportFields(AzureFields, ExportFields, total=False):
    """The fields of an export storage at Azure."""


class RedisImportFields(RedisFields, ImportFields, total=False):
    """The fields of an import storage at Redis."""


class RedisExportFields(RedisFields, ExportFields, total=False):
    """The fields of an export storage at Redis."""


class LocalImportFields(LocalFields, ImportFields, total=False):
    """The fields of an import storage on the server's machine."""

    recursive_scan: bool


class LocalExportFields(LocalFields, ExportFields, total=False):
    """The fields of an export storage on the server's machine."""


class AzureSPIImportFields(AzureSPIFields, CloudImportFields, total=False):
    """The fields of an import storage at Azure that is accessed as a service principal."""


class AzureSPIExportFields(AzureSPIFields, ExportFields, total=False):
    """The fields of an export storage at Azure that is accessed as a service principal."""


class DatabricksImportFields(DatabricksFields, CloudImportFields, total=False):
    """The fields of an import storage at Databricks."""


class DatabricksExportFields(DatabricksFields, ExportFields, total=False):
    """The fields of an export storage at Databricks."""


class GCSSAImportFields(GCSSAFields, CloudImportFields, total=False):
    """The fields of an import storage at Google that is accessed as another service account."""


class GCSSAExportFields(GCSSAFields, ExportFields, total=False):
    """The fields of an export storage at Google that is accessed as another service account."""


class GCSWIFImportFields(GCSWIFFields, CloudImportFields, total=False):
    """The fields of an import storage at Google with workload identity federation."""


class GCSWIFExportFields(GCSWIFFields, ExportFields, total=False):
    """The fields of an export storage at Google with workload identity federation."""
