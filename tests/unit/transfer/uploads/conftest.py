"""Fixtures of uploads: a server that takes files."""

from __future__ import annotations

from typing import Any

import pytest
from support.uploading import (
    IMAGE,
    Uploading,
    UploadServer,
)

from label_studio_orm.transfer.imports.result import ImportResult
from label_studio_orm.transfer.uploads.uploader import Uploads


@pytest.fixture
def upload_server() -> UploadServer:
    return UploadServer(IMAGE)


@pytest.fixture
def upload(upload_server: UploadServer) -> Uploading:
    """Upload to the server, on its clock."""

    def upload(given: Any, **options: Any) -> ImportResult:
        usual = {"into": "", "data": None, "annotations": None, "predictions": None}
        options = {**usual, "validate": True, "timeout": 60, "progress": False, **options}
        return Uploads(project=upload_server.record, **options).run(given)

    return upload
