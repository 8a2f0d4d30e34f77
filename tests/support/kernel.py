"""A Jupyter kernel that runs cells, and can be interrupted, without a front end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from attrs import define, field
from jupyter_client.manager import KernelManager

START_TIMEOUT = 60.0  # seconds
CELL_TIMEOUT = 60.0
COLORS = re.compile(r"\x1b\[[0-9;]*m")


@define
class Output:
    """What a cell shows."""

    stdout: str = ""
    stderr: str = ""
    displayed: list[Mapping[str, Any]] = field(factory=list)  # by MIME type
    traceback: str = ""  # without colors

    def take(self, kind: str, content: Mapping[str, Any]) -> None:
        """Take note of a message of the kernel."""
        if kind == "stream":
            name = content["name"]
            setattr(self, name, getattr(self, name) + content["text"])
        elif kind in ("display_data", "execute_result"):
            self.displayed.append(content["data"])
        elif kind == "error":
            self.traceback = COLORS.sub("", "\n".join(content["traceback"]))


@define
class Kernel:
    """A kernel that runs."""

    manager: Any
    client: Any

    def run(self, cell: str, meanwhile: Callable[[], object] = lambda: None) -> Output:
        """Run a cell, and a function here while it runs; return what the cell shows."""
        output, request = Output(), self.client.execute(cell)
        meanwhile()
        while True:
            message = self.client.get_iopub_msg(timeout=CELL_TIMEOUT)
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["content"].get("execution_state") == "idle":
                return output
            output.take(message["msg_type"], message["content"])

    def interrupt(self) -> None:
        """Do what the stop button of a notebook does."""
        self.manager.interrupt_kernel()


@contextmanager
def running_kernel() -> Iterator[Kernel]:
    manager: Any = KernelManager(kernel_name="python3", transport="ipc")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=START_TIMEOUT)
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
