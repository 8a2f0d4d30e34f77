"""The state of a snapshot."""

from __future__ import annotations

import pytest

from label_studio_orm.compat.exceptions import InvalidArgument
from label_studio_orm.compat.project import ExportSnapshotStatus


@pytest.mark.parametrize("status", ["created", "in_progress", "failed", "completed"])
def test_a_snapshot_is_in_one_state(status: str) -> None:
    found = ExportSnapshotStatus({"status": status})
    names = ("created", "in_progress", "failed", "completed")
    assert [name for name in names if getattr(found, f"is_{name}")()] == [status]


def test_an_answer_without_a_state_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="status"):
        ExportSnapshotStatus({}).is_completed()
