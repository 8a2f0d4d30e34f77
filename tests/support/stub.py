"""A small server on a real socket that answers what a test tells it to."""

from __future__ import annotations

import json
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from label_studio_orm import LabelStudio

CERTIFICATE = Path(__file__).with_name("localhost.pem")


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    port: int = 0  # the client's: one a connection

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    """What to send back; `cut` closes the connection after so many bytes of the body.

    `blocks` is a body that is made while it is sent; unless the headers have its length, it ends
    with the connection.
    """

    json: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    cut: int | None = None
    blocks: Iterable[bytes] | None = None
    reason: str | None = None  # the words that follow the status

    def content(self) -> bytes:
        return json.dumps(self.json).encode() if self.body is None else self.body


class Cut(Exception):
    """Raised by a rule to close the connection without an answer."""


Rule = Callable[[Request], Any]


class Stub:
    """Answers by rules, and remembers every request."""

    def __init__(self, url: str) -> None:
        self.url = url
        # Seconds after an answer until its connection is closed, without "Connection: close"; None
        # keeps it open.
        self.closes_after: Callable[[], float | None] = lambda: None
        self.requests: list[Request] = []
        self.rules: dict[tuple[str, str], Rule] = {}

    def on(self, method: str, path: str, *answers: Any) -> None:
        """Answer a request with each of the answers in turn, and the last one ever after."""
        left = list(answers)

        def rule(request: Request) -> Any:
            answer = left.pop(0) if len(left) > 1 else left[0]
            return answer(request) if callable(answer) else answer

        self.rules[method, path] = rule

    @property
    def said(self) -> list[str]:
        """The requests so far, as "GET /api/version"."""
        return [f"{request.method} {request.path}" for request in self.requests]

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        rule = self.rules.get((request.method, request.path))
        if rule is None:
            return Answer({"detail": "No rule for this."}, status=404)
        answer = rule(request)
        return answer if isinstance(answer, Answer) else Answer(answer)


def _handler(stub: Stub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16  # head and body in one packet, or the client waits 40 ms for the second

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            address = urlsplit(self.path)
            request = Request(
                self.command,
                address.path,
                {name: values[-1] for name, values in parse_qs(address.query).items()},
                dict(self.headers.items()),
                self.rfile.read(length),
                self.client_address[1],
            )
            try:
                answer = stub.answer(request)
            except Cut:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            if answer.blocks is not None:
                self.stream(answer)
                return
            content = answer.content()
            self.send_head(answer, {"Content-Length": str(len(content))})
            self.wfile.write(content[: answer.cut])
            self.wfile.flush()
            if answer.cut is not None:
                self.close_connection = True
            self.close_unannounced()

        def close_unannounced(self) -> None:
            seconds = stub.closes_after()
            if seconds is not None:
                time.sleep(seconds)
                self.close_connection = True

        def send_head(self, answer: Answer, more: Mapping[str, str]) -> None:
            self.send_response(answer.status, answer.reason)
            headers = {"Content-Type": "application/json", **more, **answer.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def stream(self, answer: Answer) -> None:
            self.close_connection = True
            self.send_head(answer, {"Connection": "close"})
            with suppress(OSError):  # the client may have had enough
                for block in answer.blocks or ():
                    self.wfile.write(block)
                    self.wfile.flush()

        do_GET = do_POST = do_PATCH = do_DELETE = do_PROPFIND = handle_any

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):  # a client that leaves is nothing new
            super().handle_error(request, client_address)


@contextmanager
def running_stub(*, certificate: Path | None = None) -> Iterator[Stub]:
    stub = Stub("")
    server = _Server(("127.0.0.1", 0), _handler(stub))
    server.daemon_threads = True
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "https" if certificate else "http"
    stub.url = f"{scheme}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def html(status: int = 200) -> Answer:
    """A web page, as a server sends it that has no such endpoint, or is no Label Studio."""
    page = b"<!doctype html><title>404 | Label Studio</title>"
    return Answer(status=status, body=page, headers={"Content-Type": "text/html"})


def counted(ls: LabelStudio) -> list[str]:
    """Note every attempt of a client, also those that reach no server."""
    attempts: list[str] = []
    session = ls._transport.session
    send = session.request

    def request(method: str, url: str, **options: Any) -> Any:
        attempts.append(method)
        return send(method, url, **options)

    session.request = request  # type: ignore[assignment,method-assign]
    return attempts


def nowhere() -> str:
    """Return the URL of a port on which nothing listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}"


def redirect(to: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": to})
