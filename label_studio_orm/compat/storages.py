"""The storages of a project: where tasks come from, and where annotations go to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from .client import Row
from .parameters import Parameters

ROOT = "LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT"


class ProjectStorage(Enum):
    """The kinds of storages."""

    GOOGLE = "gcs"
    S3 = "s3"
    AZURE = "azure_blob"
    LOCAL = "localfiles"
    REDIS = "redis"
    S3_SECURED = "s3s"  # Enterprise


class Storages(Parameters):
    """The storages of a project, as dicts."""

    def connect_google_import_storage(
        self,
        bucket: str,
        prefix: str | None = None,
        regex_filter: str | None = None,
        use_blob_urls: bool | None = True,
        google_application_credentials: str | None = None,
        presign: bool | None = True,
        presign_ttl: int | None = 1,
        title: str | None = "",
        description: str | None = "",
    ) -> Row:
        """Connect a bucket of Google Cloud Storage; `presign_ttl` is in minutes.

        Now: `project.import_storages.gcs.create(bucket="…")`.
        """
        return self._connect("gcs", locals())

    def connect_google_export_storage(
        self,
        bucket: str,
        prefix: str | None = None,
        google_application_credentials: str | None = None,
        title: str | None = "",
        description: str | None = "",
        can_delete_objects: bool = False,
    ) -> Row:
        """Connect a bucket of Google Cloud Storage for annotations.

        Now: `project.export_storages.gcs.create(bucket="…")`.
        """
        return self._connect("export/gcs", locals())

    def connect_s3_import_storage(
        self,
        bucket: str,
        prefix: str | None = None,
        regex_filter: str | None = None,
        use_blob_urls: bool | None = True,
        presign: bool | None = True,
        presign_ttl: int | None = 1,
        title: str | None = "",
        description: str | None = "",
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        region_name: str | None = None,
        s3_endpoint: str | None = None,
        recursive_scan: bool | None = False,
    ) -> Row:
        """Connect a bucket of S3; `presign_ttl` is in minutes.

        Now: `project.import_storages.s3.create(bucket="…")`.
        """
        return self._connect("s3", locals())

    def connect_s3s_iam_import_storage(
        self,
        role_arn: str,
        external_id: str | None = None,
        bucket: str | None = None,
        prefix: str | None = None,
        regex_filter: str | None = None,
        use_blob_urls: bool | None = True,
        presign: bool | None = True,
        presign_ttl: int | None = 1,
        title: str | None = "",
        description: str | None = "",
        region_name: str | None = None,
        s3_endpoint: str | None = None,
        recursive_scan: bool | None = False,
        aws_sse_kms_key_id: str | None = None,
    ) -> Row:
        """Connect a bucket of S3 by a role of IAM. Enterprise.

        Without `external_id`, that of the organization is used. Now:
        `project.import_storages.s3s.create(bucket="…", role_arn="…")`.
        """
        given = locals()
        if external_id is None:
            given["external_id"] = self.get_organization()["external_id"]
        return self._connect("s3s/", given)

    def connect_s3_export_storage(
        self,
        bucket: str,
        prefix: str | None = None,
        title: str | None = "",
        description: str | None = "",
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        region_name: str | None = None,
        s3_endpoint: str | None = None,
        can_delete_objects: bool = False,
    ) -> Row:
        """Connect a bucket of S3 for annotations.

        Now: `project.export_storages.s3.create(bucket="…")`.
        """
        return self._connect("export/s3", locals())

    def connect_azure_import_storage(
        self,
        container: str,
        prefix: str | None = None,
        regex_filter: str | None = None,
        use_blob_urls: bool | None = True,
        presign: bool | None = True,
        presign_ttl: int | None = 1,
        title: str | None = "",
        description: str | None = "",
        account_name: str | None = None,
        account_key: str | None = None,
    ) -> Row:
        """Connect a container of Azure Blob Storage; `presign_ttl` is in minutes.

        Now: `project.import_storages.azure.create(container="…")`.
        """
        return self._connect("azure", locals())

    def connect_azure_export_storage(
        self,
        container: str,
        prefix: str | None = None,
        title: str | None = "",
        description: str | None = "",
        account_name: str | None = None,
        account_key: str | None = None,
        can_delete_objects: bool = False,
    ) -> Row:
        """Connect a container of Azure Blob Storage for annotations.

        Now: `project.export_storages.azure.create(container="…")`.
        """
        return self._connect("export/azure", locals())

    def connect_local_import_storage(
        self,
        local_store_path: str,
        regex_filter: str | None = None,
        use_blob_urls: bool | None = True,
        title: str | None = "",
        description: str | None = "",
    ) -> Row:
        """Connect a folder of the server's machine, which must be this one.

        Now: `project.import_storages.local.create(path="…")`.
        """
        _check_folder(local_store_path)
        given = {**locals(), "path": local_store_path, "presign": False, "presign_ttl": 1}
        del given["local_store_path"]
        return self._connect(f"localfiles?project={self.id}", given)

    def _connect(self, path: str, given: Mapping[str, Any]) -> Row:
        """Create a storage with the arguments of a method."""
        body = {name: value for name, value in given.items() if name != "self"}
        key = "google_application_credentials"
        if body.get(key) and Path(body[key]).is_file():
            body[key] = Path(body[key]).read_text()
        return self._object("POST", f"/api/storages/{path}", json={**body, "project": self.id})

    def sync_import_storage(self, storage_type: str, storage_id: int) -> Row:
        """Start a sync. Now: `storage.sync()`, which waits for its end."""
        return self.sync_storage(storage_type, storage_id)

    def sync_export_storage(self, storage_type: str, storage_id: int) -> Row:
        """Start a sync. Now: `storage.sync()`, which waits for its end."""
        return self.sync_storage(f"export/{storage_type}", storage_id)

    def get_import_storages(self) -> list[Row]:
        """Return where tasks come from. Now: `project.import_storages`."""
        return self._objects("/api/storages/", params={"project": self.id})

    def get_export_storages(self) -> list[Row]:
        """Return where annotations go to. Now: `project.export_storages`."""
        return self._objects("/api/storages/export", params={"project": self.id})


def _check_folder(path: str) -> None:
    """Raise `ValueError` for a folder that the server cannot read."""
    root = os.environ.get(ROOT)
    if root is None:
        raise ValueError(f"To connect a folder, set {ROOT} here as at the server.")
    if not Path(path).is_dir():
        raise ValueError(f"{path} is not a directory.")
    if Path(root) not in Path(path).parents:
        raise ValueError(f"{path} must be a folder below {root}, which is {ROOT}.")
