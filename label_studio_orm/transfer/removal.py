"""Removal of what is temporary on the server."""

from __future__ import annotations

import threading
from collections.abc import Callable

Remove = Callable[[], list[str]]  # returns the failures


def is_interruption(error: BaseException | None) -> bool:
    """Tell whether somebody waits for the end."""
    return isinstance(error, (KeyboardInterrupt, GeneratorExit))


def remove_in_background(
    remove: Remove, error: BaseException | None, *, timeout: float, what: str, daemon: bool = True
) -> list[str]:
    """Remove something, after an interruption in a thread that is waited for only briefly.

    Without `daemon` Python does not end before the thread. `what` is the beginning of the message
    if it is not done yet.
    """
    if not is_interruption(error):
        return remove()
    failures: list[str] = []
    thread = threading.Thread(target=lambda: failures.extend(remove()), daemon=daemon)
    try:
        thread.start()
    except RuntimeError:  # at exit, Python starts no threads
        return remove()
    thread.join(timeout)
    if not thread.is_alive():
        return failures
    return [f"{what} still being removed from the server: keep this process running."]
