"""Run the steps on one kind of server: REACH=1.20.0+postgresql.

A step passes, fails, or is refused: if a version or database lacks a feature, the expected outcome
is an error that names it. `@pytest.mark.since("1.21")` and `@pytest.mark.not_on("PostgreSQL")` mark
the steps that may be refused. The outcomes are written to the file that REACH_OUTCOMES names.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from support.cleaning import delete
from support.emulators import ENVIRON
from support.emulators.gcs import GCS, gcs_emulator
from support.emulators.s3 import S3, running_s3
from support.fronts import Front
from support.targets import CURRENT, Target
from support.texts import SENTIMENT

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import LabelStudioError
from label_studio_orm.server import LocalServer
from label_studio_orm.tuning import Tuning

TARGET = Target.of(os.environ.get("REACH", CURRENT))
LIMIT = 60.0  # seconds for a step: some bugs cause endless pagination
Outcome = dict[str, str]
OUTCOMES = pytest.StashKey[dict[str, Outcome]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[OUTCOMES] = {}


# -- the server, and what it connects to -----------------------------------------------------------


@pytest.fixture(scope="session")
def target() -> Target:
    return TARGET


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the server may use; its parent is the document root."""
    folder = tmp_path_factory.mktemp("root") / "files"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    with running_s3() as s3:
        yield s3


@pytest.fixture(scope="session")
def gcs() -> Iterator[GCS]:
    with gcs_emulator() as gcs:
        yield gcs


@pytest.fixture(scope="session")
def target_server(target: Target, files: Path, gcs: GCS) -> Iterator[LocalServer | Front]:
    if missing := target.missing():
        pytest.skip(missing)
    with target.running(files, {**ENVIRON, "STORAGE_EMULATOR_HOST": gcs.url}) as server:
        yield server


@pytest.fixture(scope="session")
def ls(target_server: LocalServer | Front) -> LabelStudio:
    return target_server.client()


@pytest.fixture(scope="module")
def project(ls: LabelStudio) -> Iterator[Project]:
    """An empty project that the steps of a file share."""
    project = ls.projects.create(title="Reviews", label_config=SENTIMENT)
    yield project
    delete(project)


@pytest.fixture
def fresh(ls: LabelStudio) -> Iterator[Project]:
    """An empty project for one step."""
    project = ls.projects.create(title="Fresh reviews", label_config=SENTIMENT)
    yield project
    delete(project)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(LabelStudio, "_tuning", Tuning(sync_interval=0.1))
    monkeypatch.chdir(tmp_path)  # where backups may be written


# -- outcomes --------------------------------------------------------------------------------------


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    own = item.get_closest_marker("within")
    with _within(own.args[0] if own else LIMIT):
        yield


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Turn an allowed error that names the missing feature into a refusal."""
    outcome: Any = yield
    report = outcome.get_result()
    error = call.excinfo.value if call.excinfo else None
    if report.failed and isinstance(error, LabelStudioError) and _may_refuse(item, str(error)):
        report.outcome, report.refusal = "passed", str(error)
    if call.when == "call" or not report.passed:
        item.config.stash[OUTCOMES].setdefault(item.nodeid, _as_outcome(report, error, item))


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    return ("refused", "r", "REFUSED") if hasattr(report, "refusal") else None


def pytest_sessionfinish(session: pytest.Session) -> None:
    if path := os.environ.get("REACH_OUTCOMES"):
        found = list(session.config.stash[OUTCOMES].values())
        Path(path).write_text(json.dumps({"target": str(TARGET), "steps": found}, indent=1))


def _may_refuse(item: pytest.Item, text: str) -> bool:
    for mark in item.iter_markers("since"):
        if TARGET.before(mark.args[0]) and TARGET.version in text:
            return True
    named = {mark.args[0] for mark in item.iter_markers("not_on")}
    return any(TARGET.database == name.lower() and name in text for name in named)


def _as_outcome(report: Any, error: BaseException | None, item: pytest.Item) -> Outcome:
    step = {"area": item.path.stem.removeprefix("test_"), "step": item.name.removeprefix("test_")}
    if hasattr(report, "refusal"):
        return {**step, "outcome": "refused", "text": report.refusal}
    lacks = str(dict(item.user_properties).get("lacks", ""))
    text = lacks if error is None else f"{type(error).__name__}: {error}"
    return {**step, "outcome": report.outcome, "text": text}


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Fail a step that takes longer."""

    def fail(signum: int, frame: FrameType | None) -> None:
        pytest.fail(f"It did not end within {seconds:g} s.")

    before = signal.signal(signal.SIGALRM, fail)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
