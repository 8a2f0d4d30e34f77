"""Progress: a bar in a terminal, lines in a log, and no output in a pipe."""

from __future__ import annotations

import logging
import sys
import threading
import time
from typing import Any

import pytest
import tqdm.std  # noqa: F401 - it takes longer to load than the work here

from label_studio_orm import progress
from label_studio_orm.progress import progress_bar

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show bars at once."""
    monkeypatch.setattr(progress, "BAR_DELAY", 0)
    monkeypatch.setattr(progress, "BAR_INTERVAL", 0.01)


@pytest.fixture
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_is_terminal", lambda: True)


def work(shown: Any, capsys: Captured, *, unit: str = " tasks", total: int | None = 2) -> str:
    """Work for a moment; return all output."""
    with progress_bar(shown, what="Importing", unit=unit, total=total) as advance:
        for _ in range(2):
            time.sleep(0.05)
            advance(1)
    captured = capsys.readouterr()
    return captured.out + captured.err


@pytest.mark.usefixtures("_soon")
@pytest.mark.parametrize("shown", [None, False])
def test_nothing_is_printed_in_a_pipe(shown: bool | None, capsys: Captured) -> None:
    assert work(shown, capsys) == ""


@pytest.mark.usefixtures("_soon")
def test_a_terminal_gets_a_bar(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert "/2 [" in work(None, capsys)


@pytest.mark.usefixtures("_soon", "_terminal")
def test_a_bar_appears_while_one_request_lasts(capsys: Captured) -> None:
    assert "Importing: 00:00" in work(None, capsys, unit="", total=None)


@pytest.mark.usefixtures("_terminal")
def test_quick_work_shows_no_bar(capsys: Captured) -> None:
    assert work(None, capsys) == ""


@pytest.mark.usefixtures("_soon", "_terminal")
@pytest.mark.parametrize(("shown", "value"), [(None, "0"), (True, "0"), (True, "False")])
def test_a_variable_turns_all_bars_off(
    shown: bool | None, value: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_ORM_PROGRESS", value)
    assert work(shown, capsys) == ""


@pytest.mark.usefixtures("_soon")
def test_a_variable_shows_bars_in_files(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABEL_STUDIO_ORM_PROGRESS", "1")
    assert "Importing" in work(None, capsys)
    assert work(False, capsys) == ""


@pytest.mark.usefixtures("_soon", "_terminal")
def test_work_inside_of_other_work_has_no_bar(capsys: Captured) -> None:
    with progress_bar(None, what="Renaming", unit=" tasks"):
        assert "Importing" not in work(None, capsys)
    assert "Importing" in work(None, capsys)


def test_a_log_gets_a_line_from_time_to_time(
    capsys: Captured, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "LOG_INTERVAL", 0.02)
    with caplog.at_level(logging.INFO, "label_studio_orm"):
        assert work(None, capsys, total=50_000) == ""
    assert caplog.messages[0] == "Importing: 0 of 50,000 tasks"
    assert caplog.messages[-1] == "Importing: 1 of 50,000 tasks"


def test_a_line_of_a_log_says_how_long_it_waits() -> None:
    waiting = progress.Work("Preparing the export", "", None, started=time.time() - 61)
    assert str(waiting) == "Preparing the export: 61 s"
    assert str(progress.Work("Reading", " tasks", None, 12_000)) == "Reading: 12,000 tasks"


def test_a_callback_gets_the_progress(capsys: Captured) -> None:
    seen: list[Any] = []
    assert work(lambda done, total: seen.append((done, total)), capsys) == ""
    assert seen == [(1, 2), (2, 2)]


@pytest.mark.usefixtures("_soon", "_terminal")
def test_the_thread_of_a_bar_ends_with_the_work() -> None:
    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt), progress_bar(None, what="Importing"):
        raise KeyboardInterrupt
    assert threading.active_count() == before


@pytest.mark.usefixtures("_soon", "_terminal")
def test_work_goes_on_where_no_thread_can_be_started(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(thread: Any) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    assert work(None, capsys) == ""


class Stderr:
    """What applications put in the place of stderr."""

    def write(self, text: str) -> None:
        raise BrokenPipeError

    def flush(self) -> None: ...


class Closed(Stderr):
    def isatty(self) -> bool:
        raise ValueError("I/O operation on closed file")


@pytest.mark.usefixtures("_soon")
@pytest.mark.parametrize("file", [None, Stderr(), Closed()])
@pytest.mark.parametrize("shown", [None, True])
def test_work_goes_on_whatever_stderr_is(
    shown: bool | None, file: Any, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", file)
        assert work(shown, capsys) == ""
    assert "Importing" in work(True, capsys)  # the lock of all bars is free


@pytest.mark.usefixtures("_soon", "_terminal")
def test_a_bar_that_is_stuck_does_not_hold_up_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    stuck = threading.Event()
    monkeypatch.setattr(progress, "_bar", lambda work: stuck.wait(10))
    monkeypatch.setattr(progress, "BAR_END", 0.01)
    began = time.monotonic()
    with progress_bar(None, what="Importing"):
        pass
    assert time.monotonic() - began < 5
    stuck.set()


@pytest.mark.usefixtures("_soon", "_terminal")
def test_an_interruption_while_the_thread_starts_ends_the_bar(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started, start = list[threading.Thread](), threading.Thread.start

    def interrupted(thread: threading.Thread) -> None:
        start(thread)
        started.append(thread)
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt), progress_bar(None, what="Importing"):
        pass
    assert not started[0].is_alive()
