"""The lock on a server's folder."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from label_studio_orm.errors import LocalServerError
from label_studio_orm.server.folder_lock import (
    LOCK,
    LockHolder,
    fingerprint,
    lock_folder,
    mark_as_kept,
)


def test_a_folder_can_be_locked_once_only(tmp_path: Path) -> None:
    with lock_folder(tmp_path) as lock:
        what = "Label Studio 1.20.0 on SQLite"
        LockHolder(tmp_path, owner=1, watchdog=2, port=8080, description=what).write(lock)
        said = rf"at http://127\.0\.0\.1:8080 \(process 1\): {what}\. Use that one"
        with pytest.raises(LocalServerError, match=said):
            lock_folder(tmp_path)


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_start_waits_for_the_server_of_a_kernel_that_was_restarted(tmp_path: Path) -> None:
    lock = lock_folder(tmp_path)
    LockHolder(tmp_path, owner=ended_process(), watchdog=2, port=8080).write(lock)
    release = threading.Timer(0.2, lock.close)
    release.start()
    lock_folder(tmp_path).close()
    release.join()


def test_a_start_does_not_wait_for_a_server_that_was_kept(tmp_path: Path) -> None:
    with lock_folder(tmp_path) as lock:
        LockHolder(tmp_path, owner=ended_process(), watchdog=2, port=8080).write(lock)
        mark_as_kept(tmp_path)
        with pytest.raises(LocalServerError, match=r"at http://127\.0\.0\.1:8080 \(process 2\)"):
            lock_folder(tmp_path)


def test_a_server_with_other_options_is_not_shared(tmp_path: Path) -> None:
    with lock_folder(tmp_path) as lock:
        LockHolder(tmp_path, owner=os.getpid(), watchdog=2, port=8080).write(lock)
        with pytest.raises(LocalServerError, match="started here with other options"):
            lock_folder(tmp_path)


def test_servers_of_different_versions_or_variables_differ() -> None:
    settings = {
        fingerprint("Label Studio 1.20.0 on SQLite", {}),
        fingerprint("Label Studio 1.23.2 on SQLite", {}),
        fingerprint("Label Studio 1.23.2 on SQLite", {"A": "b"}),
    }
    assert len(settings) == 3


def test_a_probe_does_not_prevent_a_start(tmp_path: Path) -> None:
    with (tmp_path / LOCK).open("w") as looking:
        fcntl.flock(looking, fcntl.LOCK_EX)
        release = threading.Timer(0.2, fcntl.flock, (looking, fcntl.LOCK_UN))
        release.start()
        lock_folder(tmp_path).close()
        release.join()


def test_an_unlocked_folder_stays_free_after_a_probe(tmp_path: Path) -> None:
    with lock_folder(tmp_path) as lock:
        LockHolder(tmp_path, owner=1, watchdog=2, port=8080).write(lock)
        assert LockHolder.of(tmp_path) == LockHolder(tmp_path, owner=1, watchdog=2, port=8080)
    assert LockHolder.of(tmp_path) is None
    lock_folder(tmp_path).close()
