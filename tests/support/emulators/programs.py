"""Programs that the tests install for themselves, and run as long as they need them."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from label_studio_orm.folders import cache_folder

HOME = cache_folder().with_name("label-studio-orm-tests")
START = 30.0  # seconds
# Node trusts what it comes with, and not what the system does, unless it is told.
TRUSTING = {"NODE_EXTRA_CA_CERTS": "/etc/ssl/certs/ca-certificates.crt"}


def python_program(package: str, program: str) -> Path:
    """Return a program of a Python package, in an environment of its own; installed once.

    `program` says where in the environment it is, and may be a pattern.
    """
    home = HOME / re.sub(r"\W+", "-", package)
    with one_at_a_time():
        if not any(home.glob(program)):
            shutil.rmtree(home, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", home], check=True)
            _run([home / "bin" / "python", "-m", "pip", "install", "-q", package])
    [found] = home.glob(program)
    return found


def node_program(package: str, program: str) -> Path:
    """Return a program of an npm package; installed once.

    The project asks for no npm: where there is none, or none that works, the test is skipped.
    """
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    home = HOME / package.replace("@", "-")
    found = home / "node_modules" / ".bin" / program
    with one_at_a_time():
        if not found.exists():
            home.mkdir(parents=True, exist_ok=True)
            try:
                _run(["npm", "install", "--no-audit", "--no-fund", "--prefix", home, package])
            except RuntimeError as error:
                pytest.skip(str(error))
    return found


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Keep others out: two processes of the tests may need a program first."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: Sequence[str | Path]) -> None:
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**TRUSTING, **os.environ},
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{done.stdout[-2000:]}")


@contextmanager
def running(
    command: Sequence[str | Path], port: int, *, env: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Run a program until the block ends; the block begins when it listens."""
    process = subprocess.Popen(
        list(map(str, command)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(env or {})},
    )
    try:
        _wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} has ended with {process.returncode}.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0 and process.poll() is None:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{process.args!r} does not listen.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
