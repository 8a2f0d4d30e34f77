"""Requests, their answers, and the socket that they travel on."""

from __future__ import annotations

import json
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from typing_extensions import Self

Endpoint = Callable[..., Any]  # (database, request, ids of the path) -> JSON or an `Answer`


@dataclass
class Request:
    """A request that a server received.

    >>> str(Request("GET", "/api/version"))
    'GET /api/version'
    """

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    port: int = field(default=0, repr=False)  # of the client: one a connection

    @cached_property
    def json(self) -> Any:
        """The decoded body; None if there is none."""
        return json.loads(self.body) if self.body else None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass
class Answer:
    """What to answer: `json`, or a `body` of another type, which `headers` name."""

    json: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None

    @property
    def content(self) -> bytes:
        return json.dumps(self.json).encode() if self.body is None else self.body


class Handler(BaseHTTPRequestHandler):
    """Reads a request, and sends what `answer` makes of it."""

    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # head and body in one packet, or the client waits 40 ms for the second

    def __init__(self, answer: Callable[[Request], Answer], *args: Any) -> None:
        self.answer = answer
        super().__init__(*args)

    def handle_any(self) -> None:
        self.send(self.answer(self.received()))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_PROPFIND = handle_any

    def received(self) -> Request:
        address = urlsplit(self.path)
        return Request(
            self.command,
            address.path,
            {name: values[-1] for name, values in parse_qs(address.query).items()},
            dict(self.headers.items()),
            self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            self.client_address[1],
        )

    def send(self, answer: Answer) -> None:
        self.send_head(answer, {"Content-Length": str(len(answer.content))})
        self.wfile.write(answer.content)
        self.wfile.flush()

    def send_head(self, answer: Answer, more: dict[str, str], *, reason: str | None = None) -> None:
        self.send_response(answer.status, reason)
        headers = {"Content-Type": "application/json", **more, **answer.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, handler: Callable[..., Handler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.connections: set[Any] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):  # a client may close its connection
            super().handle_error(request, client_address)


class Listener:
    """Serves on a free port of the loopback interface, from a thread of its own."""

    def __init__(
        self,
        answer: Callable[[Request], Answer],
        *,
        handler: Callable[..., Handler] = Handler,
        certificate: Path | None = None,
    ) -> None:
        self._server = _Server(partial(handler, answer))
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._port = self._server.server_port
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self._port}"
        self._closing = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self._closing:
            self._server.handle_request()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self.close()

    def close(self) -> None:
        self._closing = True
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._port)):
            pass  # which ends the wait for a request: serve_forever() would look every so often
        self._thread.join()
        self._server.server_close()
        for connection in tuple(self._server.connections):  # that clients keep
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
