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

from attrs import asdict, evolve, frozen

from ..errors import LocalServerError
from ..http.decoding import decoded_or
from ..secret import Sealed
from .permissions import open_private
from .ports import HOST, answers

LOCK = "lock"  # a file that the watchdog of a server locks until it exits
POLL_INTERVAL = 0.05  # seconds
PROBE_TIMEOUT = 1.0  # seconds, as another process may hold the lock briefly to probe it
ENDING_TIMEOUT = 30.0  # seconds, for the server of a process that has ended, such as a kernel


@frozen
class LockHolder:
    """The owner and the watchdog of the server of a folder (process ids), and its port."""

    folder: Path
    owner: int
    watchdog: int
    port: int
    description: str = ""  # its version and database
    fingerprint: str = ""  # of its version, database and variables
    kept: bool = False  # it outlives its owner

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

    @property
    def is_ending(self) -> bool:
        """Whether its owner has ended, so that it soon ends too."""
        return not self.kept and not _is_running(self.owner)

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
    begin = time.monotonic()
    while not _is_free(lock, keep=True):
        holder = LockHolder.of(folder)
        if time.monotonic() - begin > _patience(holder):
            lock.close()
            raise _in_use(folder, holder)
        time.sleep(POLL_INTERVAL)
    lock.truncate(0)
    return lock


def _patience(holder: LockHolder | None) -> float:
    """Return for how many seconds to wait for a lock."""
    if holder is None:
        return PROBE_TIMEOUT
    return ENDING_TIMEOUT if holder.is_ending else 0.0


def mark_as_kept(folder: Path) -> None:
    """Note in the lock file of a folder that its server outlives its owner."""
    holder = LockHolder.of(folder)
    if holder is not None:
        with open_private(folder / LOCK, "w") as lock:  # it stays locked
            evolve(holder, kept=True).write(lock)


def _in_use(folder: Path, holder: LockHolder | None) -> LocalServerError:
    where = f", at {holder.url} (process {_process(holder)})" if holder else ""
    what = f": {holder.description}" if holder and holder.description else ""
    ours = holder is not None and holder.owner == os.getpid()
    other = " It was started here with other options." if ours else ""
    return LocalServerError(
        f"Another server is using {folder}{where}{what}.{other} "
        "Use that one, stop it, or choose another folder."
    )


def _process(holder: LockHolder) -> int:
    """Return the process that ends the server when it ends."""
    return holder.watchdog if holder.kept else holder.owner


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it is another user's
    return True


def _is_free(file: TextIO, *, keep: bool = False) -> bool:
    """Tell whether a file is not locked; `keep` locks it from now on."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    if not keep:
        fcntl.flock(file, fcntl.LOCK_UN)
    return True
