"""Processes that work through a proxy, and are stopped in the middle of it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from label_studio_orm import Project
from label_studio_orm.server import LocalServer
from support.faults import Fault, FaultProxy

WORKER = Path(__file__).with_name("worker.py")
LONGEST = 60.0  # seconds


class Working:
    """A process that does some work of `worker.WORK`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._timers: list[threading.Timer] = []
        self.stopped = 0.0  # when it was told to stop
        self.took = 0.0  # seconds that it took for that

    def interrupt_at(
        self, method: str, path: str, nth: int = 1, *, after: float = 0, sign: int = signal.SIGINT
    ) -> Any:
        """Return the faults of a proxy that harms nothing, but stops us when a request comes in."""
        seen = 0

        def faults(said: str, where: str, number: int) -> Fault | None:
            nonlocal seen
            if said == method and re.search(path, where):
                seen += 1
                if seen == nth:
                    self.stop(sign, after)
            return None

        return faults

    def stop(self, sign: int, after: float) -> None:
        def send() -> None:
            self.stopped = time.monotonic()
            self.process.send_signal(sign)

        timer = threading.Timer(after, send)
        self._timers.append(timer)
        timer.start()

    def begin(self) -> None:
        """Let it work, now that it is ready."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def told(self) -> dict[str, str]:
        """Wait for the end; return how it ended and what it said, nothing if it was killed."""
        out, _ = self.process.communicate(timeout=LONGEST)
        self.took = time.monotonic() - (self.stopped or time.monotonic())
        for timer in self._timers:
            timer.cancel()
            timer.join()
        told: dict[str, str] = json.loads(out or "{}")
        return told


@contextmanager
def working(
    server: LocalServer,
    proxy: FaultProxy,
    work: str,
    project: Project,
    folder: Path,
    many: int = 0,
    chunk: int = 40,
) -> Iterator[Working]:
    """Start a process that is ready to work for a project, and end it in any case."""
    given = [proxy.url, work, str(project.id), str(folder), str(many)]
    process = subprocess.Popen(
        [sys.executable, str(WORKER), *given],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "WORKER_API_KEY": server.api_key, "WORKER_CHUNK": str(chunk)},
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "READY\n"
        yield Working(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.communicate()
