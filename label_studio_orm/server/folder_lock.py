"""The lock on a server's folder: two servers would corrupt its database."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from attrs import asdict, frozen

from ..errors import LocalServerError
from ..http.decoding import decoded_or
from ..secret import Sealed
from .permissions import open_private
from .ports import HOST, answers

LOCK = "lock"  # a file that the watchdog of a server locks until it exits
POLL_INTERVAL = 0.05  # seconds
PROBE_TIMEOUT = 1.0  # seconds, as another process may hold the lock briefly to probe it


@frozen
class LockHolder:
    """The owner and the watchdog of the server of a folder (process ids), and its port."""

    folder: Path
    owner: int
    watchdog: int
    port: int
    description: str = ""  # its version and database
    fingerprint: str = ""  # of its version, database and variables

    @classmethod
    def of(cls, folder: Path) -> LockHolder | None:
        """Return the holder of a folder, or None."""
        try:
            with open_private(folder / LOCK, "r") as file:
                if _is_free(file):
                    return None
                return cls(folder, **decoded_or(None, file.read()))
        except (OSError, ValueError, TypeError):  # missing, or not written yet
            return None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def is_ours(self) -> bool:
        """Whether this process has started the server, and it responds."""
        return self.owner == os.getpid() and answers(self.port)

    def write(self, lock: TextIO) -> None:
        values = asdict(self)
        del values["folder"]
        json.dump(values, lock)
        lock.flush()

    def stop(self, timeout: float) -> None:
        """Make the watchdog, a child of this process, stop the server, and wait for it."""
        end = time.monotonic() + timeout
        with suppress(ProcessLookupError, ChildProcessError):  # it has exited
            os.kill(self.watchdog, signal.SIGTERM)
            while os.waitpid(self.watchdog, os.WNOHANG)[0] == 0 and time.monotonic() < end:
                time.sleep(POLL_INTERVAL)


def fingerprint(what: str, environ: Sealed) -> str:
    """Return a fingerprint of a server that does not reveal its environment variables."""
    text = json.dumps([what, {**environ}], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def lock_folder(folder: Path) -> TextIO:
    """Lock a folder for a server, and return the open lock file."""
    lock = open_private(folder / LOCK, "a+")
    end = time.monotonic() + PROBE_TIMEOUT
    while not _is_free(lock, keep=True):
        holder = LockHolder.of(folder)
        if holder is not None or time.monotonic() > end:
            lock.close()
            raise _in_use(folder, holder)
        time.sleep(POLL_INTERVAL)
    lock.truncate(0)
    return lock


def _in_use(folder: Path, holder: LockHolder | None) -> LocalServerError:
    where = f", at {holder.url} (process {holder.owner})" if holder else ""
    what = f": {holder.description}" if holder and holder.description else ""
    return LocalServerError(
        f"Another server is using {folder}{where}{what}. "
        "Use that one, stop it, or choose another folder."
    )


def _is_free(file: TextIO, *, keep: bool = False) -> bool:
    """Tell whether a file is not locked; `keep` locks it from now on."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    if not keep:
        fcntl.flock(file, fcntl.LOCK_UN)
    return True
