"""Ports of this machine, and whether a server answers at one."""

from __future__ import annotations

import http.client
import socket

HOST = "127.0.0.1"


def bound_socket() -> socket.socket:
    """Bind a port that nobody else can take from here on, and that refuses all until it is served.

    SO_REUSEADDR is not set: with it, another program could bind the same port, and answer first.
    """
    bound = socket.socket()
    bound.bind((HOST, 0))
    return bound


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
