"""A small server on a real socket that answers what a test tells it to."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from label_studio_orm import LabelStudio
from label_studio_orm.testing import requests
from label_studio_orm.testing.requests import Handler, Listener, Request

CERTIFICATE = Path(__file__).with_name("localhost.pem")


@dataclass
class Answer(requests.Answer):
    """What to send back; `cut` closes the connection after so many bytes of the body.

    `blocks` is a body that is made while it is sent; unless the headers have its length, it ends
    with the connection.
    """

    cut: int | None = None
    blocks: Iterable[bytes] | None = None
    reason: str | None = None  # the words that follow the status


class Cut(Exception):
    """Raised by a rule to close the connection without an answer."""


Rule = Callable[[Request], Any]


class Stub:
    """Answers by rules, and remembers every request."""

    def __init__(self, *, certificate: Path | None = None) -> None:
        # Seconds after an answer until its connection is closed, without "Connection: close"; None
        # keeps it open.
        self.closes_after: Callable[[], float | None] = lambda: None
        self.requests: list[Request] = []
        self.rules: dict[tuple[str, str], Rule] = {}
        handler = partial(_Handler, self)
        self.listener = Listener(
            lambda request: self.answer(request), handler=handler, certificate=certificate
        )
        self.url = self.listener.url

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
        return [str(request) for request in self.requests]

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        rule = self.rules.get((request.method, request.path))
        if rule is None:
            return Answer({"detail": "No rule for this."}, status=404)
        answer = rule(request)
        return answer if isinstance(answer, Answer) else Answer(answer)


class _Handler(Handler):
    """Breaks off, streams, and closes connections."""

    def __init__(self, stub: Stub, *args: Any) -> None:
        self.stub = stub
        super().__init__(*args)

    def handle_any(self) -> None:
        try:
            super().handle_any()
        except Cut:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def send(self, answer: Answer) -> None:  # type: ignore[override]
        if answer.blocks is not None:
            self.stream(answer, answer.blocks)
            return
        length = {"Content-Length": str(len(answer.content))}
        self.send_head(answer, length, reason=answer.reason)
        self.wfile.write(answer.content[: answer.cut])
        self.wfile.flush()
        seconds = self.stub.closes_after()
        if seconds is not None:
            time.sleep(seconds)
        self.close_connection |= answer.cut is not None or seconds is not None

    def stream(self, answer: Answer, blocks: Iterable[bytes]) -> None:
        self.close_connection = True
        self.send_head(answer, {"Connection": "close"}, reason=answer.reason)
        with suppress(OSError):  # the client may have had enough
            for block in blocks:
                self.wfile.write(block)
                self.wfile.flush()

    do_GET = do_POST = do_PATCH = do_DELETE = do_PROPFIND = handle_any


@contextmanager
def running_stub(*, certificate: Path | None = None) -> Iterator[Stub]:
    stub = Stub(certificate=certificate)
    with stub.listener:
        yield stub


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
