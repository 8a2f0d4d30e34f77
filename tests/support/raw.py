"""A server that sends bytes as they are: heads that no HTTP library would write, at any pace."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

Blocks = Callable[[str], Iterable[bytes]]  # from the first line of a request to what is sent


def head(*headers: str, status: str = "200 OK") -> bytes:
    """Write the head of an answer of JSON that ends with the connection, unless headers differ."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def dripping(blocks: Iterable[bytes], every: float = 0.02) -> Iterator[bytes]:
    for block in blocks:
        time.sleep(every)
        yield block


@contextmanager
def raw_server(answer: Blocks) -> Iterator[str]:
    """Yield the URL of a server that closes each connection after its answer."""
    listening = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_serve, args=(listening, answer), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()


def _serve(listening: socket.socket, answer: Blocks) -> None:
    with suppress(OSError):  # it was closed
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=_talk, args=(connection, answer), daemon=True).start()


def _talk(connection: socket.socket, answer: Blocks) -> None:
    with connection, suppress(OSError):
        asked = connection.makefile("rb")
        first = asked.readline().decode("latin-1")
        while asked.readline().strip():
            pass
        for block in answer(first):
            connection.sendall(block)
