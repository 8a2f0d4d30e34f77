"""What every contender does around its work: take its own measure, and print it as JSON.

It runs in the environments of others, so it needs nothing but Python.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

REGION = {"from_name": "sentiment", "to_name": "text", "type": "choices"}
RESULT = [{**REGION, "value": {"choices": ["Negative"]}}]
TEXT = "The stars were few and far between, and so were the good lines of this film. " * 4


@dataclass
class Given:
    """What a contender is told: the server, the project, and what its workload needs."""

    url: str
    key: str
    project: int
    count: int  # of what is to be done
    ids: list[int]  # the tasks to write to
    paths: list[str]  # the pages to read


def own_result(id: int) -> list[dict[str, Any]]:
    """Return a result that no other task has."""
    return [{**RESULT[0], "id": f"region{id}"}]


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Yield tasks to import, each with a text of its own."""
    for number in range(count):
        yield {"data": {"text": f"{number}: {TEXT}"}}


sent: list[object] = []


def count(owner: Any, method: str) -> None:
    """Count the requests that go through a method of a client."""
    send = getattr(owner, method)

    def counted(*args: Any, **options: Any) -> Any:
        sent.append(None)
        return send(*args, **options)

    setattr(owner, method, counted)


def main(
    connect: Callable[[Given], Any], *workloads: Callable[[Any, Given], int], packages: str
) -> None:
    """Do a workload, and print what it took: `name url key project < {"count": …, …}`."""
    name, url, key, project = sys.argv[1:]
    given = Given(url, key, int(project), **json.load(sys.stdin))
    work = {workload.__name__: workload for workload in workloads}[name]
    # What clients import late, some import with the first client: none of it is the work.
    connected = connect(given)
    seconds, cpu = time.perf_counter(), cpu_seconds()
    done = work(connected, given)
    measured = {
        "done": done,
        "work_seconds": time.perf_counter() - seconds,
        "work_cpu": cpu_seconds() - cpu,
        "cpu": cpu_seconds(),
        "peak": peak_megabytes(),
        "requests": len(sent),
        "versions": ", ".join(f"{package} {version(package)}" for package in packages.split()),
    }
    print(json.dumps(measured))


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_megabytes() -> float:
    """Return the most memory that this process had.

    On Linux that is not `ru_maxrss`, which starts with what the parent had when it forked.
    """
    status = Path("/proc/self/status")
    if status.exists():
        kilobytes = re.search(r"VmHWM:\s+(\d+)", status.read_text())
        return int(kilobytes[1]) / 1024 if kilobytes else 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # bytes, on macOS
