"""The cache of params, shared by all records of a client."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from cachetools import TTLCache

MOST_RECORDS = 4096
TIME_TO_LIVE = 60.0  # seconds

TURNS = 64  # locks, each for a part of all records

Params = Mapping[str, Any]
Key = tuple[str, int, str]  # kind, id, server


def _turns() -> list[threading.RLock]:
    return [threading.RLock() for _ in range(TURNS)]


class ParamsCache:
    """A bounded, thread-safe cache whose entries expire after a minute.

    Entries have all that the server sends for a record, and are never changed in place.
    """

    def __init__(self, *, size: int = MOST_RECORDS, ttl: float = TIME_TO_LIVE) -> None:
        self._own_lock = threading.Lock()
        self._pid = os.getpid()
        self._own_turns = _turns()
        self._cache: TTLCache[Key, Params] = TTLCache(maxsize=size, ttl=ttl)
        self._writes = 0

    @property
    def _lock(self) -> threading.Lock:
        if self._pid != os.getpid():  # a thread of the parent may have held it at the fork
            self._own_lock, self._own_turns = threading.Lock(), _turns()
            self._pid = os.getpid()
        return self._own_lock

    @contextmanager
    def turn(self, key: Key) -> Iterator[None]:
        """Serialize threads that read and write the same record."""
        with self._lock:
            turn = self._own_turns[hash(key) % TURNS]
        with turn:
            yield

    def get(self, key: Key) -> Params | None:
        with self._lock:
            return self._cache.get(key)

    def items(self) -> list[tuple[str, Params]]:
        """Return the kind and the params of each record."""
        with self._lock:
            return [(key[0], params) for key, params in self._cache.items()]

    def stamp(self) -> int:
        """Return the number of writes so far: ask before reading, give it to `fill`."""
        with self._lock:
            return self._writes

    def fill(self, key: Key, params: Params, stamp: int) -> None:
        """Cache what was read, unless something was written since: the read may be older."""
        with self._lock:
            if stamp == self._writes:
                self._cache[key] = params

    def replace(self, key: Key, params: Params | None) -> None:
        """Cache the answer to a write; with None, invalidate the record."""
        with self._lock:
            self._writes += 1
            self._cache.pop(key, None)
            if params is not None:
                self._cache[key] = params

    def drop(self, kind: str) -> None:
        """Invalidate all records of a kind: one was changed, and it is not known which."""
        with self._lock:
            self._writes += 1
            for key in [key for key in self._cache if key[0] == kind]:
                del self._cache[key]

    def clear(self) -> None:
        """Invalidate everything."""
        with self._lock:
            self._writes += 1
            self._cache.clear()
