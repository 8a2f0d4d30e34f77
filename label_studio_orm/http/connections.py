"""Connections of a client.

Some servers and proxies close a kept-alive connection without announcing it (uWSGI after each
response, load balancers after an idle time). A read over a closed connection is retried. A write is
not, as it may have arrived. So a write uses a new connection, or the connection of a very recent
write, and the latter only if this server has proved to keep connections alive.
"""

from __future__ import annotations

import copy
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from socket import socket
from typing import Any
from weakref import WeakSet

import requests
from attrs import frozen
from requests import Response, Session
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict

from .adapter import LimitedAdapter
from .call import Call
from .destinations import destination_of
from .public_hosts import PublicHostsAdapter
from .retry import SAFE_METHODS, never_arrived

# Seconds. gunicorn keeps an idle connection for 2, uvicorn, Node and Apache for 5, nginx and cloud
# load balancers for 60 or more. Half of the shortest leaves time for the request to arrive.
MAX_IDLE_SECONDS = 1.0
RATIO_AFTER_LOSS = 100  # after a lost connection, so many times more reads must reuse one


class KeepAlive:
    """Whether a server keeps its connections alive, as observed with reads."""

    def __init__(self) -> None:
        self._seen = WeakSet[socket]()
        self._opened = self._reused = 0  # reads over new connections, over reused ones
        self._ratio = 1  # reads that must reuse a connection for each read that opened one

    @property
    def works(self) -> bool:
        return self._reused > 0 and self._reused >= self._ratio * self._opened

    def record_response(self, response: Response) -> None:
        """Count whether an earlier response came over the same connection."""
        connection = getattr(response.raw, "connection", None)
        sock = getattr(connection, "sock", None)  # None if the server announced the close
        if not isinstance(sock, socket) or response.request.method not in SAFE_METHODS:
            return
        self._reused += sock in self._seen
        self._opened += sock not in self._seen
        self._seen.add(sock)

    def record_loss(self) -> None:
        """Start over with a stricter ratio: a connection was closed before its response."""
        self._opened = self._reused = 0
        self._ratio *= RATIO_AFTER_LOSS


@frozen
class IdleConnection:
    """An idle connection of an earlier write, in the pool of its own adapter."""

    adapter: HTTPAdapter
    options: tuple[Any, ...]  # the adapter, TLS and proxy options at its opening
    idle_since: float


class Connections:
    """The connections of a client: those of its session for reads, separate ones for writes.

    Hosts other than the server are reached by sessions without the user's settings.
    """

    def __init__(self, session: Session, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.session = session
        self.pid = os.getpid()
        self._clock = clock
        self._lock = threading.Lock()
        self._idle: list[IdleConnection] = []
        self._keep_alive = KeepAlive()
        self._external: dict[bool, Session] = {}  # by whether private networks are allowed

    def forked(self) -> bool:
        """Tell whether this is a forked child process; if so, drop the parent's connections."""
        if self.pid == os.getpid():
            return False
        self._lock = threading.Lock()  # another thread of the parent may have held the old one
        self._external = {}
        self.close()
        self.pid = os.getpid()  # last: until then, other threads of the child do the same
        return True

    def close(self) -> None:
        """Close all connections; the next request opens new ones."""
        self.session.close()
        for external in [*self._external.values()]:
            external.close()
        self._close_idle()

    def set_pool_size(self, count: int) -> None:
        """Keep up to this many connections open to each host, for as many threads."""
        for scheme, adapter in [*self.session.adapters.items()]:
            if type(adapter) is LimitedAdapter:  # any other is the user's own
                self.session.mount(scheme, LimitedAdapter(pool_maxsize=count))

    def external(self, *, private: bool) -> Session:
        """Return the session for other hosts; `private` allows private networks."""
        with self._lock:
            if private not in self._external:
                self._external[private] = external_session(self.session, private=private)
            return self._external[private]

    def record_response(self, response: Response) -> None:
        """Record a response of the server before its body is read."""
        with self._lock:
            self._keep_alive.record_response(response)

    @contextmanager
    def session_for(self, call: Call) -> Iterator[Session]:
        """Yield a session for one request, until its response is read."""
        try:
            fresh = None if call.repeatable else _fresh_adapter(self.session, call.url)
            if fresh is None:
                yield self.session
            else:
                yield from self._for_write(call, fresh)
        except requests.RequestException as error:
            if _lost_connection(error) and destination_of(error, call.destination).own:
                self._lost()
            raise

    def _for_write(self, call: Call, fresh: HTTPAdapter) -> Iterator[Session]:
        settings, original = call.settings, self.session.get_adapter(call.url)
        options = (original, settings.verify, settings.cert, settings.proxies)
        keep = self._keep_alive.works and not call.stream
        adapter = (self._take_idle(options) if keep else None) or fresh
        try:
            yield _clone_session(self.session, adapter, keep=keep)
        except BaseException:
            keep = False
            raise
        finally:
            if keep:
                self._return_idle(IdleConnection(adapter, options, self._clock()))
            else:
                adapter.close()

    def _take_idle(self, options: tuple[Any, ...]) -> HTTPAdapter | None:
        """Return the most recently used connection, unless it has been idle for too long."""
        with self._lock:
            last = self._idle.pop() if self._idle else None
        if last is None:
            return None
        if last.options == options and self._clock() - last.idle_since <= MAX_IDLE_SECONDS:
            return last.adapter
        last.adapter.close()
        self._close_idle()  # all others have been idle for longer
        return None

    def _return_idle(self, connection: IdleConnection) -> None:
        with self._lock:
            self._idle.append(connection)

    def _lost(self) -> None:
        with self._lock:
            self._keep_alive.record_loss()
        self._close_idle()

    def _close_idle(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.adapter.close()


class ExternalSession(Session):
    """A session without user settings, cookies and automatic redirects."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def get_redirect_target(self, resp: Response) -> None:
        """Prevent requests from reading the body to prepare a redirected request."""


def external_session(of: Session, *, private: bool) -> Session:
    """Make a session for hosts other than the server; it takes over only `trust_env`."""
    session = ExternalSession()
    session.trust_env = of.trust_env
    for scheme in ("http://", "https://"):
        session.mount(scheme, LimitedAdapter() if private else PublicHostsAdapter())
    return session


def _fresh_adapter(session: Session, url: str) -> HTTPAdapter | None:
    """Copy the adapter for a URL, without its connections; None if a copy would behave differently.

    It would for a user's own class, and for options that requests does not copy.
    """
    adapter = session.get_adapter(url)
    if type(session) is not Session or not isinstance(adapter, HTTPAdapter):
        return None
    if type(adapter) not in (HTTPAdapter, LimitedAdapter):
        return None
    fresh = copy.copy(adapter)
    plain = vars(adapter).keys() == vars(fresh).keys() and _pools(adapter) == _pools(fresh)
    return fresh if plain else None


def _pools(adapter: HTTPAdapter) -> tuple[Any, ...]:
    """Return the connection options of an adapter that a user may have changed."""
    manager = adapter.poolmanager
    return type(manager), manager.connection_pool_kw, manager.pool_classes_by_scheme


def _clone_session(session: Session, adapter: HTTPAdapter, *, keep: bool) -> Session:
    """Return a session that shares everything but the connections with another."""
    other = Session.__new__(Session)
    vars(other).update(vars(session), get_adapter=lambda url: adapter)
    if not keep:
        other.headers = CaseInsensitiveDict({**session.headers, "Connection": "close"})
    return other


def _lost_connection(error: requests.RequestException) -> bool:
    """Tell whether a connection was lost before its response was complete."""
    lost = isinstance(error, (requests.ConnectionError, requests.exceptions.ChunkedEncodingError))
    return lost and not isinstance(error, requests.Timeout) and not never_arrived(error)
