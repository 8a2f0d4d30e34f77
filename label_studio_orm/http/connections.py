"""Which connection a request goes over.

Some servers and proxies close a connection that is kept for the next request without announcing
it (uWSGI after each answer, load balancers after a pause). A read that meets this is sent again; of
a write nobody knows whether it arrived. So a write goes over a fresh connection, or over one that
carried a write a moment ago, once this server has been seen to answer on a kept connection.
"""

from __future__ import annotations

import copy
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socket import socket
from typing import Any
from weakref import WeakSet

import requests
from attrs import frozen
from requests import Response, Session
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict

from .call import Call
from .retry import SAFE_METHODS, never_arrived
from .settings import same_server

# Seconds. gunicorn keeps a connection for 2, uvicorn, Node and Apache for 5, nginx and the load
# balancers of clouds for 60 and more: half of the least leaves time for the request to arrive.
LONGEST_IDLE = 1.0
MORE = 100  # times as many have to go well after a kept connection may have failed


class Reuse:
    """Whether a server keeps its connections open for the next request, as its reads show."""

    def __init__(self) -> None:
        self._seen = WeakSet[socket]()
        self._opened = self._reused = 0  # how many reads came over new connections, over kept ones
        self._times = 1  # as many must be reused as were opened

    @property
    def works(self) -> bool:
        return self._reused > 0 and self._reused >= self._times * self._opened

    def answered(self, response: Response) -> None:
        """Count an answer by whether an earlier one came over the same connection."""
        connection = getattr(response.raw, "connection", None)
        sock = getattr(connection, "sock", None)  # None if the server announced that it closes
        if not isinstance(sock, socket) or response.request.method not in SAFE_METHODS:
            return
        self._reused += sock in self._seen
        self._opened += sock not in self._seen
        self._seen.add(sock)

    def lost(self) -> None:
        """Start again, more carefully: a connection was closed before its answer was read."""
        self._opened = self._reused = 0
        self._times *= MORE


@frozen
class Kept:
    """A connection that has carried a write, in the pool of an adapter of its own."""

    adapter: HTTPAdapter
    way: tuple[Any, ...]  # what else but the server it depends on
    since: float


class Connections:
    """The connections of a client: those of its session, and others for its writes."""

    def __init__(self, session: Session, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.session = session
        self.pid = os.getpid()
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: list[Kept] = []
        self._reuse = Reuse()

    def forked(self) -> bool:
        """In a forked child, drop the parent's connections: two processes on one socket mix up."""
        if self.pid == os.getpid():
            return False
        self._lock = threading.Lock()  # another thread of the parent may have held the old one
        self.close()
        self.pid = os.getpid()  # now, as another thread of the child may not take one before
        return True

    def close(self) -> None:
        """Close what is open; the next request opens new connections."""
        self.session.close()
        self._close_kept()

    def answered(self, response: Response) -> None:
        """Learn from an answer of the server whose body was not read yet."""
        with self._lock:
            self._reuse.answered(response)

    @contextmanager
    def lent(self, call: Call) -> Iterator[Session]:
        """Lend the session to send a request by, until its answer is read."""
        try:
            original = None if call.repeatable else _plain_adapter(self.session, call.url)
            if original is None:
                yield self.session
            else:
                yield from self._for_write(call, original)
        except requests.RequestException as error:
            if _broke_off(error) and same_server(call.url, call.settings.server):
                self._lost()
            raise

    def _for_write(self, call: Call, original: HTTPAdapter) -> Iterator[Session]:
        settings = call.settings
        way = (original, settings.verify, settings.cert, settings.proxies)
        keep = self._reuse.works and not call.stream
        adapter = (self._taken(way) if keep else None) or copy.copy(original)
        try:
            yield _sibling(self.session, adapter, keep=keep)
        except BaseException:
            keep = False
            raise
        finally:
            if keep:
                self._give_back(Kept(adapter, way, self._clock()))
            else:
                adapter.close()

    def _taken(self, way: tuple[Any, ...]) -> HTTPAdapter | None:
        """Take the connection that was used last, unless it has been idle for too long."""
        with self._lock:
            last = self._kept.pop() if self._kept else None
        if last is None:
            return None
        if last.way == way and self._clock() - last.since <= LONGEST_IDLE:
            return last.adapter
        last.adapter.close()
        self._close_kept()  # the others have been idle for longer
        return None

    def _give_back(self, kept: Kept) -> None:
        with self._lock:
            self._kept.append(kept)

    def _lost(self) -> None:
        with self._lock:
            self._reuse.lost()
        self._close_kept()

    def _close_kept(self) -> None:
        with self._lock:
            kept, self._kept = self._kept, []
        for each in kept:
            each.adapter.close()


def _plain_adapter(session: Session, url: str) -> HTTPAdapter | None:
    """Return the adapter for a URL if a copy does all that it does.

    None for a class of the user's own, and for one with options that requests does not copy.
    """
    adapter = session.get_adapter(url)
    if type(session) is not Session or type(adapter) is not HTTPAdapter:
        return None
    other = copy.copy(adapter)
    plain = vars(adapter).keys() == vars(other).keys() and _pools(adapter) == _pools(other)
    return adapter if plain else None


def _pools(adapter: HTTPAdapter) -> tuple[Any, ...]:
    """Return how an adapter makes its connections, as far as a user may have changed it."""
    manager = adapter.poolmanager
    return type(manager), manager.connection_pool_kw, manager.pool_classes_by_scheme


def _sibling(session: Session, adapter: HTTPAdapter, *, keep: bool) -> Session:
    """Return a session that shares all with another but the connections."""
    other = Session.__new__(Session)
    vars(other).update(vars(session), get_adapter=lambda url: adapter)
    if not keep:
        other.headers = CaseInsensitiveDict({**session.headers, "Connection": "close"})
    return other


def _broke_off(error: requests.RequestException) -> bool:
    """Tell whether a connection ended before its answer did."""
    lost = isinstance(error, (requests.ConnectionError, requests.exceptions.ChunkedEncodingError))
    return lost and not isinstance(error, requests.Timeout) and not never_arrived(error)
