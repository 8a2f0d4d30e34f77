"""The connections that requests go over.

Some servers and proxies close a kept-alive connection without announcing it (uWSGI after each
answer, load balancers after an idle time). A read that hits a closed connection is retried. A write
is not, as nobody knows whether it arrived. So a write goes over a new connection, or over one that
carried a write a moment ago: that only once this server was seen to keep connections alive.
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

from .adapter import PacedAdapter
from .call import Call
from .destinations import destination_of
from .public_hosts import PublicOnly
from .retry import SAFE_METHODS, never_arrived

# Seconds. gunicorn keeps an idle connection for 2, uvicorn, Node and Apache for 5, nginx and cloud
# load balancers for 60 or more. Half of the shortest leaves time for the request to arrive.
LONGEST_IDLE = 1.0
STRICTER = 100  # times as many reads must reuse a connection once a connection was lost


class KeepAlive:
    """Whether a server keeps its connections alive, as its answers to reads show."""

    def __init__(self) -> None:
        self._seen = WeakSet[socket]()
        self._opened = self._reused = 0  # reads over new connections, over kept ones
        self._ratio = 1  # how many reads must reuse a connection for each that opened one

    @property
    def works(self) -> bool:
        return self._reused > 0 and self._reused >= self._ratio * self._opened

    def answered(self, response: Response) -> None:
        """Count whether an earlier answer came over the same connection."""
        connection = getattr(response.raw, "connection", None)
        sock = getattr(connection, "sock", None)  # None if the server announced the close
        if not isinstance(sock, socket) or response.request.method not in SAFE_METHODS:
            return
        self._reused += sock in self._seen
        self._opened += sock not in self._seen
        self._seen.add(sock)

    def lost(self) -> None:
        """Start over, stricter: a connection was closed before its answer was read."""
        self._opened = self._reused = 0
        self._ratio *= STRICTER


@frozen
class Kept:
    """An idle connection that has carried a write, in the pool of its own adapter."""

    adapter: HTTPAdapter
    options: tuple[Any, ...]  # the adapter, TLS and proxy options that it was opened with
    idle_since: float


class Connections:
    """The connections of a client: those of its session for reads, others for writes.

    Other hosts than the server have sessions with nothing of the user's in them.
    """

    def __init__(self, session: Session, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.session = session
        self.pid = os.getpid()
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: list[Kept] = []
        self._keep_alive = KeepAlive()
        self._bare: dict[bool, Session] = {}  # by whether they reach private networks

    def forked(self) -> bool:
        """Tell whether the process was forked since; if so, drop the parent's connections."""
        if self.pid == os.getpid():
            return False
        self._lock = threading.Lock()  # another thread of the parent may have held the old one
        self._bare = {}
        self.close()
        self.pid = os.getpid()  # last: until then, other threads of the child close them too
        return True

    def close(self) -> None:
        """Close what is open; the next request opens new connections."""
        self.session.close()
        for bare in [*self._bare.values()]:
            bare.close()
        self._close_kept()

    def bare(self, *, private: bool) -> Session:
        """Return the session for other hosts; `private` if they may be in private networks."""
        with self._lock:
            if private not in self._bare:
                self._bare[private] = bare_session(self.session, private=private)
            return self._bare[private]

    def answered(self, response: Response) -> None:
        """Note an answer of the server, before its body is read."""
        with self._lock:
            self._keep_alive.answered(response)

    @contextmanager
    def lent(self, call: Call) -> Iterator[Session]:
        """Lend a session for one request, until its answer is read."""
        try:
            fresh = None if call.repeatable else _fresh_adapter(self.session, call.url)
            if fresh is None:
                yield self.session
            else:
                yield from self._for_write(call, fresh)
        except requests.RequestException as error:
            if _broke_off(error) and destination_of(error, call.destination).own:
                self._lost()
            raise

    def _for_write(self, call: Call, fresh: HTTPAdapter) -> Iterator[Session]:
        settings, original = call.settings, self.session.get_adapter(call.url)
        options = (original, settings.verify, settings.cert, settings.proxies)
        keep = self._keep_alive.works and not call.stream
        adapter = (self._taken(options) if keep else None) or fresh
        try:
            yield _sibling(self.session, adapter, keep=keep)
        except BaseException:
            keep = False
            raise
        finally:
            if keep:
                self._give_back(Kept(adapter, options, self._clock()))
            else:
                adapter.close()

    def _taken(self, options: tuple[Any, ...]) -> HTTPAdapter | None:
        """Take the connection that was used last, unless it has been idle for too long."""
        with self._lock:
            last = self._kept.pop() if self._kept else None
        if last is None:
            return None
        if last.options == options and self._clock() - last.idle_since <= LONGEST_IDLE:
            return last.adapter
        last.adapter.close()
        self._close_kept()  # the others have been idle for longer
        return None

    def _give_back(self, kept: Kept) -> None:
        with self._lock:
            self._kept.append(kept)

    def _lost(self) -> None:
        with self._lock:
            self._keep_alive.lost()
        self._close_kept()

    def _close_kept(self) -> None:
        with self._lock:
            kept, self._kept = self._kept, []
        for each in kept:
            each.adapter.close()


class BareSession(Session):
    """A session that knows nothing, keeps no cookies and leaves redirects to us."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def get_redirect_target(self, resp: Response) -> None:
        """Let requests prepare no next request, for which it would read the body."""


def bare_session(of: Session, *, private: bool) -> Session:
    """Make a session for other hosts than the server, with the user's word on `trust_env` only."""
    session = BareSession()
    session.trust_env = of.trust_env
    for scheme in ("http://", "https://"):
        session.mount(scheme, PacedAdapter() if private else PublicOnly())
    return session


def _fresh_adapter(session: Session, url: str) -> HTTPAdapter | None:
    """Copy the adapter for a URL, without its connections; None if a copy would behave differently.

    That is so for a class of the user's own, and for options that requests does not copy.
    """
    adapter = session.get_adapter(url)
    if type(session) is not Session or not isinstance(adapter, HTTPAdapter):
        return None
    if type(adapter) not in (HTTPAdapter, PacedAdapter):
        return None
    fresh = copy.copy(adapter)
    plain = vars(adapter).keys() == vars(fresh).keys() and _pools(adapter) == _pools(fresh)
    return fresh if plain else None


def _pools(adapter: HTTPAdapter) -> tuple[Any, ...]:
    """Return the options of an adapter's connections that a user may have changed."""
    manager = adapter.poolmanager
    return type(manager), manager.connection_pool_kw, manager.pool_classes_by_scheme


def _sibling(session: Session, adapter: HTTPAdapter, *, keep: bool) -> Session:
    """Return a session that shares everything with another, except for its connections."""
    other = Session.__new__(Session)
    vars(other).update(vars(session), get_adapter=lambda url: adapter)
    if not keep:
        other.headers = CaseInsensitiveDict({**session.headers, "Connection": "close"})
    return other


def _broke_off(error: requests.RequestException) -> bool:
    """Tell whether a connection was lost before its answer was complete."""
    lost = isinstance(error, (requests.ConnectionError, requests.exceptions.ChunkedEncodingError))
    return lost and not isinstance(error, requests.Timeout) and not never_arrived(error)
