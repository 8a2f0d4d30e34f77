"""Fixtures of batches: servers that take predictions, and annotations in bulk."""

from __future__ import annotations

import pytest
from support.batching import BatchServer
from support.bulk import BulkServer

from label_studio_orm import Project


@pytest.fixture
def batch_server() -> BatchServer:
    return BatchServer()


@pytest.fixture
def project(batch_server: BatchServer) -> Project:
    return batch_server.project_record


@pytest.fixture
def bulk() -> BulkServer:
    return BulkServer()
