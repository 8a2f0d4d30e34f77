"""An asynchronous client: records stay synchronous, and their work runs in threads."""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

from .client import LabelStudio
from .errors import BlockingCall, InvalidInput
from .interruption import INTERRUPTIBLE, Interrupt, check_interrupt, let_interrupt
from .orm.batches import close_batch
from .orm.query import Query
from .orm.record import Record
from .signatures import takes
from .stack import package_frames
from .tuning import Tuning

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from .http.call import Call
    from .http.options import ClientOptions
    from .records.project import Project
    from .transfer import Batch

__all__ = ["AsyncLabelStudio", "AsyncQuery"]

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound=Record)

AT_ONCE = 100  # records that go from a thread to the event loop


class AsyncLabelStudio:
    """A connection to a server for asyncio: `client` is a `LabelStudio`, used in threads.

    Records load their fields in one of the `threads`; what would send a request on the event loop
    raises `BlockingCall`, which tells what to await. Options are those of `LabelStudio`.
    `projects`, `users` and `webhooks` are `AsyncQuery`s.

    Work whose task is cancelled ends as by Ctrl-C, at its next request or pause. The cancellation
    waits for that, and its message tells how far the work came.

    >>> async def main():
    ...     async with AsyncLabelStudio() as als:
    ...         project = await als.projects.get(title="Reviews")
    ...         await als.run(project.import_tasks, [{"text": "A fine film."}])
    ...         return [task.data["text"] async for task in als.iterate(project.tasks)]
    >>> asyncio.run(main())
    ['Rarely seen a worse film.', 'A fine film.']
    """

    @takes("http.options:ClientOptions")
    def __init__(
        self, url: str | None = None, *, threads: int = 8, **options: Unpack[ClientOptions]
    ) -> None:
        if type(threads) is not int or threads < 1:
            raise InvalidInput(f"threads must be a number of threads, not {threads!r}.")
        self.client = LabelStudio(url, **options)
        self.client._tuning = Tuning(clock=INTERRUPTIBLE)
        self.client._transport.before_send = _check_thread
        self.client._transport.connections.keep(threads)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="label-studio-orm")
        self._running: set[Future[Any]] = set()
        self.projects = AsyncQuery(self, cast("Query[Project]", self.client.projects))
        self.users = AsyncQuery(self, self.client.users)
        self.webhooks = AsyncQuery(self, self.client.webhooks)

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function in a thread: a method of a record, or your own that uses many."""
        interrupt, context = Interrupt(), copy_context()
        context.run(let_interrupt, interrupt)
        call = partial(_outcome, partial(function, *args, **kwargs))
        work = self._threads.submit(context.run, call)
        self._running.add(work)
        work.add_done_callback(self._running.discard)
        return cast("T", await _result(work, interrupt))

    async def iterate(self, source: Iterable[T]) -> AsyncIterator[T]:
        """Yield the items of a query, of `project.iter_export()`, or of any other iterable.

        The next ones are read meanwhile, and no more than those.
        """
        items = await self.run(iter, source)
        following = asyncio.ensure_future(self.run(_some, items))
        try:
            while some := await following:
                following = asyncio.ensure_future(self.run(_some, items))
                for each in some:
                    yield each
        finally:
            following.cancel()
            await asyncio.wait([following])
            await self.run(getattr(items, "close", bool))

    async def load(self, record: R) -> R:
        """Read the fields of a record that were not read yet, and return it; keep your edits."""
        if not isinstance(record, Record):
            raise InvalidInput(
                f"load() reads one record, not {record!r}: use als.iterate(…) for several."
            )
        if not record._state.complete:
            await self.run(record._load)
        return record

    @asynccontextmanager
    async def batch(self, project: Project) -> AsyncIterator[Batch]:
        """Collect small writes into large requests, as `project.batch()`; await them in turn."""
        batch = project.batch()
        batch.__enter__()
        try:
            yield batch
        finally:
            close_batch(batch)  # here, as a thread has a context of its own
            await self.run(batch.__exit__, *sys.exc_info())

    async def aclose(self) -> None:
        """Wait for what is running, and close the threads and connections."""
        if running := [asyncio.wrap_future(work) for work in [*self._running]]:
            await asyncio.wait(running)
        self._threads.shutdown()
        self.client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.aclose()


class AsyncQuery(Generic[R]):
    """The records of a query, to await one or to loop over all of them with `async for`.

    For some of them, filter the query of the client: `als.iterate(als.client.projects.filter(…))`.
    """

    def __init__(self, als: AsyncLabelStudio, query: Query[R]) -> None:
        self._als, self._query = als, query

    async def get(self, id: int | None = None, **match: Any) -> R:
        """Return the record with this id, or the only one that matches, with all its fields."""
        return await self._als.load(await self._als.run(self._query.get, id, **match))

    async def create(self, **fields: Any) -> R:
        """Create a record; `fields` are those of its class."""
        return cast("R", await self._als.run(cast("Any", self._query).create, **fields))

    def __aiter__(self) -> AsyncIterator[R]:
        return self._als.iterate(self._query)


Outcome = tuple[Any, BaseException | None]  # of a call in a thread


def _outcome(call: Callable[[], Any]) -> Outcome:
    try:
        return call(), None
    except BaseException as error:  # an event loop would be ended by a KeyboardInterrupt
        return None, error


def _some(items: Iterator[T]) -> list[T]:
    return list(itertools.islice(items, AT_ONCE))


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


def _check_thread(call: Call) -> None:
    """Raise before a request on an event loop, or of work that was cancelled."""
    if asyncio._get_running_loop() is not None:
        raise _blocking(call)
    check_interrupt()


def _blocking(call: Call) -> BlockingCall:
    """Return the error for a request on an event loop; it names the record that needs it."""
    owners = [frame.f_locals.get("self") for frame in package_frames()]
    owner = next((each for each in owners[::-1] if isinstance(each, (Record, Query))), None)
    if owner is None or call.method != "GET":
        ways = "await als.run(…)"
    elif isinstance(owner, Query):
        ways = "use `async for … in als.iterate(query)`, or await als.run(…)"
    else:
        ways = "await als.load(record), or als.run(…)"
    what = call.what if owner is None else f"{call.what} for {owner!r}"
    return BlockingCall(f"{what} would block the event loop: {ways}.")
