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
from .permissions import opened
from .ports import HOST, answers

LOCK = "lock"  # a file that the guard of a server holds for as long as it lives
POLL = 0.05  # seconds
PROBE_TIMEOUT = 1.0  # seconds; another process that looks holds the lock for a moment


@frozen
class Holder:
    """The process that started the server of a folder, its guard process, and the server's port."""

    folder: Path
    owner: int
    guard: int
    port: int
    what: str = ""  # its version and database, for people
    settings: str = ""  # what tells its version, database and further variables from others

    @classmethod
    def of(cls, folder: Path) -> Holder | None:
        """Return the holder of a folder, or None."""
        try:
            with opened(folder / LOCK, "r") as file:
                if _is_free(file):
                    return None
                return cls(folder, **decoded_or(None, file.read()))
        except (OSError, ValueError, TypeError):  # not there, or not written yet
            return None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def is_ours(self) -> bool:
        """Whether this process has started the server, and it answers."""
        return self.owner == os.getpid() and answers(self.port)

    def write(self, lock: TextIO) -> None:
        known = asdict(self)
        del known["folder"]
        json.dump(known, lock)
        lock.flush()

    def stop(self, timeout: float) -> None:
        """Tell the guard, a child of this process, to stop the server, and wait for it."""
        end = time.monotonic() + timeout
        with suppress(ProcessLookupError, ChildProcessError):  # it has ended
            os.kill(self.guard, signal.SIGTERM)
            while os.waitpid(self.guard, os.WNOHANG)[0] == 0 and time.monotonic() < end:
                time.sleep(POLL)


def settings_of(what: str, environ: Sealed) -> str:
    """Return a fingerprint of a server that does not reveal its environment variables."""
    text = json.dumps([what, {**environ}], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def taken(folder: Path) -> TextIO:
    """Lock a folder for a server, and return the open lock file."""
    lock = opened(folder / LOCK, "a+")
    end = time.monotonic() + PROBE_TIMEOUT
    while not _is_free(lock, keep=True):
        holder = Holder.of(folder)
        if holder is not None or time.monotonic() > end:
            lock.close()
            raise _in_use(folder, holder)
        time.sleep(POLL)
    lock.truncate(0)
    return lock


def _in_use(folder: Path, holder: Holder | None) -> LocalServerError:
    where = f", at {holder.url} (process {holder.owner})" if holder else ""
    what = f": {holder.what}" if holder and holder.what else ""
    return LocalServerError(
        f"Another server is using {folder}{where}{what}. "
        "Use that one, stop it, or choose another folder."
    )


def _is_free(file: TextIO, *, keep: bool = False) -> bool:
    """Tell whether nobody holds a file; `keep` holds it from now on."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    if not keep:
        fcntl.flock(file, fcntl.LOCK_UN)
    return True
