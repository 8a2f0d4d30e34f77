"""A server that imports at once and exports a snapshot of any size, so that the client is measured.

It runs in a process of its own, and makes up what it sends while it is sent.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from canned import HOST, url_of

BLOCK_TASKS = 1_000
TEXT = "The stars were few and far between, and so were the good lines of this film. " * 4
REGION = {"from_name": "sentiment", "to_name": "text", "type": "choices", "id": "aBcDeFgHiJ"}
MOMENT = "2026-11-22T10:00:00.000000Z"
CONFIG = (
    '<View><Text name="text" value="$text"/><Choices name="sentiment" toName="text">'
    '<Choice value="Positive"/><Choice value="Negative"/></Choices></View>'
)


def task(id: int) -> dict[str, Any]:
    """Return a task as an export of Label Studio has it."""
    result = [{**REGION, "value": {"choices": ["Positive"]}, "origin": "manual"}]
    annotation = {
        "id": id,
        "completed_by": 1,
        "result": result,
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "lead_time": 1.25,
        "prediction": {},
        "result_count": 1,
        "unique_id": "3f0ad3c8-5b0e-4d6c-9d1c-6c2c2b6f7c58",
        "task": id,
        "project": 1,
    }
    return {
        "id": id,
        "annotations": [annotation],
        "drafts": [],
        "predictions": [id],
        "data": {"text": f"{id}: {TEXT}"},
        "meta": {},
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "inner_id": id,
        "total_annotations": 1,
        "project": 1,
    }


class Snapshot:
    """A list of tasks as JSON, made of the same block of tasks again and again."""

    def __init__(self, bytes: int) -> None:
        block = json.dumps([task(id) for id in range(1, BLOCK_TASKS + 1)]).encode()
        self.block = block[1:-1]
        self.times = max(bytes // len(self.block), 1)
        md5 = hashlib.md5()
        for part in self.blocks():
            md5.update(part)
        self.md5 = md5.hexdigest()

    @property
    def tasks(self) -> int:
        return BLOCK_TASKS * self.times

    def __len__(self) -> int:
        return self.times * (len(self.block) + 1) + 1

    def blocks(self) -> Iterator[bytes]:
        yield b"["
        for number in range(self.times):
            yield self.block
            yield b"]" if number == self.times - 1 else b","


def handler(snapshot: Snapshot) -> type[BaseHTTPRequestHandler]:
    ids = count(1)
    exported = {
        "id": 1,
        "status": "completed",
        "md5": snapshot.md5,
        "converted_formats": [],
        "counters": {"task_number": snapshot.tasks},
    }

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path.endswith("/download"):
                self.head(200, len(snapshot))
                for block in snapshot.blocks():
                    self.wfile.write(block)
            elif path == "/api/tasks/":
                self.say({"tasks": [], "total": 0, "total_annotations": 0, "total_predictions": 0})
            elif "/exports/" in path:
                self.say(exported)
            elif path == "/api/projects/1/":
                self.say({"id": 1, "title": "Canned", "label_config": CONFIG})
            else:
                self.say({"detail": f"Not here: {path}"}, 404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if urlsplit(self.path).path.endswith("/import"):
                new = [next(ids) for _ in range(body.count(b'"data"'))]
                self.say({"task_count": len(new), "annotation_count": 0, "task_ids": new}, 201)
            else:
                self.say({**exported, "title": json.loads(body)["title"]}, 201)

        def do_DELETE(self) -> None:
            self.head(204, 0)

        def say(self, answer: Any, status: int = 200) -> None:
            content = json.dumps(answer).encode()
            self.head(status, len(content))
            self.wfile.write(content)

        def head(self, status: int, length: int) -> None:
            head = (
                f"HTTP/1.1 {status} \r\nContent-Type: application/json\r\n"
                f"Content-Length: {length}\r\n\r\n"
            )
            self.wfile.write(head.encode())

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:  # a client that has read enough
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@contextmanager
def standing_in(megabytes: int) -> Iterator[tuple[str, int]]:
    """Give the URL of such a server, and how many tasks there are in its snapshot."""
    command = [sys.executable, __file__, str(megabytes)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        port, tasks = map(int, process.stdout.readline().split())
        yield url_of(port), tasks
        process.stdin.close()


def main() -> None:
    snapshot = Snapshot(int(sys.argv[1]) * 1_000_000)
    server = ThreadingHTTPServer((HOST, 0), handler(snapshot))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, snapshot.tasks, flush=True)
    sys.stdin.read()  # ends when whoever started this ends, in whatever way


if __name__ == "__main__":
    main()
