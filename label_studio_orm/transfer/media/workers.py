"""Threads that nobody waits for: a process can end while they hang on a host that is silent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any

from attrs import define, field

Job = tuple["Future[None]", Callable[..., None], tuple[Any, ...]]


@define
class Workers:
    """So many threads at most; those of `concurrent.futures` would keep Python from ending."""

    most: int
    _jobs: SimpleQueue[Job | None] = field(factory=SimpleQueue)
    _started: int = 0

    def submit(self, do: Callable[..., None], *given: Any) -> Future[None]:
        """Have something done by one of the threads."""
        future: Future[None] = Future()
        self._jobs.put((future, do, given))
        if self._started < self.most:
            self._started += 1
            threading.Thread(target=self._work, daemon=True).start()
        return future

    def stop(self) -> None:
        """Begin nothing more; what is being done comes to its own end."""
        while not self._jobs.empty():
            self._jobs.get()
        for _ in range(self._started):
            self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            future, do, given = job
            try:
                future.set_result(do(*given))
            except BaseException as error:  # whatever it is, it is for who asked
                future.set_exception(error)
