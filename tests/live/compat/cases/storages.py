"""Storages."""

from __future__ import annotations

import os
import tempfile
from typing import Any

from .case import case, failed


@case(
    *("Project.connect_local_import_storage", "Project.get_import_storages"),
    *("Project.sync_import_storage", "Project.get_export_storages"),
)
def local_storage(side: Any) -> Any:
    project = side.new_project()
    made = project.connect_local_import_storage(
        side.folder, regex_filter=r".*\.jpg", use_blob_urls=True, title="Photos", description="All"
    )
    synced = project.sync_import_storage("localfiles", made["id"])
    listed, exports = project.get_import_storages(), project.get_export_storages()
    return made, synced["type"], listed, exports, len(project.get_tasks())


@case("Project.connect_local_import_storage")
def a_local_storage_that_cannot_be(side: Any) -> Any:
    project = side.project
    errors = [
        failed(project.connect_local_import_storage, side.folder + "/no-such-folder"),
        failed(project.connect_local_import_storage, tempfile.mkdtemp()),
    ]
    root = os.environ.pop("LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT")
    errors.append(failed(project.connect_local_import_storage, side.folder))
    os.environ["LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT"] = root
    return errors


@case(
    *("Project.connect_s3_import_storage", "Project.connect_s3_export_storage"),
    *("Project.connect_azure_import_storage", "Project.connect_azure_export_storage"),
    *("Project.connect_google_import_storage", "Project.connect_google_export_storage"),
    *("Project.connect_s3s_iam_import_storage", "Project.sync_export_storage"),
)
def storages_that_cannot_be_reached(side: Any) -> Any:
    project = side.project
    s3 = {
        "s3_endpoint": "http://127.0.0.1:9",
        "aws_access_key_id": "a",
        "aws_secret_access_key": "b",
    }
    azure = {"account_name": "a", "account_key": "b"}
    credentials = {"google_application_credentials": "{}"}
    return [
        failed(project.connect_s3_import_storage, "bucket", "prefix", region_name="eu", **s3),
        failed(project.connect_s3_export_storage, bucket="bucket", **s3),
        failed(project.connect_azure_import_storage, "container", **azure),
        failed(project.connect_azure_export_storage, "container", **azure),
        failed(project.connect_google_import_storage, "bucket", **credentials),
        failed(project.connect_google_export_storage, "bucket", **credentials),
        failed(project.connect_s3s_iam_import_storage, "arn", "id", "bucket"),
        failed(project.sync_import_storage, "s3", 999999),
        failed(project.sync_export_storage, "s3", storage_id=999999),
    ]
