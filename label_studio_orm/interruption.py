"""Interruption of work in a thread, as Ctrl-C interrupts it in the main thread."""

from __future__ import annotations

import threading
import time
from contextvars import ContextVar
from typing import TypeAlias

from .tuning import Clock

Interrupt: TypeAlias = threading.Event  # set to interrupt the work in whose context it is

_current: ContextVar[Interrupt | None] = ContextVar("label_studio_orm_interrupt", default=None)


def let_interrupt(interrupt: Interrupt) -> None:
    """Have work in this context raise `KeyboardInterrupt` when the event is set."""
    _current.set(interrupt)


def check_interrupt() -> None:
    """Raise `KeyboardInterrupt` if the work is to be interrupted."""
    pause(0)


def pause(seconds: float) -> None:
    """Sleep; raise `KeyboardInterrupt` if the work is interrupted: once, so that it can tidy up."""
    interrupt = _current.get()
    if interrupt is None:
        time.sleep(seconds)
    elif interrupt.wait(seconds):
        interrupt.clear()
        raise KeyboardInterrupt


INTERRUPTIBLE = Clock(sleep=pause)
