"""Progress: a bar in a terminal, and no output in a pipe."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from label_studio_orm import progress
from label_studio_orm.progress import progress_bar


def work(shown: Any, capsys: pytest.CaptureFixture[str]) -> str:
    with progress_bar(shown, what="Importing", unit=" tasks", total=2) as advance:
        advance(1)
        advance(1)
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_nothing_is_printed_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    assert work(None, capsys) == ""


def test_nothing_is_printed_if_progress_is_disabled(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "BAR_DELAY", 0)
    assert work(False, capsys) == ""


def test_a_terminal_gets_a_bar(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "BAR_DELAY", 0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert "Importing" in work(None, capsys)


def test_quick_work_shows_no_bar(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert work(None, capsys) == ""


def test_a_callback_gets_the_progress(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[Any] = []
    assert work(lambda done, total: seen.append((done, total)), capsys) == ""
    assert seen == [(1, 2), (2, 2)]
