"""Installation: lock files, sources and permissions."""

from __future__ import annotations

import logging
import os
import platform
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from label_studio_orm.server import VERSION, installation
from label_studio_orm.server.versions import requirements

LISTS = sorted((Path(installation.__file__ or "").parent / "constraints").glob("*.txt"))
OLD_AND_NEW = ("python3.9", "python3.14")
MAKE_FILES = "import os; os.mkdir('venv'); open('file', 'w')"
MARKER = r'(?: ; python_version in "[\d. ]+")?'
EXACT = rf"[a-z0-9-]+==[\w.]+{MARKER}(?: \\\n    --hash=sha256:[0-9a-f]{{64}})+\n"
HEAD = r"# .*\n--only-binary :all:\n--no-binary [a-z0-9,-]+\n"


@pytest.fixture
def careless() -> Iterator[None]:
    """Set a umask that makes new files writable by everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("careless")
def test_installed_files_are_not_writable_by_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with installation._lock(VERSION):
        installation._run([sys.executable, "-I", "-c", MAKE_FILES])
    for path in (installation.home(VERSION), tmp_path / "venv", tmp_path / "file"):
        assert not path.stat().st_mode & 0o022


def test_the_lock_file_pins_all_packages_by_hash_and_names_no_index() -> None:
    (path,) = LISTS
    assert path.stem == f"server-{VERSION}"
    text = path.read_text()
    assert re.fullmatch(f"{HEAD}(?:{EXACT})+", text)
    assert requirements(VERSION)[0] in text
    entries = installation.entries(text, installation.BUILD)
    assert {entry.partition("==")[0] for entry in entries} == {"setuptools", "wheel"}


@pytest.mark.parametrize("python", installation.LOCKED_PYTHONS)
def test_the_lock_file_has_one_version_of_each_package_for_a_python(python: str) -> None:
    pins = re.findall(r'^([a-z0-9-]+)==(?:[^ ]+)(?: ; .* in "(.*)")?', LISTS[0].read_text(), re.M)
    version = python.removeprefix("python")
    names = [name for name, pythons in pins if not pythons or version in pythons.split()]
    assert len(names) == len({*names}) > 150


@pytest.mark.parametrize(
    ("libc", "system", "machine", "is_listed"),
    [
        ("glibc", "Linux", "x86_64", True),
        ("glibc", "Linux", "aarch64", True),
        ("", "Darwin", "arm64", True),
        ("", "Darwin", "x86_64", False),
        ("", "Linux", "x86_64", False),
    ],
    ids=["Linux", "Linux on ARM", "macOS", "macOS on Intel", "Alpine Linux"],
)
def test_without_a_wheel_pip_chooses_the_version_which_is_logged(
    libc: str,
    system: str,
    machine: str,
    is_listed: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(platform, "libc_ver", lambda: (libc, ""))
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    with caplog.at_level(logging.WARNING):
        assert (installation.lock_file(VERSION) is not None) is is_listed
    assert ("checks no hashes" in caplog.text) is not is_listed


@pytest.mark.parametrize("python", OLD_AND_NEW)
def test_on_another_python_pip_chooses_the_packages(
    python: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(installation, "_python", lambda: python)
    with caplog.at_level(logging.WARNING):
        assert installation.lock_file(VERSION) is None
    assert f"for {python}" in caplog.text


def test_without_a_lock_file_pip_chooses_the_packages_which_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        assert installation.lock_file("1.20.0") is None
    assert "no lock file of Label Studio 1.20.0" in caplog.text
