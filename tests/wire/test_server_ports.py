"""The port of a LocalServer: from the first moment on, nobody else can answer there."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from label_studio_orm.server.ports import HOST, answers, bind_socket
from label_studio_orm.server.watchdog import refuse_connections

BIND = """
import socket, sys
for host in ("127.0.0.1", "0.0.0.0"):
    for options in ([], [socket.SO_REUSEADDR], [socket.SO_REUSEADDR, socket.SO_REUSEPORT]):
        thief = socket.socket()
        for option in options:
            thief.setsockopt(socket.SOL_SOCKET, option, 1)
        try:
            thief.bind((host, int(sys.argv[1])))
            thief.listen()
            print("bound", host, options)
        except OSError:
            pass
"""


def bound_by_another_process(port: int) -> str:
    command = [sys.executable, "-I", "-c", BIND, str(port)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("state", ["bound", "serving", "crashed"])
def test_no_other_process_can_take_the_port(state: str) -> None:
    with bind_socket() as bound:
        port = bound.getsockname()[1]
        if state != "bound":
            bound.listen()
        if state == "crashed":
            refuse_connections(bound)
        assert bound_by_another_process(port) == ""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems let clients wait")
@pytest.mark.parametrize("state", ["not yet", "no more"])
def test_connections_are_refused_before_the_server_listens(state: str) -> None:
    with bind_socket() as bound:
        port = bound.getsockname()[1]
        if state == "no more":
            bound.listen()
            refuse_connections(bound)
        assert not answers(port)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((HOST, port), 1)
