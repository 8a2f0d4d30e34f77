"""Another user of this machine, who runs what a test gives him; only root can be one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")

START = """
import json, os, sys
given, got = json.load(sys.stdin), []
def attempt(what, *more):
    try:
        got.append([str(more), str(what(*more))[:100]])
    except OSError:
        pass
"""
END = "\njson.dump(got, sys.stdout)"

FILES = """
for path in given:
    attempt(os.stat, path)
    attempt(os.listdir, path)
    attempt(open, path, "rb")
    attempt(open, path, "ab")
    attempt(os.unlink, path)
"""
PROCESSES = """
for pid in given:
    for name in ("environ", "maps", "mem", "auxv", "stack"):
        attempt(lambda path: open(path, "rb").read(99), f"/proc/{pid}/{name}")
    for name in ("cwd", "root", "exe", "fd/0"):
        attempt(os.readlink, f"/proc/{pid}/{name}")
    attempt(os.listdir, f"/proc/{pid}/fd")
    attempt(os.kill, pid, 0)
"""
REQUESTS = """
import http.client
for method, path in given[1]:
    connection = http.client.HTTPConnection("127.0.0.1", given[0], timeout=20)
    connection.request(method, path, headers={"Content-Type": "application/json"})
    answer = connection.getresponse()
    if answer.status not in (301, 302, 401, 403, 404, 405):
        got.append([method, path, answer.status])
"""


def got(attempts: str, given: Any) -> list[Any]:
    """Return what another user gets: nothing, if all is well."""
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin:/bin")  # one for everybody
    if python is None:
        pytest.skip("there is no Python that another user may run")
    done = subprocess.run(
        [python, "-I", "-c", START + attempts + END],
        input=json.dumps(given),
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        capture_output=True,
        text=True,
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


def pids_of(url: str) -> list[int]:
    """Return the ids of a server's guard, of the server, and of what that has started."""
    found = _pgrep("-f", f"port {url.rpartition(':')[2]}")
    return sorted({*found, *(child for pid in found for child in _pgrep("-P", str(pid)))})


def command_lines(pids: Sequence[int]) -> str:
    """Return what everybody may read of processes."""
    return "\n".join(Path(f"/proc/{pid}/cmdline").read_text() for pid in pids)


def sockets(pids: Sequence[int]) -> list[str]:
    """Return where processes listen: addresses as the kernel writes them, and paths."""
    links = [str(fd.readlink()) for pid in pids for fd in Path(f"/proc/{pid}/fd").iterdir()]
    inodes = {link[8:-1] for link in links if link.startswith("socket:")}
    found = []
    for kind in ("tcp", "tcp6", "udp", "udp6"):
        for row in _rows(kind):
            if row[9] in inodes and row[3] in ("0A", "07"):  # listening, or any of UDP
                found.append(f"{kind} {row[1]}")
    return found + [f"unix {row[7]}" for row in _rows("unix") if row[6] in inodes and row[7:]]


def _rows(kind: str) -> list[list[str]]:
    path = Path(f"/proc/net/{kind}")
    return [line.split() for line in path.read_text().splitlines()[1:]] if path.exists() else []


def _pgrep(*options: str) -> list[int]:
    found = subprocess.run(["pgrep", *options], stdout=subprocess.PIPE, text=True)
    return [int(pid) for pid in found.stdout.split()]
