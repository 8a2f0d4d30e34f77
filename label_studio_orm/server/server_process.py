"""A server and its guard, as the process that started them sees them."""

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
class Guarded:
    """A server that ends with this process, unless it is kept."""

    process: subprocess.Popen[str]  # the guard's
    owner: int

    @classmethod
    def started(
        cls,
        command: Sequence[str],
        home: Path,
        *,
        remove: bool,
        environ: Sealed,
        log: TextIO,
        holds: Sequence[int],
    ) -> Guarded:
        """Run a server in a folder; the guard holds its socket, the last descriptor of `holds`."""
        own = [
            sys.executable,
            "-I",
            watchdog.__file__,
            str(home) if remove else "-",
            str(holds[-1]),
        ]
        process = subprocess.Popen(
            [*own, *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**environ},
            cwd=home,
            pass_fds=holds,
            umask=0o077,
            start_new_session=True,  # Ctrl-C is for the owner, who stops the server in turn
            text=True,
        )
        started = cls(process, os.getpid())
        atexit.register(started.stop)
        return started

    def keep(self) -> int:
        """Let the server outlive this process; return the id of the guard."""
        if self.process.stdin:
            self.process.stdin.write("keep\n")
            self.process.stdin.flush()
        atexit.unregister(self.stop)
        return self.process.pid

    def stop(self) -> None:
        """Have the guard stop the server, and wait until it has."""
        atexit.unregister(self.stop)
        if os.getpid() != self.owner or self.process.stdin is None:
            return  # a forked child ends: the server is its parent's
        with suppress(OSError):  # the guard may have ended already
            self.process.stdin.write("stop\n")
            self.process.stdin.close()
        try:
            self.process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
