"""Daemon threads: the process can exit while they wait for an unresponsive host."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from attrs import define, field

from ...interruption import check_interrupt

INTERVAL = 0.1  # seconds between two looks whether the work is interrupted

Job = tuple["Future[None]", Callable[..., None], tuple[Any, ...]]


@define
class Workers:
    """A pool of daemon threads; those of `concurrent.futures` would block the exit of Python."""

    max_threads: int
    _jobs: SimpleQueue[Job | None] = field(factory=SimpleQueue)
    _threads: list[threading.Thread] = field(factory=list)

    def submit(self, function: Callable[..., None], *args: Any) -> Future[None]:
        """Run a function in one of the threads."""
        future: Future[None] = Future()
        self._jobs.put((future, function, args))
        if len(self._threads) < self.max_threads:
            self._threads.append(threading.Thread(target=self._work, daemon=True))
            self._threads[-1].start()
        return future

    def stop(self, seconds: float) -> None:
        """Cancel pending jobs, and wait briefly for running ones."""
        with suppress(Empty):
            while True:
                self._jobs.get_nowait()
        for _ in self._threads:
            self._jobs.put(None)
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            future, function, args = job
            try:
                future.set_result(function(*args))
            except BaseException as error:  # raised by future.result()
                future.set_exception(error)


def wait_for_any(futures: Collection[Future[None]]) -> set[Future[None]]:
    """Return the futures that are done; raise `KeyboardInterrupt` if the work is interrupted."""
    while not (done := wait(futures, INTERVAL, FIRST_COMPLETED).done):
        check_interrupt()
    return done
