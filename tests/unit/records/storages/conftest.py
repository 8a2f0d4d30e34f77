"""A project at a server that has a storage of each provider, in each direction."""

from __future__ import annotations

import pytest
from support.stored import FakeServer

from label_studio_orm import Project


@pytest.fixture
def client() -> FakeServer:
    return FakeServer()


@pytest.fixture
def project(client: FakeServer) -> Project:
    return Project(7, client=client)
