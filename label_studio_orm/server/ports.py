"""Ports of this machine, and the health check of a server at one."""

from __future__ import annotations

import http.client
import socket
import sys

from ..errors import LocalServerError

HOST = "127.0.0.1"
ATTEMPTS = 20


def bind_socket() -> socket.socket:
    """Bind a free port; it refuses connections until the server listens.

    SO_REUSEADDR is not set: with it, another program could bind the same port and respond first.
    """
    for _ in range(ATTEMPTS):
        bound = socket.socket()
        try:
            bound.bind((HOST, free_port()))  # Linux releases a port that it chose itself
        except OSError:  # another program was faster
            bound.close()
        else:
            return bound
    raise LocalServerError(f"Other programs took each of {ATTEMPTS} free ports.")


def keep_port(bound: socket.socket) -> None:
    """Keep the port until this process ends, as its clients may send the key there until then."""
    if sys.platform == "linux":  # elsewhere, clients would wait in vain
        bound.detach()


def free_port() -> int:
    """Return a port that is currently free."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Tell whether the server is healthy, by one request without proxies and retries."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
