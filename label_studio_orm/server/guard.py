"""Keep an embedded server running exactly as long as its owner: a process of its own.

Run as `python guard.py FOLDER COMMAND…`. It starts the command, and stops it as soon as its
standard input ends, which happens however the owner dies. Then it removes FOLDER (unless that is
"-"). The line "keep" on its input lets the server run on until the guard gets a SIGTERM.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from types import FrameType

PATIENCE = 10.0  # seconds until a server that does not end is killed


def main(folder: str, command: list[str]) -> int:
    signal.signal(signal.SIGTERM, _exit)
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    threading.Thread(target=_follow, args=(server,), daemon=True).start()
    try:
        if sys.stdin.readline() == "keep\n":
            return server.wait()
        return 0
    finally:
        _stop(server)
        if folder != "-":
            shutil.rmtree(folder, ignore_errors=True)


def _exit(signum: int, frame: FrameType | None) -> None:
    sys.exit(0)


def _follow(server: subprocess.Popen[bytes]) -> None:
    """End with the server, if it ends first, so that the owner sees it."""
    code = server.wait()
    if code >= 0:  # else it was stopped from here
        os._exit(code)


def _stop(server: subprocess.Popen[bytes]) -> None:
    for signum in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, signum)  # the server's children too
            server.wait(PATIENCE)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
