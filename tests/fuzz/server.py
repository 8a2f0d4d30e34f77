"""A server that responds with given bytes, valid or not."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

Headers = list[tuple[str, str]]


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # by names in lower case
    body: bytes

    @property
    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            return {}


@dataclass
class Reply:
    """A response; `cut` closes the connection early, `pause` delays the last byte."""

    body: bytes = b""
    status: bytes = b"200 OK"
    headers: Headers = field(default_factory=list)
    framing: str = "length"  # or "chunked", "close"
    cut: int | None = None
    pause: float = 0.0
    before: bytes = b""  # sent ahead of the head

    def render(self) -> bytes:
        names = {name.lower() for name, _ in self.headers}
        lines = [b"HTTP/1.1 " + self.status]
        headers = list(self.headers)
        if "content-type" not in names:
            headers.append(("Content-Type", "application/json"))
        body = self.body
        if self.framing == "chunked":
            headers.append(("Transfer-Encoding", "chunked"))
            half = len(body) // 2
            parts = [part for part in (body[:half], body[half:]) if part]
            body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        elif self.framing == "length" and "content-length" not in names:
            headers.append(("Content-Length", str(len(body))))
        elif self.framing == "close":
            headers.append(("Connection", "close"))
        lines += [f"{n}: {v}".encode("latin-1", "replace") for n, v in headers]
        return self.before + b"\r\n".join(lines) + b"\r\n\r\n" + body

    @property
    def ends(self) -> bool:
        """Whether the connection is of no use afterwards."""
        odd = {"content-length", "transfer-encoding", "connection"}
        told = any(name.lower() in odd for name, _ in self.headers)
        return told or self.framing == "close" or self.cut is not None


Respond = Callable[[Request], Reply]


class Server:
    """Listens on loopback until it is closed; a thread for each connection."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError, ValueError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(3)
            file = connection.makefile("rb", 1 << 16)
            with file:
                while (request := _read(file)) is not None:
                    reply = self.respond(request)
                    content = reply.render()[: reply.cut]
                    if reply.pause:
                        connection.sendall(content[:-1])
                        time.sleep(reply.pause)
                        content = content[-1:]
                    connection.sendall(content)
                    if reply.ends:
                        return


def _read(file: Any) -> Request | None:
    first = file.readline(1 << 20).split()
    if len(first) < 2:
        return None
    headers = {}
    while (line := file.readline(1 << 20).strip()) != b"":
        name, _, value = line.partition(b":")
        headers[name.decode("latin-1").lower()] = value.strip().decode("latin-1")
    body = file.read(int(headers.get("content-length") or 0))
    if headers.get("transfer-encoding") == "chunked":
        body = b"".join(iter(lambda: _chunk(file), b""))
    target = urlsplit(first[1].decode("latin-1"))
    query = {name: values[-1] for name, values in parse_qs(target.query).items()}
    return Request(first[0].decode("latin-1"), target.path, query, headers, body)


def _chunk(file: Any) -> bytes:
    size = int(file.readline(100).split(b";")[0], 16)
    found: bytes = file.read(size)
    file.readline(10)
    return found
