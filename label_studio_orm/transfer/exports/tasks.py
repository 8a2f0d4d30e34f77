"""Streaming reader of exported JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from ..downloads import BLOCK
from ..imports.readers import tasks_in


def read_tasks(path: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the tasks of a file one by one."""
    with path.open("rb") as file:
        yield from tasks_in(iter(partial(file.read, BLOCK), b""))
