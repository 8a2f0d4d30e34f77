"""A server that replays real answers, so that what is measured is the client.

`recording()` stands before the real server and keeps what it answers; `replaying()` says it again
from a process of its own: each answer is one string of bytes that is ready, sent at once.
"""

from __future__ import annotations

import http.client
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

HOST = "127.0.0.1"
OF_THE_CONNECTION = {"host", "connection", "keep-alive", "transfer-encoding", "content-length"}

Pages = dict[str, bytes]  # whole answers, by "/path?query" in the order of the alphabet


def name_of(path: str) -> str:
    address = urlsplit(path)
    query = sorted(parse_qsl(address.query, keep_blank_values=True))
    return f"{address.path}?{urlencode(query)}"


def answer(status: int, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    head = f"HTTP/1.1 {status} \r\n{''.join(lines)}Content-Length: {len(body)}\r\n\r\n"
    return head.encode("latin-1") + body


def not_recorded(request: BaseHTTPRequestHandler) -> bytes:
    return answer(500, {"Content-Type": "text/plain"}, f"Not recorded: {request.path}".encode())


def kept(headers: Message) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in OF_THE_CONNECTION}


def server_of(
    pages: Pages, missing: Callable[[BaseHTTPRequestHandler], bytes]
) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self.wfile.write(pages.get(name_of(self.path)) or missing(self))

        def log_message(self, format: str, *args: object) -> None:
            pass

    return ThreadingHTTPServer((HOST, 0), Handler)


def url_of(port: int) -> str:
    return f"http://{HOST}:{port}"


@contextmanager
def recording(upstream: str) -> Iterator[tuple[str, Pages]]:
    """Stand before a server, and keep what it answers."""
    pages: Pages = {}

    def ask(request: BaseHTTPRequestHandler) -> bytes:
        connection = http.client.HTTPConnection(urlsplit(upstream).netloc)
        connection.request("GET", request.path, headers=kept(request.headers))
        said = connection.getresponse()
        pages[name_of(request.path)] = page = answer(said.status, kept(said.headers), said.read())
        connection.close()
        return page

    server = server_of(pages, ask)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield url_of(server.server_port), pages
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def replaying(pages: Pages) -> Iterator[str]:
    """Answer with these pages, from a process of its own."""
    command = [sys.executable, __file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        pickle.dump(pages, process.stdin)
        process.stdin.flush()
        yield url_of(int(process.stdout.readline()))
        process.stdin.close()


def main() -> None:
    server = server_of(pickle.load(sys.stdin.buffer), not_recorded)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.buffer.read()  # ends when whoever started this ends, in whatever way


if __name__ == "__main__":
    main()
