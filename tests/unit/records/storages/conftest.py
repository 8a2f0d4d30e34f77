"""A project at a server that has a storage of each provider, in each direction."""

from __future__ import annotations

import pytest
from support.stored import StorageClient

from label_studio_orm import Project


@pytest.fixture
def storage_client() -> StorageClient:
    return StorageClient()


@pytest.fixture
def project(storage_client: StorageClient) -> Project:
    return Project(7, client=storage_client)
