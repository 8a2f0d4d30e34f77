"""Ports of this machine, and whether a server answers at one."""

from __future__ import annotations

import http.client
import socket
import sys

from ..errors import LocalServerError

HOST = "127.0.0.1"
ATTEMPTS = 20


def bound_socket() -> socket.socket:
    """Bind a port that nobody else can take from here on, and that refuses all until it is served.

    SO_REUSEADDR is not set: with it, another program could bind the same port, and answer first.
    """
    for _ in range(ATTEMPTS):
        bound = socket.socket()
        try:
            bound.bind((HOST, free_port()))  # Linux lets go of one that it chose
        except OSError:  # another program was faster
            bound.close()
        else:
            return bound
    raise LocalServerError(f"Other programs took each of {ATTEMPTS} free ports.")


def keep_port(bound: socket.socket) -> None:
    """Keep the port until this process ends: its clients may send the key there for as long."""
    if sys.platform == "linux":  # elsewhere they would wait for an answer that never comes
        bound.detach()


def free_port() -> int:
    """Return a port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Ask once whether the server is healthy, past all proxies and retries."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
