"""Fixtures of imports: a server that loses requests, and imports into it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from support.chunk_server import CONFIG, ChunkServer
from support.clock import tuned
from support.fake import FakeClient
from support.importing import (
    Importing,
    ImportServer,
)
from support.texts import SENTIMENT

from label_studio_orm.records.project import Project
from label_studio_orm.records.task import Task
from label_studio_orm.transfer.imports.importer import Import
from label_studio_orm.transfer.imports.result import ImportResult


@pytest.fixture
def import_server() -> ImportServer:
    return ImportServer()


@pytest.fixture
def load(import_server: ImportServer) -> Importing:
    """Import into the server, on its clock."""

    def load(given: Any, **options: Any) -> ImportResult:
        options = {"progress": False, **options}
        return Import(project=import_server.record, **options).run(given)

    return load


@pytest.fixture
def by_two(import_server: ImportServer) -> None:
    """Send two tasks in each chunk."""
    tuned(import_server.client, import_tasks=2)


@pytest.fixture
def by_four(import_server: ImportServer) -> None:
    """Send four tasks in each chunk."""
    tuned(import_server.client, import_tasks=4)


@pytest.fixture
def client() -> FakeClient:
    return FakeClient(Project, Task)


@pytest.fixture
def chunk_server(client: FakeClient) -> ChunkServer:
    return ChunkServer(client)


@pytest.fixture
def project(client: FakeClient) -> Project:
    return Project(1, client=client)


@pytest.fixture
def reviews(project: Project, client: FakeClient, chunk_server: ChunkServer) -> Project:
    """A project with the control sentiment."""
    client.answers[CONFIG] = {"id": 1, "label_config": SENTIMENT}
    return project


@pytest.fixture
def _usual_depth() -> Iterator[None]:
    """The recursion limit of Python, which some libraries raise permanently."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000)
    yield
    sys.setrecursionlimit(before)
