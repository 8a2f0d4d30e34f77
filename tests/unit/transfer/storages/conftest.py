"""Fixtures of syncs: a server with a clock of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from support.syncing import (
    SyncServer,
)

from label_studio_orm import Project
from label_studio_orm.records.storages import S3ImportStorage
from label_studio_orm.transfer.storages import syncing


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SyncServer]:
    server = SyncServer()

    class Request(threading.Thread):
        def join(self, timeout: float | None = None) -> None:
            server.clock.sleep(timeout or 0)  # on its clock
            super().join(0.001)

    monkeypatch.setattr(syncing, "threading", SimpleNamespace(Thread=Request))
    yield server
    server.close()


@pytest.fixture
def storage(server: SyncServer) -> S3ImportStorage:
    return Project(7, client=server).import_storages.s3.get(3)
