"""Run Label Studio on a socket that is bound already: `python -I launch.py DESCRIPTOR ARGUMENT…`.

`LocalServer` binds the port before anybody can know it, and its guard keeps it as long as it lives:
the server never looks for a port itself, so no other program can answer in its place.
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
    WSGIServer.server_bind = _taking(bound)  # type: ignore[assignment,method-assign]
    sys.path.append(str(Path(__file__).parent))
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    from label_studio.server import (  # type: ignore[import-not-found,unused-ignore]
        main as label_studio,
    )

    label_studio()


def _taking(bound: socket.socket) -> Callable[[WSGIServer], None]:
    """Return how a web server takes over a socket, whichever address it has been given."""

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
