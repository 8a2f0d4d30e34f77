"""The makers of temporary model versions, which are in their names.

So the next batch finds what a killed process has left behind: "label-studio-orm batch 3f2a9c1e 4711
1764275830 b0d1c2d3 8a4e 0001" has the host, the process, the time, the client, the request and the
number of the version in it.
"""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
import time
from pathlib import Path

from attrs import frozen

from ...orm.context import Context, once

PREFIX = "label-studio-orm batch "
LONGEST = 3600.0  # seconds that a batch may need one of its versions
LOADED = time.time()  # a version of this process is not older
NAMESPACE = Path("/proc/self/ns/pid")  # within which the ids of processes are unique


@frozen
class Maker:
    """Who made a version, and when."""

    host: str
    process: int
    time: int
    client: str

    @classmethod
    def here(cls, client: Context) -> Maker:
        """Return the maker of a new version."""
        own = once(client, "client of temporary model versions", lambda: secrets.token_hex(4))
        return cls(_host(), os.getpid(), int(time.time()), own)

    @classmethod
    def of(cls, name: str) -> Maker | None:
        """Return the maker of a version; None if it is no temporary one."""
        parts = name.removeprefix(PREFIX).split(" ")
        if not name.startswith(PREFIX) or len(parts) != 6 or not all(map(_digits, parts[1:3])):
            return None
        return cls(parts[0], int(parts[1]), int(parts[2]), parts[3])

    def has_ended(self, now: Maker) -> bool:
        """Tell whether nobody uses a version of this maker any more."""
        if now.time - self.time > LONGEST:
            return True
        if self.host != now.host:
            return False
        if self.process != now.process:
            return not _is_running(self.process)
        return self.client == now.client or self.time < int(LOADED)

    def __str__(self) -> str:
        return f"{PREFIX}{self.host} {self.process} {self.time} {self.client}"


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20


def _host() -> str:
    """Return a digest of what tells hosts, and containers on them, apart."""
    space = NAMESPACE.readlink() if NAMESPACE.is_symlink() else ""
    text = f"{platform.node()} {space}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:8]


def _is_running(process: int) -> bool:
    if os.name != "posix":  # elsewhere there is no harmless signal
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # it is another user's
        return True
    return True
