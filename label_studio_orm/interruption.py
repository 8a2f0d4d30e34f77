"""Interruption of work in any thread, as Ctrl-C interrupts it in the main thread."""

from __future__ import annotations

import threading
import time
from contextvars import ContextVar
from typing import TypeAlias

from .tuning import Clock

Interrupt: TypeAlias = threading.Event  # set to interrupt the work of a context

_current: ContextVar[Interrupt | None] = ContextVar("label_studio_orm_interrupt", default=None)


def interrupt_on(interrupt: Interrupt) -> None:
    """Interrupt the work of this context when the event is set."""
    _current.set(interrupt)


def check_interrupt() -> None:
    """Raise `KeyboardInterrupt` if the work of this context is interrupted."""
    pause(0)


def pause(seconds: float) -> None:
    """Sleep; raise `KeyboardInterrupt` once if the work is interrupted, so that it can clean up."""
    interrupt = _current.get()
    if interrupt is None:
        time.sleep(seconds)
    elif interrupt.wait(seconds):
        interrupt.clear()
        raise KeyboardInterrupt


INTERRUPTIBLE = Clock(sleep=pause)
