"""A server with a storage of each provider, in each direction; for tests without one."""

from __future__ import annotations

from typing import Any

from label_studio_orm import Project
from label_studio_orm.errors import (
    LabelStudioError,
)
from label_studio_orm.records.storages import (
    AzureExportStorage,
    AzureImportStorage,
    AzureSPIExportStorage,
    AzureSPIImportStorage,
    DatabricksExportStorage,
    DatabricksImportStorage,
    ExportStorage,
    GCSExportStorage,
    GCSImportStorage,
    GCSSAExportStorage,
    GCSSAImportStorage,
    GCSWIFExportStorage,
    GCSWIFImportStorage,
    ImportStorage,
    LocalExportStorage,
    LocalImportStorage,
    RedisExportStorage,
    RedisImportStorage,
    S3ExportStorage,
    S3ImportStorage,
    S3SExportStorage,
    S3SImportStorage,
)
from support.fake import FakeClient

IMPORTS = {
    "azure": AzureImportStorage,
    "gcs": GCSImportStorage,
    "localfiles": LocalImportStorage,
    "redis": RedisImportStorage,
    "s3": S3ImportStorage,
    "s3s": S3SImportStorage,
    "azure_spi": AzureSPIImportStorage,
    "databricks": DatabricksImportStorage,
    "gcs_sa": GCSSAImportStorage,
    "gcswif": GCSWIFImportStorage,
}
EXPORTS = {
    "azure": AzureExportStorage,
    "gcs": GCSExportStorage,
    "localfiles": LocalExportStorage,
    "redis": RedisExportStorage,
    "s3": S3ExportStorage,
    "s3s": S3SExportStorage,
    "azure_spi": AzureSPIExportStorage,
    "databricks": DatabricksExportStorage,
    "gcs_sa": GCSSAExportStorage,
    "gcswif": GCSWIFExportStorage,
}
COLLECTION = {"localfiles": "local"}  # where it is not called as the provider
VOLUME = {
    "host": "https://adb-1234.5.azuredatabricks.net",
    "catalog": "main",
    "schema": "default",
    "volume": "photos",
}
POOL = {
    "google_wif_pool_id": "pool",
    "google_wif_provider_id": "provider",
    "google_service_account_email": "a@b.c",
    "google_project_number": "1234",
}
PLACE: dict[str, dict[str, Any]] = {
    "azure": {"container": "photos", "prefix": "cats"},
    "gcs": {"bucket": "photos", "prefix": "cats", "google_project_id": None},
    "localfiles": {"path": "/data/photos"},
    "redis": {"host": "redis", "port": "6379", "path": "cats", "db": 1},
    "s3": {
        "bucket": "photos",
        "prefix": "cats",
        "region_name": "us-east-1",
        "s3_endpoint": None,
        "aws_sse_kms_key_id": None,
    },
    "s3s": {
        "bucket": "photos",
        "prefix": "cats",
        "region_name": "us-east-1",
        "s3_endpoint": None,
        "role_arn": "arn:aws:iam::1:role/reader",
        "external_id": "ours",
    },
    "azure_spi": {
        "container": "photos",
        "prefix": "cats",
        "account_name": "me",
        "auth_mode": "service_principal",
        "tenant_id": "tenant",
        "client_id": "client",
    },
    "databricks": {**VOLUME, "prefix": "cats", "auth_type": "pat", "tenant_id": None},
    "gcs_sa": {"bucket": "photos", "prefix": "cats", "target_service_account_email": "a@b.c"},
    "gcswif": {"bucket": "photos", "prefix": "cats", "google_project_id": None, **POOL},
}
HUSH = '{"hush": "hush"}'  # a secret that each provider takes
CREATED = {
    "azure": {"container": "photos", "account_name": "me", "account_key": HUSH},
    "gcs": {"bucket": "photos", "google_application_credentials": HUSH},
    "localfiles": {"path": "/data/photos"},
    "redis": {"host": "redis", "port": "6379", "password": HUSH, "path": "cats"},
    "s3": {"bucket": "photos", "aws_access_key_id": "me", "aws_secret_access_key": HUSH},
    "s3s": {"bucket": "photos", "role_arn": "arn:aws:iam::1:role/reader", "external_id": "ours"},
    "azure_spi": {
        "container": "photos",
        "tenant_id": "tenant",
        "client_id": "client",
        "client_secret": HUSH,
    },
    "databricks": {**VOLUME, "token": HUSH},
    "gcs_sa": {"bucket": "photos", "target_service_account_email": "a@b.c"},
    "gcswif": {"bucket": "photos", **POOL, "google_application_credentials": HUSH},
}
SECRETS = {
    "azure": ("account_name", "account_key"),
    "gcs": ("google_application_credentials",),
    "localfiles": (),
    "redis": ("password",),
    "s3": ("aws_access_key_id", "aws_secret_access_key", "aws_session_token"),
    "s3s": ("aws_access_key_id", "aws_secret_access_key", "aws_session_token"),
    "azure_spi": ("client_secret", "user_delegation_key"),
    "databricks": ("token", "client_secret"),
    "gcs_sa": (),
    "gcswif": ("google_application_credentials",),
}
EVERY = [(way, provider) for way in ("import", "export") for provider in PLACE]
WITH_SECRETS = [(way, provider, name) for way, provider in EVERY for name in SECRETS[provider]]


def params(provider: str, id: int = 3, **more: Any) -> dict[str, Any]:
    """What the server sends for a storage: no secrets."""
    said = {"status": "initialized", "last_sync": None, "last_sync_count": None, "meta": {}}
    common = {"title": "Photos", "description": None, "synchronizable": True, "traceback": None}
    own = {"id": id, "type": provider, "project": 7, "created_at": "2026-11-22T13:00:00Z"}
    return {**own, **common, **said, **PLACE.get(provider, {}), **more}


class StorageClient(FakeClient):
    """A client of a server with the same storage 3 of each provider in each direction."""

    def __init__(self) -> None:
        super().__init__(Project, ImportStorage, ExportStorage)
        self.refused: dict[str, LabelStudioError] = {}  # what `request` raises
        for way, provider in EVERY:
            one, many = path_of(way, provider), collection_of(way, provider)
            stored = params(provider)
            self.answers[f"GET {one}"] = stored
            self.answers[f"GET {many}"] = [stored]
            self.answers[f"PATCH {one}"] = lambda options, stored=stored: self._answer(
                options, {name: value for name, value in stored.items() if name != "type"}
            )
            self.answers[f"POST {many}"] = lambda options, stored=stored: self._answer(
                options, stored
            )
            self.answers[f"POST {base_of(way)}/{provider}/validate"] = None
            self.answers[f"DELETE {one}"] = None

    def _answer(self, options: Any, stored: dict[str, Any]) -> dict[str, Any]:
        secrets = {name for names in SECRETS.values() for name in names}
        sent = {name: value for name, value in options["json"].items() if name not in secrets}
        return {**stored, **sent}

    def request(self, method: str, path: str, **options: Any) -> Any:
        self.calls.append((f"{method} {path}", None))
        if path in self.refused:
            raise self.refused[path]

    @property
    def sent(self) -> Any:
        """The body of the last request."""
        return self.calls[-1][1]


def base_of(way: str) -> str:
    return "/api/storages" if way == "import" else "/api/storages/export"


def path_of(way: str, provider: str, id: int = 3) -> str:
    return f"{base_of(way)}/{provider}/{id}"


def collection_of(way: str, provider: str) -> str:
    return f"{base_of(way)}/{provider}{'/' if way == 'import' else ''}"


def provided(project: Project, way: str, provider: str) -> Any:
    """Return `project.import_storages.s3` and the like."""
    storages = getattr(project, f"{way}_storages")
    return getattr(storages, COLLECTION.get(provider, provider))
