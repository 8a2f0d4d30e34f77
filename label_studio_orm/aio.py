"""An asynchronous client: records stay synchronous and work in threads."""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

from .client import LabelStudio
from .errors import BlockingCall, InvalidInput
from .interruption import INTERRUPTIBLE, check_interrupt
from .orm.batches import close_batch
from .orm.query import Query
from .orm.record import Record
from .signatures import takes
from .stack import package_frames
from .thread_pool import ThreadPool
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

AT_ONCE = 100  # items that a thread hands to the event loop


class AsyncLabelStudio:
    """A connection to a server for asyncio: `client` is a `LabelStudio` that works in threads.

    No more than `threads` calls run at once. The other options are those of `LabelStudio`. Code on
    the event loop that would send a request raises `BlockingCall`, which tells what to await.

    A cancelled call ends as by Ctrl-C, at its next request or pause. The cancellation waits for
    that, and its message tells how far the call came.

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
            raise InvalidInput(f"threads must be a whole number of at least 1, not {threads!r}.")
        self.client = LabelStudio(url, **options)
        self.client._tuning = Tuning(clock=INTERRUPTIBLE)
        self.client._transport.before_send = _check_thread
        self.client._transport.connections.set_pool_size(threads)
        self._pool = ThreadPool(threads)
        self._unread: dict[int, Iterator[Any]] = {}  # by identity: of loops that have not ended
        self.projects = AsyncQuery(self, cast("Query[Project]", self.client.projects))
        self.users = AsyncQuery(self, self.client.users)
        self.webhooks = AsyncQuery(self, self.client.webhooks)

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function in a thread: a method of a record, or your own that uses many."""
        return await self._pool.run(function, *args, **kwargs)

    async def iterate(self, source: Iterable[T]) -> AsyncIterator[T]:
        """Yield the items of a query, of `project.iter_export()`, or of any other iterable.

        While some are used, a thread reads the next 100, and no more.
        """
        items = await self.run(iter, source)
        self._unread[id(items)] = items
        following = asyncio.ensure_future(self.run(_next_items, items))
        try:
            while chunk := await following:
                following = asyncio.ensure_future(self.run(_next_items, items))
                for item in chunk:
                    yield item
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)  # it may have failed unseen
            if self._pool.open:  # else `aclose()` ends it
                self._unread.pop(id(items), None)
                await self.run(_close, items)

    async def load(self, record: R) -> R:
        """Load the fields of a record that were not loaded yet, and return it; keep its edits."""
        if not record._state.complete:
            await self.run(record._load)
        return record

    @asynccontextmanager
    async def batch(self, project: Project) -> AsyncIterator[Batch]:
        """Collect small writes into large requests, as `project.batch()` does."""
        batch = project.batch()
        batch.__enter__()
        try:
            yield batch
        finally:
            close_batch(batch)  # here, as a thread has a context of its own
            await self.run(batch.__exit__, *sys.exc_info())

    async def aclose(self) -> None:
        """Wait for what is running, end loops that were left, and close the connections."""
        await self._pool.finish()
        while self._unread:
            await self._pool.run_last(_close, self._unread.popitem()[1])
        self._pool.close()
        self.client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.aclose()


class AsyncQuery(Generic[R]):
    """A query whose records are awaited one by one, or read with `async for`."""

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


def _next_items(items: Iterator[T]) -> list[T]:
    return list(itertools.islice(items, AT_ONCE))


def _close(items: Iterator[Any]) -> None:
    getattr(items, "close", bool)()  # generators have it


def _check_thread(call: Call) -> None:
    """Raise `BlockingCall` on an event loop, and `KeyboardInterrupt` if the call is cancelled."""
    if asyncio._get_running_loop() is not None:
        raise _blocking(call)
    check_interrupt()


def _blocking(call: Call) -> BlockingCall:
    """Return the error for a request on an event loop; it names the record that needs it."""
    owners = [frame.f_locals.get("self") for frame in package_frames()]
    owner = next((each for each in owners[::-1] if isinstance(each, (Record, Query))), None)
    if isinstance(owner, Query):
        ways = "use `async for … in als.iterate(query)`, or await als.run(…)"
    else:
        ways = "await als.load(record), or als.run(…)" if owner is not None else "await als.run(…)"
    what = call.what if owner is None else f"{call.what} for {owner!r}"
    return BlockingCall(f"{what} would block the event loop: {ways}.")
