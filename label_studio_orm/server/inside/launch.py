"""Run Label Studio on a bound socket: `python -I launch.py DESCRIPTOR ARGUMENT…`.

`LocalServer` binds the port, and its watchdog keeps it until it exits: the server never searches
for a port itself, so no other program can respond in its place.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from wsgiref.simple_server import WSGIServer

SETTINGS = "label_studio_orm_settings"  # a module beside this one


def main(descriptor: int) -> None:
    bound = socket.socket(fileno=descriptor)
    bound.set_inheritable(False)
    WSGIServer.server_bind = _server_bind_to(bound)  # type: ignore[assignment,method-assign]
    sys.path.append(str(Path(__file__).parent))
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    from label_studio.server import (  # type: ignore[import-not-found,unused-ignore]
        main as label_studio,
    )

    label_studio()


def _server_bind_to(bound: socket.socket) -> Callable[[WSGIServer], None]:
    """Return a `server_bind` that takes over a socket, whatever the address of the server."""

    def server_bind(server: WSGIServer) -> None:
        server.socket.close()
        server.socket = bound
        server.server_address = bound.getsockname()
        server.server_name, server.server_port = bound.getsockname()
        server.setup_environ()

    return server_bind


if __name__ == "__main__":
    taken = int(sys.argv.pop(1))
    sys.argv[0] = "label-studio"
    main(taken)
