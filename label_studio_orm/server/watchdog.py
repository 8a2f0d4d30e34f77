"""Watchdog process that keeps an embedded server running exactly as long as its owner.

Run as `python watchdog.py FOLDER DESCRIPTOR COMMAND…`. It starts the command, and stops it as soon
as its standard input ends or its owner exits, however that happens. Then it removes FOLDER (unless
that is "-"). The line "keep" on its input lets the server run on until the watchdog gets a SIGTERM.
When the server exits first, it writes the file "ended" beside its log and waits.

DESCRIPTOR is the server's socket, or "-" for a server that opens its own. The watchdog holds it,
too: after a crash of the server, clients that send their key are refused, and no other program can
listen on that port.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

STOP_TIMEOUT = 10.0  # seconds before a server that does not stop is killed
POLL_INTERVAL = 0.5  # seconds between checks of the owner and the server
SERVER_ENDED = "ended"  # the file that signals to the owner that the server has exited


def main(folder: str, descriptor: str, command: list[str]) -> None:
    owner = os.getppid()
    signal.signal(signal.SIGTERM, _exit)
    bound = None if descriptor == "-" else socket.socket(fileno=int(descriptor))
    server = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        pass_fds=[bound.fileno()] if bound else [],
    )
    try:
        while os.getppid() == owner:  # a forked child of the owner may keep our input open
            if server.poll() is not None and not Path(SERVER_ENDED).exists():
                Path(SERVER_ENDED).touch()
                refuse_connections(bound)
            if select.select([sys.stdin], [], [], POLL_INTERVAL)[0]:
                if sys.stdin.readline() == "keep\n":
                    server.wait()
                return
    finally:
        _stop(server)
        refuse_connections(bound)  # the owner keeps the port open
        if folder != "-":
            shutil.rmtree(folder, ignore_errors=True)


def refuse_connections(bound: socket.socket | None) -> None:
    """Refuse connections to a socket, and keep its port."""
    with suppress(OSError):  # not supported on macOS: there, clients wait in vain
        if bound is not None:
            bound.shutdown(socket.SHUT_RDWR)


def _exit(signum: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one must not cut the clean-up short
    sys.exit(0)


def _stop(server: subprocess.Popen[bytes]) -> None:
    for signum in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, signum)  # the server's children too
            server.wait(STOP_TIMEOUT)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
