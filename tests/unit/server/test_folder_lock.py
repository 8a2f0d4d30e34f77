"""The lock on a server's folder."""

from __future__ import annotations

import fcntl
import threading
from pathlib import Path

import pytest

from label_studio_orm.errors import LocalServerError
from label_studio_orm.server.folder_lock import LOCK, Holder, settings_of, taken


def test_a_folder_is_taken_once(tmp_path: Path) -> None:
    with taken(tmp_path) as lock:
        what = "Label Studio 1.20.0 on SQLite"
        Holder(tmp_path, owner=1, guard=2, port=8080, what=what).write(lock)
        said = rf"at http://127\.0\.0\.1:8080 \(process 1\): {what}\. Use that one"
        with pytest.raises(LocalServerError, match=said):
            taken(tmp_path)


def test_servers_of_different_versions_or_variables_differ() -> None:
    settings = {
        settings_of("Label Studio 1.20.0 on SQLite", {}),
        settings_of("Label Studio 1.23.2 on SQLite", {}),
        settings_of("Label Studio 1.23.2 on SQLite", {"A": "b"}),
    }
    assert len(settings) == 3


def test_a_process_that_only_looks_keeps_nobody_from_starting(tmp_path: Path) -> None:
    with (tmp_path / LOCK).open("w") as looking:
        fcntl.flock(looking, fcntl.LOCK_EX)
        release = threading.Timer(0.2, fcntl.flock, (looking, fcntl.LOCK_UN))
        release.start()
        taken(tmp_path).close()
        release.join()


def test_a_folder_that_nobody_has_is_free_after_a_look(tmp_path: Path) -> None:
    with taken(tmp_path) as lock:
        Holder(tmp_path, owner=1, guard=2, port=8080).write(lock)
        assert Holder.of(tmp_path) == Holder(tmp_path, owner=1, guard=2, port=8080)
    assert Holder.of(tmp_path) is None
    taken(tmp_path).close()
