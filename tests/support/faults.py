"""A proxy between a client and a real server that does harm when it is told to."""

from __future__ import annotations

import http.client
import random
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from label_studio_orm import LabelStudio

PATIENCE = 2.0  # seconds that an impatient client waits for an answer
BLOCK = 1 << 16  # bytes
LONGEST = 300.0  # seconds that the target may take for anything

REASONS = {
    429: "Too Many Requests",
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
}
# What the target never sees.
BEFORE = ("cut before", "502", "503", "504", "429")
# What the target is still working on when the client hears of it.
DURING = ("cut during", "504 during")
# What becomes of the target's whole answer.
AFTER = ("cut after", "502 after", "504 after", "slow", "drop out", "repeat")
ALL_KINDS = (*BEFORE, "drop in", *DURING, *AFTER)


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request.

    | kind | what the target sees | what the client sees |
    |---|---|---|
    | cut before | nothing | a closed connection |
    | 502, 503, 504, 429 | nothing | this status, as nginx answers it |
    | drop in | half of the body (nothing, if there is no body) | a closed connection |
    | cut during | all, and works on it | a closed connection, at once |
    | 504 during | all, and works on it | a 504, at once |
    | cut after | all, and answers | a closed connection |
    | 502 after, 504 after | all, and answers | this status |
    | slow | all, and answers | the answer, after so many seconds |
    | drop out | all, and answers | half of the body (if there is none, just a closed connection) |
    | repeat | all, and answers | the answer, twice in one go |
    """

    kind: str
    seconds: float = PATIENCE + 0.5  # of "slow"
    retry_after: int | None = None  # seconds, said with an error status

    def __post_init__(self) -> None:
        if self.kind not in ALL_KINDS:
            raise ValueError(f"There is no fault {self.kind!r}, only: {', '.join(ALL_KINDS)}.")


Faults = Callable[[str, str, int], Fault | None]  # (method, path, number of the request)
Only = Callable[[str, str], bool]  # (method, path)


# -- when ----------------------------------------------------------------------------------------


class Schedule:
    """Faults at random: what becomes of the nth request depends on the seed and n alone.

    `most` ends the harm after so many faults; `only` chooses the requests that may be harmed.
    """

    def __init__(
        self,
        seed: int,
        rate: float = 0.2,
        kinds: Sequence[str | Fault] = ALL_KINDS,
        *,
        most: int | None = None,
        only: Only | None = None,
    ) -> None:
        self.seed = seed
        self.rate = rate
        self.kinds = [_fault(kind) for kind in kinds]
        self.most = most
        self.only = only
        self.said: list[str] = []  # as "#3 POST /api/projects/: cut after"

    def __call__(self, method: str, path: str, number: int) -> Fault | None:
        chance = random.Random(f"{self.seed}/{number}")
        hit, fault = chance.random() < self.rate, chance.choice(self.kinds)
        enough = self.most is not None and len(self.said) >= self.most
        if not hit or enough or (self.only and not self.only(method, path)):
            return None
        self.said.append(f"#{number} {method} {path}: {fault.kind}")
        return fault

    def __repr__(self) -> str:
        return f"<Schedule seed={self.seed} rate={self.rate}: {'; '.join(self.said) or 'no harm'}>"


def once(
    kind: str | Fault, method: str | None = None, path: str = "", nth: int = 1, **more: Any
) -> Faults:
    """Harm the nth request of a method and a path (a regex, found anywhere in it)."""
    matches = _matching(method, path)
    seen = 0

    def faults(method: str, path: str, number: int) -> Fault | None:
        nonlocal seen
        hit = matches(method, path)
        seen += hit
        return _fault(kind, **more) if hit and seen == nth else None

    return faults


def always(kind: str | Fault, method: str | None = None, path: str = "", **more: Any) -> Faults:
    """Harm every request of a method and a path (a regex, found anywhere in it)."""
    matches = _matching(method, path)
    return lambda method, path, number: _fault(kind, **more) if matches(method, path) else None


def _fault(kind: str | Fault, **more: Any) -> Fault:
    return kind if isinstance(kind, Fault) else Fault(kind, **more)


def _matching(wanted: str | None, pattern: str) -> Only:
    return lambda method, path: wanted in (None, method) and bool(re.search(pattern, path))


# -- the proxy -----------------------------------------------------------------------------------


class FaultProxy:
    """Passes requests on to the target, each on a connection of its own, and harms some of them.

    `faults` may be changed at any time; None is no harm.
    """

    def __init__(self, target: str, faults: Faults | None) -> None:
        self.target = target.rstrip("/")
        self.faults = faults
        self.url = ""
        self.log: list[tuple[str, str, str]] = []  # (method, path, kind of the fault or "")
        self.spans: list[tuple[float, float]] = []  # when the target began and ended each of them
        self.failures: list[str] = []  # what went wrong between the proxy and the target
        self._lock = threading.Lock()
        self._changed = threading.Condition()
        self._open = 0  # requests that the target works on
        self._clients: set[socket.socket] = set()
        self._ended = threading.Event()

    def quiet(self, timeout: float = 60.0) -> None:
        """Wait until the target works on no request any more that was passed on to it."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._open, timeout):
                raise TimeoutError(f"The server still works on {self._open} requests.")

    def worked(self, since: float) -> float:
        """Return the seconds that the target took for what came in since a time."""
        return sum(end - start for start, end in self.spans if start >= since)

    def _fault_for(self, method: str, path: str) -> Fault | None:
        with self._lock:
            fault = self.faults(method, path, len(self.log) + 1) if self.faults else None
            self.log.append((method, path, fault.kind if fault else ""))
            return fault

    def _count(self, change: int) -> None:
        with self._changed:
            self._open += change
            self._changed.notify_all()

    def _end(self) -> None:
        """Wake who waits, and hang up on clients that keep a connection."""
        self._ended.set()
        for client in tuple(self._clients):
            _hang_up(client)


@contextmanager
def running_proxy(target_url: str, faults: Faults | None = None) -> Iterator[FaultProxy]:
    proxy = FaultProxy(target_url, faults)
    server = _Server(proxy)
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        proxy._end()
        thread.join()


def impatient(
    ls: LabelStudio,
    url: str = "",
    *,
    timeout: float | tuple[float, float] = PATIENCE,
    tries: int | None = None,
    factor: float = 0.01,
) -> LabelStudio:
    """Make a client like `ls`, at the proxy's URL, that waits little: but for Retry-After.

    It has connections and a cache of its own; `tries` counts the ones after the first.
    """
    transport = ls._transport
    settings = transport.settings
    hasty = type(ls)(
        url or ls.server,
        api_key="replaced-below",
        timeout=timeout,
        verify=settings.verify,
        cert=settings.cert,
        proxies=settings.proxies,
        headers=settings.headers,
    )
    total = transport.backoff.total if tries is None else tries
    hasty._transport.key = transport.key
    hasty._transport.backoff = transport.backoff.new(
        total=total, backoff_factor=factor, backoff_jitter=0
    )
    hasty._registry = ls._registry
    return hasty


# -- towards the client --------------------------------------------------------------------------


class _ClientGone(Exception):
    """The client hung up in the middle of its request."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, proxy: FaultProxy) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.proxy = proxy

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError):  # a client that leaves is nothing new
            self.proxy.failures.append(repr(error))


class _Handler(BaseHTTPRequestHandler):
    """One client's connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or the client waits 40 ms for the second packet
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.proxy = self.server.proxy
        self.proxy._clients.add(self.connection)

    def finish(self) -> None:
        self.proxy._clients.discard(self.connection)
        super().finish()

    def handle_any(self) -> None:
        path = self.path.partition("?")[0]
        fault = self.proxy._fault_for(self.command, path)
        body = _Body(self.rfile, self.headers)
        try:
            if fault and (fault.kind in BEFORE or (fault.kind == "drop in" and body.empty)):
                self._keep_back(fault, body)
            else:
                self._forward(fault, body)
        except _ClientGone:
            self.close_connection = True
        except (OSError, http.client.HTTPException) as error:
            self.proxy.failures.append(f"{self.command} {path}: {error!r}")
            self._cut()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any
    do_OPTIONS = do_PROPFIND = handle_any

    def _keep_back(self, fault: Fault, body: _Body) -> None:
        """Answer, or do not, what the target never sees."""
        for _ in body.blocks():
            pass  # with bytes unread, the client might be reset before it has read the answer
        self._answer_with(fault)

    def _forward(self, fault: Fault | None, body: _Body) -> None:
        exchange = _Exchange(self.proxy)
        try:
            exchange.start(self.command, self.path, self.headers)
            if fault and fault.kind == "drop in":
                exchange.send(body.half())
                exchange.break_off()
                self._cut()
            elif fault and fault.kind in DURING:
                exchange.send(body.blocks(), body.end)
                exchange.finish_later()
                self._answer_with(fault)
            elif fault:
                exchange.send(body.blocks(), body.end)
                self._harm(fault, _Whole(exchange))
            else:
                exchange.send(body.blocks(), body.end)
                self._pass_on(exchange)
        except _ClientGone:
            exchange.break_off()
            raise
        finally:
            exchange.finish()

    def _pass_on(self, exchange: _Exchange) -> None:
        """Send the answer as it comes in, to its end even if the client has left."""
        exchange.receive()
        head = exchange.head()
        for block in exchange.blocks:
            self._write(head + exchange.framed(block))
            head = b""
        self._write(head + exchange.end)
        if exchange.ends_with_connection:
            self._cut()

    def _harm(self, fault: Fault, whole: _Whole) -> None:
        """Do with the target's answer, which is complete, what the fault says."""
        if fault.kind == "repeat":
            self._write(whole.measured() * 2)
        elif fault.kind == "drop out":
            if whole.body:
                self._write(whole.head + whole.body[: len(whole.body) // 2])
            self._cut()
        elif fault.kind == "slow":
            self.proxy._ended.wait(fault.seconds)
            self._write(whole.head + whole.body)
            if whole.ends_with_connection:
                self._cut()
        else:
            self._answer_with(fault)

    def _answer_with(self, fault: Fault) -> None:
        """Answer with the fault's status, as nginx does; without one, hang up."""
        status = fault.kind.partition(" ")[0]
        if not status.isdigit():
            self._cut()
            return
        self._write(_gateway_page(int(status), fault.retry_after, self.command != "HEAD"))

    def _write(self, content: bytes) -> None:
        try:
            self.connection.sendall(content)
        except OSError:
            self.close_connection = True  # the client did not wait

    def _cut(self) -> None:
        self.close_connection = True
        _hang_up(self.connection)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Body:
    """The body of a client's request, read as it comes."""

    def __init__(self, file: Any, headers: Message) -> None:
        self._file = file
        self.chunked = _is_chunked(headers)
        self.length = int(headers.get("Content-Length") or 0)
        self.empty = not self.chunked and not self.length
        self.end = b"0\r\n\r\n" if self.chunked else b""

    def blocks(self) -> Iterator[bytes]:
        """Yield the body in blocks, framed as they were."""
        if not self.chunked:
            yield from self._read(self.length)
            return
        while size := int(self._line().partition(b";")[0], 16):
            for block in self._read(size):
                yield _chunk(block)
            self._line()
        while self._line().strip():
            pass  # trailers

    def half(self) -> Iterator[bytes]:
        """Yield the first half; of chunks, whose number nobody knows, half of the first."""
        if not self.chunked:
            yield from self._read(self.length // 2)
            return
        for block in self.blocks():
            yield block[: len(block) // 2]
            return

    def _read(self, size: int) -> Iterator[bytes]:
        while size:
            try:
                block = self._file.read1(min(size, BLOCK))
            except OSError:
                block = b""
            if not block:
                raise _ClientGone
            size -= len(block)
            yield block

    def _line(self) -> bytes:
        try:
            line: bytes = self._file.readline(BLOCK)
        except OSError:
            line = b""
        if not line:
            raise _ClientGone
        return line


# -- towards the target --------------------------------------------------------------------------

HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade", "expect"}
)


class _Exchange:
    """One request to the target and its answer: open work from here on to `finish()`."""

    def __init__(self, proxy: FaultProxy) -> None:
        self.proxy = proxy
        self.target = urlsplit(proxy.target)
        address = self.target.hostname or "", self.target.port
        self.connection = http.client.HTTPConnection(*address, timeout=LONGEST)
        self.blocks: Iterator[bytes] = iter(())  # of the answer
        self._left_to_another = self._finished = False
        self.began = time.monotonic()
        proxy._count(+1)

    def start(self, method: str, path: str, headers: Message) -> None:
        self.connection.connect()
        self.connection.putrequest(
            method, self.target.path + path, skip_host=True, skip_accept_encoding=True
        )
        self.connection.putheader("Host", self.target.netloc)
        self.connection.putheader("Connection", "close")
        for name, value in headers.items():
            if name.lower() not in {*HOP_BY_HOP, "host"}:
                self.connection.putheader(name, value)
        with suppress(OSError):
            self.connection.endheaders()

    def send(self, blocks: Iterator[bytes], end: bytes = b"") -> None:
        """Send the body; read it to its end also if the target stops to listen, and answers."""
        listens = True
        for block in blocks:
            if listens:
                listens = self._sent(block)
        if listens and end:
            self._sent(end)

    def _sent(self, block: bytes) -> bool:
        try:
            self.connection.send(block)
        except OSError:
            return False
        return True

    def break_off(self) -> None:
        """End the request where it is. The answer is read, to know when the target is done."""
        with suppress(OSError):
            self.connection.sock.shutdown(socket.SHUT_WR)
        self.finish_later()

    def finish_later(self) -> None:
        """Let another thread wait for the answer, and forget it."""
        self._left_to_another = True
        threading.Thread(target=self._forget_answer, daemon=True).start()

    def finish(self) -> None:
        """Read what is left of the answer, and count the work as done."""
        if not self._left_to_another and not self._finished:
            self._finish()

    def _forget_answer(self) -> None:
        # After half a request the target may hang up, or be content with the half.
        with suppress(OSError, http.client.HTTPException):
            self.receive()
        self._finish()

    def _finish(self) -> None:
        self._finished = True
        with suppress(OSError, http.client.HTTPException):
            for _ in self.blocks:
                pass
        self.connection.close()
        self.proxy.spans.append((self.began, time.monotonic()))
        self.proxy._count(-1)

    # -- the answer ------------------------------------------------------------------------------

    def receive(self) -> None:
        self.response = self.connection.getresponse()
        self.blocks = self._read(self.response.length)
        self.chunked = self.response.chunked and self.response.length is None
        self.ends_with_connection = self.response.length is None and not self.chunked
        self.end = b"0\r\n\r\n" if self.chunked else b""

    def head(self) -> bytes:
        lines = [f"HTTP/1.1 {self.response.status} {self.response.reason}"]
        for name, value in self.response.getheaders():
            if name.lower() == "location" and value.startswith(self.proxy.target + "/"):
                value = self.proxy.url + value.removeprefix(self.proxy.target)
            if name.lower() not in HOP_BY_HOP:
                lines.append(f"{name}: {value}")
        if self.ends_with_connection:
            lines.append("Connection: close")
        return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1")

    def _read(self, left: int | None) -> Iterator[bytes]:
        """Yield the body of the answer as it comes; raise an error where it breaks off."""
        while left != 0:
            block = self.response.read1(BLOCK if left is None else min(left, BLOCK))
            if not block:
                break
            left = None if left is None else left - len(block)
            yield block
        if left:
            raise http.client.IncompleteRead(b"", left)

    def framed(self, block: bytes) -> bytes:
        return _chunk(block) if self.chunked else block


class _Whole:
    """The target's whole answer, as it goes over the wire; the target is done with it."""

    def __init__(self, exchange: _Exchange) -> None:
        exchange.receive()
        self.head = exchange.head()
        self._content = b"".join(exchange.blocks)
        exchange.finish()
        self.ends_with_connection = exchange.ends_with_connection
        framed = exchange.framed(self._content) if self._content else b""
        self.body = framed + exchange.end

    def measured(self) -> bytes:
        """Return the answer with a length, if only the end of the connection would end it."""
        if not self.ends_with_connection:
            return self.head + self.body
        length = f"Content-Length: {len(self._content)}".encode()
        return self.head.replace(b"Connection: close", length) + self._content


def _is_chunked(headers: Message) -> bool:
    return "chunked" in (headers.get("Transfer-Encoding") or "").lower()


def _chunk(block: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(block), block)


def _gateway_page(status: int, retry_after: int | None, with_body: bool) -> bytes:
    said = f"{status} {REASONS[status]}"
    page = (
        f"<html>\r\n<head><title>{said}</title></head>\r\n<body>\r\n<center><h1>{said}</h1>"
        "</center>\r\n<hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>\r\n"
    )
    lines = [f"HTTP/1.1 {said}", "Content-Type: text/html", f"Content-Length: {len(page)}"]
    if retry_after is not None:
        lines.append(f"Retry-After: {retry_after}")
    return "\r\n".join([*lines, "", page if with_body else ""]).encode()


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
