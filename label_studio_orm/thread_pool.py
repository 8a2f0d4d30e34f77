"""Threads for an event loop, whose calls are cancelled as by Ctrl-C."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast

from .errors import InvalidInput
from .interruption import Interrupt, interrupt_on

P = ParamSpec("P")
T = TypeVar("T")

Outcome: TypeAlias = tuple[Any, BaseException | None]  # of a call in a thread


class ThreadPool:
    """A bounded number of threads; context variables go along with each call."""

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="label-studio-orm")
        self._running: set[Future[Outcome]] = set()
        self.open = True

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function in a thread; raise `InvalidInput` if the pool is closed."""
        if not self.open:
            raise InvalidInput("This AsyncLabelStudio is closed: create another one.")
        return await self.run_last(function, *args, **kwargs)

    async def run_last(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function in a thread, even while the pool is being closed."""
        interrupt, context = Interrupt(), copy_context()
        context.run(interrupt_on, interrupt)
        call = partial(_outcome, partial(function, *args, **kwargs))
        work = self._threads.submit(context.run, call)
        self._running.add(work)
        work.add_done_callback(self._running.discard)
        return cast("T", await _result(work, interrupt))

    async def finish(self) -> None:
        """Refuse further calls, and wait for those that are running."""
        self.open = False
        if running := [asyncio.wrap_future(work) for work in [*self._running]]:
            await asyncio.wait(running)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown()


def _outcome(call: Callable[[], Any]) -> Outcome:
    try:
        return call(), None
    except BaseException as error:  # an event loop would be ended by a KeyboardInterrupt
        return None, error


async def _result(work: Future[Outcome], interrupt: Interrupt) -> Any:
    """Wait for a thread; if that is cancelled, interrupt it, and wait until it has ended."""
    done, cancelled = asyncio.wrap_future(work), False
    while not done.done():
        try:
            await asyncio.wait([done])
        except asyncio.CancelledError:
            cancelled = True
            interrupt.set()
            work.cancel()  # if no thread has begun it
    result, error = (None, None) if done.cancelled() else done.result()
    if cancelled:
        raise asyncio.CancelledError(*getattr(error, "args", ())) from error
    if error is not None:
        raise error
    return result
