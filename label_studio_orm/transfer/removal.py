"""Removal of what is temporary on the server."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from ..errors import note
from ..text import message_of

log = logging.getLogger(__name__)

Remove = Callable[[], list[str]]  # returns the failures


def is_interruption(error: BaseException | None) -> bool:
    """Tell whether somebody waits for the end."""
    return isinstance(error, (KeyboardInterrupt, GeneratorExit))


def remove_temporary(
    remove: Remove, error: BaseException | None, *, timeout: float, what: str, daemon: bool = True
) -> list[str]:
    """Remove something; return the failures, which are logged and noted on the error.

    After an interruption it is removed in a thread that is waited for only briefly; without
    `daemon` Python does not end before it. `what` is the beginning of the message if it is not done
    yet.
    """
    if is_interruption(error):
        failures = _in_background(remove, timeout, what, daemon)
    else:
        try:
            failures = remove()
        except KeyboardInterrupt as interruption:  # in the middle of it: begin again, and finish it
            remove_temporary(remove, interruption, timeout=timeout, what=what, daemon=daemon)
            raise
    _log(failures)
    if error is not None:
        for failure in failures:
            note(error, failure)
    return failures


def _in_background(remove: Remove, timeout: float, what: str, daemon: bool) -> list[str]:
    failures: list[str] = []
    left_alone = threading.Event()
    thread = threading.Thread(target=_run, args=(remove, failures, left_alone), daemon=daemon)
    try:
        thread.start()
    except RuntimeError:  # at exit, Python starts no threads
        return remove()
    thread.join(timeout)
    if not thread.is_alive():
        return failures
    left_alone.set()
    return [f"{what} still being removed from the server: keep this process running."]


def _run(remove: Remove, failures: list[str], left_alone: threading.Event) -> None:
    failures += remove()
    if left_alone.is_set():
        _log(failures)


def _log(failures: list[str]) -> None:
    for failure in failures:
        log.warning("%s", message_of(failure))
