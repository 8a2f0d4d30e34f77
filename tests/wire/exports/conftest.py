"""A server with snapshots, and waiting that takes no time."""

from __future__ import annotations

import pytest
from support.exporting import LONG_TASKS, ExportServer
from support.stub import Stub

from label_studio_orm.orm.deadline import Deadline


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pauses go by at once, with the time that they would have taken."""

    def pause(deadline: Deadline) -> bool:
        if deadline.left <= 0:
            return False
        deadline._end -= deadline._interval
        deadline._interval *= 1.5
        return True

    monkeypatch.setattr(Deadline, "pause", pause)


@pytest.fixture
def export_server(stub: Stub) -> ExportServer:
    return ExportServer(stub, LONG_TASKS)
