"""A web app on `AsyncLabelStudio` predicts on webhooks, and its event loop keeps running."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import uvicorn
from support.async_app import App
from support.exporting import wait_for
from support.texts import SENTIMENT

from label_studio_orm import LabelStudio, Project
from label_studio_orm.server import LocalServer

ROOT = Path(__file__).parents[2]
EVENTS = 200
THREADS = 4
LONGEST = 0.05  # seconds that the event loop may be blocked

# The requests come from another process, as in production: the app's loop has none of its work.
SENDER = """
import asyncio, json, sys
from support.async_app import Heart

async def post(port, event):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.dumps(event).encode()
    head = f"POST /created HTTP/1.1\\r\\nHost: app\\r\\nContent-Length: {len(body)}\\r\\n"
    writer.write(head.encode() + b"Connection: close\\r\\n\\r\\n" + body)
    answer = await reader.read()
    writer.close()
    return answer.startswith(b"HTTP/1.1 200")

async def main():
    given, heart = json.load(sys.stdin), Heart()
    beating = asyncio.create_task(heart.beat())
    accepted = sum(await asyncio.gather(*(post(given["port"], each) for each in given["events"])))
    print(json.dumps([accepted, heart.longest]))

asyncio.run(main())
"""


@contextmanager
def running(app: App) -> Iterator[int]:
    """Serve an app; yield its port."""
    config = uvicorn.Config(app.asgi, port=0, log_level="warning", backlog=EVENTS)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def created(project: Project) -> list[dict[str, Any]]:
    """Return the event that a webhook would send for each task, one by one."""
    rows = ({"id": task.id, "data": dict(task.data)} for task in project.tasks)
    return [{"action": "TASKS_CREATED", "project": {"id": project.id}, "tasks": [r]} for r in rows]


def send_at_once(port: int, events: list[dict[str, Any]]) -> tuple[int, float]:
    """Post events to the app; return how many it accepted, and the sender's longest pause.

    The sender only waits, so its pauses are those of the machine.
    """
    given = json.dumps({"port": port, "events": events})
    done = subprocess.run(
        [sys.executable, "-c", SENDER],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests")))},
        input=given,
        text=True,
        stdout=subprocess.PIPE,
        check=True,
    )
    accepted, pause = json.loads(done.stdout)
    return accepted, pause


def predictions(project: Project) -> list[tuple[Any, ...]]:
    """Return the task, answer, score and model version of each."""
    found = (
        (each.task.id, each["sentiment"], each.score, each.model_version)
        for each in project.predictions
    )
    return sorted(found)


@pytest.fixture
def reviews(ls: LabelStudio) -> Iterator[Project]:
    project = ls.projects.create(title="Reviews", label_config=SENTIMENT)
    texts = ("What a cast!", "Rarely seen a worse film.")
    project.import_tasks([{"text": texts[number % 2]} for number in range(EVENTS)])
    yield project
    project.delete()


def test_200_requests_at_once_do_not_block_the_event_loop(
    local_server: LocalServer, reviews: Project
) -> None:
    events, blocked = created(reviews), []  # seconds of each run, without the machine's own pauses
    for _ in range(3):  # other processes are busy, too; what blocks the loop does so in each run
        reviews.predictions.delete()
        app = App(local_server.url, local_server.api_key, THREADS)
        with running(app) as port:
            accepted, pause = send_at_once(port, events)
        blocked.append(app.heart.longest - pause)
        assert accepted == EVENTS
        if blocked[-1] < LONGEST:
            break
    assert min(blocked) < LONGEST

    by_app = predictions(reviews)
    reviews.predictions.delete()
    for task in reviews.tasks:
        choice = "Negative" if "worse" in task.data["text"] else "Positive"
        task.predict({"sentiment": choice}, score=0.5, model_version="app")
    assert by_app == predictions(reviews)


def test_a_webhook_of_the_server_is_answered(calling_server: LocalServer) -> None:
    project = calling_server.client().projects.create(title="Called", label_config=SENTIMENT)
    app = App(calling_server.url, calling_server.api_key, THREADS)
    with running(app) as port:
        url = f"http://127.0.0.1:{port}/created"
        project.webhooks.create(url, events=["TASKS_CREATED"])
        project.import_tasks([{"text": "What a cast!"}])
        wait_for(lambda: project.predictions.count() == 1, seconds=60)
    assert project.predictions[0].model_version == "app"
    project.delete()


def test_no_thread_and_no_connection_is_left(local_server: LocalServer, reviews: Project) -> None:
    process = psutil.Process()
    before = threading.active_count(), len(process.net_connections())
    app = App(local_server.url, local_server.api_key, THREADS)
    with running(app) as port:
        send_at_once(port, created(reviews)[:20])
        during = threading.active_count()
    gc.collect()
    assert during > before[0]
    assert (threading.active_count(), len(process.net_connections())) == before
