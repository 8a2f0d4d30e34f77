"""The asynchronous client: threads, cancellation, and what would block the event loop."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Coroutine, Iterator
from contextvars import ContextVar
from typing import Any

import pytest
from support.stub import Answer, Stub

from label_studio_orm import BlockingCall, InvalidInput, LabelConfig, Project, Task, choices
from label_studio_orm.aio import AT_ONCE, AsyncLabelStudio
from label_studio_orm.orm.context import current
from label_studio_orm.testing import FakeServer
from label_studio_orm.transfer.media.workers import Workers, wait_for_any

CONFIG = LabelConfig.create({"text": "Text", "sentiment": choices("Positive", "Negative")})
name: ContextVar[str] = ContextVar("name", default="")


@pytest.fixture
def fake_server() -> Iterator[FakeServer]:
    with FakeServer() as server:
        project = server.client.projects.create(title="Reviews", label_config=CONFIG)
        project.import_tasks([{"text": f"Text {number}"} for number in range(250)])
        yield server


@pytest.fixture
def als(fake_server: FakeServer) -> AsyncLabelStudio:
    return AsyncLabelStudio(fake_server.url, api_key=fake_server.api_key, threads=3)


def ran(als: AsyncLabelStudio, work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end, and close the client."""

    async def main() -> Any:
        async with als:
            return await work

    return asyncio.run(main())


def unread(als: AsyncLabelStudio) -> Project:
    """Return the project, not loaded yet."""
    return als.client.projects.get(1)


def test_a_call_runs_in_a_thread_and_returns_what_it_returns(als: AsyncLabelStudio) -> None:
    async def work() -> Any:
        project = await als.projects.get(title="Reviews")
        await als.run(project.import_tasks, [{"text": "One more"}], validate=False)
        return await als.run(project.tasks.count), await als.run(threading.current_thread)

    count, thread = ran(als, work())
    assert (count, thread.name.partition("_")[0]) == (251, "label-studio-orm")


def test_an_error_of_a_call_is_raised(als: AsyncLabelStudio) -> None:
    with pytest.raises(InvalidInput, match="score"):
        ran(als, als.run(unread(als).tasks.get(1).predict, {"sentiment": "Positive"}, score=7))


def test_all_tasks_come_in_their_order(als: AsyncLabelStudio) -> None:
    async def work() -> list[str]:
        return [task.data["text"] async for task in als.iterate(unread(als).tasks)]

    assert ran(als, work()) == [f"Text {number}" for number in range(250)]


def test_no_more_is_read_ahead_than_one_portion(als: AsyncLabelStudio) -> None:
    taken = []

    def numbers() -> Iterator[int]:
        for number in range(10 * AT_ONCE):
            taken.append(number)
            yield number

    async def work() -> int:
        async for _ in als.iterate(numbers()):
            await asyncio.sleep(0.05)
            break
        return len(taken)

    assert ran(als, work()) == 2 * AT_ONCE


def test_leaving_a_loop_ends_the_reading(als: AsyncLabelStudio) -> None:
    closed = threading.Event()

    def numbers() -> Iterator[int]:
        try:
            yield from range(10 * AT_ONCE)
        finally:
            closed.set()

    async def work() -> None:
        async for _ in als.iterate(numbers()):
            break

    ran(als, work())
    assert closed.is_set()


def test_a_record_is_loaded_with_the_edits_that_were_made(als: AsyncLabelStudio) -> None:
    async def work() -> tuple[str, Any]:
        project = unread(als)
        project.description = "Mine"
        await als.load(project)
        return project.title, project.description

    assert ran(als, work()) == ("Reviews", "Mine")


def test_the_first_things_can_be_awaited(als: AsyncLabelStudio) -> None:
    async def work() -> Any:
        new = await als.projects.create(title="Photos")
        by_id = await als.projects.get(1)
        return new.title, by_id.title, [project.title async for project in als.projects]

    assert ran(als, work()) == ("Photos", "Reviews", ["Reviews", "Photos"])


def test_a_record_on_the_event_loop_tells_what_to_await(als: AsyncLabelStudio) -> None:
    async def work() -> Any:
        return unread(als).title

    with pytest.raises(BlockingCall, match=r"GET /api/projects/1/ for <Project 1> .*als\.load"):
        ran(als, work())


def test_a_loop_on_the_event_loop_tells_how_to_write_it(als: AsyncLabelStudio) -> None:
    async def work() -> Any:
        return list(unread(als).tasks)

    with pytest.raises(BlockingCall, match=r"<Tasks: .*async for … in als\.iterate"):
        ran(als, work())


def test_a_call_of_the_client_on_the_event_loop_is_refused(als: AsyncLabelStudio) -> None:
    async def work() -> Any:
        return als.client.with_options(timeout=5).json("GET", "/api/version")

    with pytest.raises(BlockingCall, match=r"GET /api/version would block .*als\.run"):
        ran(als, work())


def test_other_clients_may_be_used_inside_a_loop(fake_server: FakeServer) -> None:
    async def cell() -> str:
        return fake_server.client.projects.get(1).title  # as in a notebook

    assert asyncio.run(cell()) == "Reviews"


def test_context_variables_go_along(als: AsyncLabelStudio) -> None:
    async def work() -> Any:
        name.set("mine")
        with als.client:
            return await als.run(name.get), await als.run(current)

    assert ran(als, work()) == ("mine", als.client)


def test_a_batch_collects_what_is_awaited_in_it(
    als: AsyncLabelStudio, fake_server: FakeServer
) -> None:
    async def work() -> Any:
        project = await als.projects.get(1)
        async with als.batch(project) as batch:
            async for task in als.iterate(project.tasks.limit(20)):
                await als.run(task.predict, {"sentiment": "Positive"})
        return batch.created, await als.run(project.predictions.count)

    assert ran(als, work()) == (20, 20)
    assert [str(each) for each in fake_server.requests].count("POST /api/predictions/") == 0


def test_no_more_calls_run_at_once_than_there_are_threads(als: AsyncLabelStudio) -> None:
    running, most = [0], [0]

    def count() -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        time.sleep(0.01)
        running[0] -= 1

    async def work() -> None:
        await asyncio.gather(*(als.run(count) for _ in range(12)))

    ran(als, work())
    assert most == [3]


def test_a_cancelled_import_ends_and_tells_how_far_it_came(
    als: AsyncLabelStudio, fake_server: FakeServer
) -> None:
    rows = [{"text": f"New {number}"} for number in range(20_000)]

    async def work() -> BaseException | None:
        importing = asyncio.create_task(als.run(unread(als).import_tasks, rows))
        while fake_server.client.projects.get(1).tasks.count() < 1_250:
            await asyncio.sleep(0.01)
        importing.cancel()
        with pytest.raises(asyncio.CancelledError, match="were imported before that") as caught:
            await importing
        return caught.value.__cause__

    cause: Any = ran(als, work())
    created = cause.imported.created
    assert isinstance(cause, KeyboardInterrupt)
    assert 1_000 <= created < len(rows)
    assert fake_server.client.projects.get(1).tasks.count() == 250 + created


def test_a_call_that_no_thread_has_begun_is_never_made(als: AsyncLabelStudio) -> None:
    made, go = list[int](), threading.Event()

    async def work() -> None:
        busy = [asyncio.create_task(als.run(go.wait)) for _ in range(3)]
        waiting = asyncio.create_task(als.run(made.append, 1))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        go.set()
        await asyncio.gather(*busy)

    ran(als, work())
    assert made == []


def test_a_timeout_ends_a_wait(als: AsyncLabelStudio) -> None:
    pause = als.client._tuning.clock.sleep

    async def work() -> float:
        before = time.monotonic()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(als.run(pause, 60), timeout=0.05)
        return time.monotonic() - before

    assert ran(als, work()) < 30


def test_closing_waits_for_what_is_running(als: AsyncLabelStudio) -> None:
    done: list[int] = []

    def late() -> None:
        time.sleep(0.1)
        done.append(1)

    async def main() -> None:
        async with als:
            asyncio.create_task(als.run(late))  # noqa: RUF006
            await asyncio.sleep(0.01)

    asyncio.run(main())
    assert done == [1]
    assert not [each for each in threading.enumerate() if each.name.startswith("label-studio-orm")]


def test_connections_are_kept_for_as_many_threads(fake_server: FakeServer) -> None:
    als = AsyncLabelStudio(fake_server.url, api_key=fake_server.api_key, threads=30)
    adapter: Any = als.client._transport.session.get_adapter(fake_server.url)
    assert adapter._pool_maxsize == 30


@pytest.mark.parametrize("threads", [0, -1, True, 2.5, "4"])
def test_the_number_of_threads_is_checked(threads: Any) -> None:
    with pytest.raises(InvalidInput, match="threads must be a whole number of at least 1"):
        AsyncLabelStudio("http://localhost:8080", api_key="k", threads=threads)


def test_a_task_read_in_a_loop_needs_no_request(als: AsyncLabelStudio) -> None:
    async def work() -> list[Any]:
        found: list[Task] = [task async for task in als.iterate(unread(als).tasks.limit(2))]
        return [task.data for task in found]

    assert ran(als, work()) == [{"text": "Text 0"}, {"text": "Text 1"}]


def test_closing_ends_a_loop_that_was_left_and_is_still_held(als: AsyncLabelStudio) -> None:
    closed = []

    def numbers() -> Iterator[int]:
        try:
            yield from range(10 * AT_ONCE)
        finally:
            closed.append(threading.current_thread().name.partition("_")[0])

    async def main() -> None:
        async with als:
            held = als.iterate(numbers())
            await anext(held)
        assert closed == ["label-studio-orm"]
        await held.aclose()  # type: ignore[attr-defined]

    asyncio.run(main())


def test_what_failed_in_reading_ahead_is_not_reported_after_leaving_the_loop(
    als: AsyncLabelStudio,
) -> None:
    reported = []

    def numbers() -> Iterator[int]:
        yield from range(AT_ONCE)
        raise OSError

    async def work() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, about: reported.append(about))
        async for _ in als.iterate(numbers()):
            await asyncio.sleep(0.05)
            break

    ran(als, work())
    gc.collect()
    assert reported == []


def test_a_closed_client_tells_so(als: AsyncLabelStudio) -> None:
    ran(als, als.run(len, "abc"))
    with pytest.raises(InvalidInput, match="is closed"):
        ran(als, als.run(len, "abc"))


def test_work_that_begins_while_the_client_is_closed_is_refused(als: AsyncLabelStudio) -> None:
    go = threading.Event()

    async def main() -> None:
        running = asyncio.create_task(als.run(go.wait))
        await asyncio.sleep(0)
        closing = asyncio.create_task(als.aclose())
        await asyncio.sleep(0)
        with pytest.raises(InvalidInput, match="is closed"):
            await als.run(go.wait)
        go.set()
        await closing
        assert await running

    asyncio.run(main())


def test_a_pause_before_the_next_try_of_a_request_can_be_cancelled(stub: Stub) -> None:
    stub.on("GET", "/api/version", Answer(status=503, headers={"Retry-After": "100"}))
    als = AsyncLabelStudio(stub.url, api_key="k")

    async def work() -> float:
        asking = asyncio.create_task(als.run(als.client.json, "GET", "/api/version"))
        while not stub.requests:
            await asyncio.sleep(0.01)
        before = time.monotonic()
        asking.cancel()
        await asyncio.wait([asking])
        return time.monotonic() - before

    assert ran(als, work()) < 30


def test_waiting_for_files_can_be_cancelled(als: AsyncLabelStudio) -> None:
    fetched, go = [], threading.Event()

    def fetch() -> None:
        go.wait()
        fetched.append(1)

    def fetch_all() -> None:
        wait_for_any([Workers(1).submit(fetch)])

    async def work() -> None:
        fetching = asyncio.create_task(als.run(fetch_all))
        await asyncio.sleep(0.05)
        fetching.cancel()
        await asyncio.wait([fetching])

    ran(als, work())
    assert fetched == []
    go.set()
