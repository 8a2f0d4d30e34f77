"""A Starlette app that writes predictions for the tasks that a webhook announces."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from label_studio_orm.aio import AsyncLabelStudio

BEAT = 0.005  # seconds


class Heart:
    """Beats on an event loop, and measures the longest time for which it stood still.

    The time that threads of this process have waited for a processor, which others used, is left
    out (on Linux): a busy machine stops any loop.
    """

    def __init__(self) -> None:
        self.longest = 0.0  # seconds

    async def beat(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            before, waited = loop.time(), waited_for_processors()
            await asyncio.sleep(BEAT)
            now = waited_for_processors()
            others = sum(max(now[each] - waited.get(each, 0.0), 0.0) for each in now)
            self.longest = max(self.longest, loop.time() - before - BEAT - others)


def waited_for_processors() -> dict[str, float]:
    """Return for how many seconds each thread of this process could run, but had no processor."""
    found = {}
    for path in Path("/proc/self/task").glob("*/schedstat"):
        with suppress(OSError):  # the thread has ended
            found[path.parent.name] = int(path.read_text().split()[1]) / 1e9
    return found


class App:
    """The app, and the heartbeat of its event loop."""

    def __init__(self, url: str, key: str, threads: int) -> None:
        self.als = AsyncLabelStudio(url, api_key=key, threads=threads)
        self.heart = Heart()
        routes = [Route("/created", self.created, methods=["POST"])]
        self.asgi = Starlette(routes=routes, lifespan=self._lifespan)

    async def created(self, request: Request) -> JSONResponse:
        event = await request.json()
        project = self.als.client.projects.get(event["project"]["id"])
        for row in event["tasks"]:
            task = project.tasks.get(row["id"])
            choice = "Negative" if "worse" in row["data"]["text"] else "Positive"
            await self.als.run(task.predict, {"sentiment": choice}, score=0.5, model_version="app")
        return JSONResponse({"predicted": len(event["tasks"])})

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        beating = asyncio.create_task(self.heart.beat())
        async with self.als:
            yield
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating
