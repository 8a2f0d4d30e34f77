"""The process of a server and its watchdog, for the process that started them."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from attrs import define

from ..secret import Sealed
from . import watchdog

STOP_TIMEOUT = 25.0  # seconds


@define(eq=False)
class ServerProcess:
    """A server that ends with this process, unless it is kept."""

    watchdog: subprocess.Popen[str]
    owner: int

    @classmethod
    def start(
        cls,
        command: Sequence[str],
        home: Path,
        *,
        remove: bool,
        environ: Sealed,
        log: TextIO,
        inherited_fds: Sequence[int],
    ) -> ServerProcess:
        """Run a server in a folder; the last of `inherited_fds` is its socket."""
        script = [sys.executable, "-I", watchdog.__file__]
        process = subprocess.Popen(
            [*script, str(home) if remove else "-", str(inherited_fds[-1]), *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**environ},
            cwd=home,
            pass_fds=inherited_fds,
            umask=0o077,
            start_new_session=True,  # Ctrl-C is for the owner, who stops the server in turn
            text=True,
        )
        server = cls(process, os.getpid())
        atexit.register(server.stop)
        return server

    def keep(self) -> int:
        """Let the server outlive this process; return the process id of the watchdog."""
        if self.watchdog.stdin:
            self.watchdog.stdin.write("keep\n")
            self.watchdog.stdin.flush()
        atexit.unregister(self.stop)
        return self.watchdog.pid

    def stop(self) -> None:
        """Stop the server by its watchdog, and wait until it has stopped."""
        atexit.unregister(self.stop)
        if os.getpid() != self.owner or self.watchdog.stdin is None:
            return  # in a forked child: the server belongs to its parent
        with suppress(OSError):  # the watchdog may have exited already
            self.watchdog.stdin.write("stop\n")
            self.watchdog.stdin.close()
        try:
            self.watchdog.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.watchdog.kill()
            self.watchdog.wait()
