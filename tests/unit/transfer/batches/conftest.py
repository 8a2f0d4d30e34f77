"""Fixtures of batches: a server that takes predictions."""

from __future__ import annotations

import pytest
from support.batching import (
    BatchServer,
)

from label_studio_orm import Project


@pytest.fixture
def batch_server() -> BatchServer:
    return BatchServer()


@pytest.fixture
def project(batch_server: BatchServer) -> Project:
    return batch_server.project_record
