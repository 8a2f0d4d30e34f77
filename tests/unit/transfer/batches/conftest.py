"""Fixtures of batches: a server that takes predictions."""

from __future__ import annotations

import pytest
from support.batching import (
    BatchServer,
)

from label_studio_orm import Project


@pytest.fixture
def server() -> BatchServer:
    return BatchServer()


@pytest.fixture
def project(server: BatchServer) -> Project:
    return server.project_record
