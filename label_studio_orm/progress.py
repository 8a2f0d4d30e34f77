"""Progress reports: a bar in a terminal or notebook, lines in a log, a callback, or none.

A bar is drawn by a thread of its own, so that it appears and moves while a long request lasts. Work
that is done soon starts the thread, but loads nothing and draws nothing.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

from attrs import define, field

from .display import running_shell
from .text import shown

# None: a bar or lines where somebody sees them; False: nothing; True: a bar in any case; else
# called with (done, total).
Progress = bool | Callable[[int, int | None], None] | None
Advance = Callable[[int], object]

BAR_DELAY = 2.0  # seconds before a bar appears
BAR_INTERVAL = 0.2  # seconds between two looks of a bar
LOG_INTERVAL = 60.0  # seconds between two lines in a log
BAR_END = 2.0  # seconds to wait for the last look of a bar, whose file may be stuck
VARIABLE = "LABEL_STUDIO_ORM_PROGRESS"  # "0" for no bars at all, "1" for bars also in files
CHOICES: Mapping[str, bool] = MappingProxyType(
    {
        **dict.fromkeys(("0", "false", "no", "off"), False),
        **dict.fromkeys(("1", "true", "yes", "on"), True),
    }
)

_INSIDE: ContextVar[bool] = ContextVar("progress_bar", default=False)

log = logging.getLogger(__name__)


@define
class Work:
    """A piece of work and its progress; one without a unit is only waited for."""

    what: str
    unit: str
    total: int | None
    done: int = 0
    started: float = field(factory=time.time)

    def advance(self, units: int) -> None:
        """Count what was done since the last call."""
        self.done += units

    def __str__(self) -> str:
        if not self.unit:
            return f"{self.what}: {time.time() - self.started:.0f} s"
        of = "" if self.total is None else f" of {self.total:,}"
        return f"{self.what}: {self.done:,}{of} {self.unit.strip()}"


Show = Callable[[Work, threading.Event], None]  # shows work until the event


@contextmanager
def progress_bar(
    progress: Progress, *, what: str, unit: str = "", total: int | None = None
) -> Iterator[Advance]:
    """Yield a function to call with the number of units done since its last call.

    Work inside of other work has no bar of its own.
    """
    if callable(progress):
        yield _reporter(progress, total)
        return
    work, inside = Work(shown(what, 60), unit, total), _INSIDE.get()
    show = None if inside else _way_to_show(progress)
    _INSIDE.set(True)
    try:
        with nullcontext() if show is None else _showing(show, work):
            yield work.advance
    finally:
        _INSIDE.set(inside)


def _reporter(report: Callable[[int, int | None], None], total: int | None) -> Advance:
    done = 0

    def advance(units: int) -> None:
        nonlocal done
        done += units
        report(done, total)

    return advance


def _way_to_show(progress: bool | None) -> Show | None:
    wanted = CHOICES.get(os.environ.get(VARIABLE, "").strip().lower(), progress)
    if progress is False or wanted is False:
        return None
    if wanted or _is_notebook() or _is_terminal():
        return _draw
    return _log if log.isEnabledFor(logging.INFO) else None


@contextmanager
def _showing(show: Show, work: Work) -> Iterator[None]:
    done = threading.Event()
    thread = threading.Thread(target=show, args=(work, done), daemon=True)
    try:
        with suppress(RuntimeError):  # at exit, Python starts no threads
            thread.start()
        yield
    finally:
        done.set()
        if thread.is_alive():
            thread.join(BAR_END)


def _log(work: Work, done: threading.Event) -> None:
    while not done.wait(LOG_INTERVAL):
        log.info("%s", str(work))  # now: the record may be read later


def _draw(work: Work, done: threading.Event) -> None:
    if done.wait(BAR_DELAY):
        return
    try:
        _draw_until(done, work)
    except Exception as error:  # a file that is closed, or is none: the work goes on
        log.debug("No progress bar: %r", error)


def _draw_until(done: threading.Event, work: Work) -> None:
    with _bar(work) as bar:
        bar.start_t = work.started
        while True:
            bar.n = work.done
            with bar.get_lock():  # all bars have one lock, which tqdm keeps after an error
                bar.refresh(nolock=True)
            if done.wait(BAR_INTERVAL):
                return


def _bar(work: Work) -> Any:
    """Return a bar of tqdm, chosen here: tqdm.auto warns in red where ipywidgets is missing."""
    widgets = _is_notebook() and find_spec("ipywidgets") is not None
    tqdm = importlib.import_module("tqdm.notebook" if widgets else "tqdm.std").tqdm
    return tqdm(
        desc=work.what,
        unit=work.unit,
        unit_scale=work.unit == "B",
        total=work.total,
        leave=False,
        delay=1e-9,  # drawn here at first, not by the constructor
        file=sys.stdout if _is_notebook() else sys.stderr,  # notebooks show stderr in red
        bar_format=None if work.unit else "{desc}: {elapsed}",
    )


def _is_terminal() -> bool:
    try:
        return bool(sys.stderr.isatty())
    except (AttributeError, ValueError, OSError):  # there is none, it is closed, or something else
        return False


def _is_notebook() -> bool:
    """Tell whether this is a kernel: of Jupyter, VS Code, Colab."""
    return getattr(running_shell(), "kernel", None) is not None
