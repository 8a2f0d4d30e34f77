"""LocalServer(version=…): how versions are written, and why pip cannot install one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from label_studio_orm.errors import InvalidInput, LocalServerError
from label_studio_orm.server import VERSION, LocalServer, install, installation
from label_studio_orm.server.installation import home, installed
from label_studio_orm.server.versions import (
    checked_version,
    explain_failure,
    requirements,
    variables,
)

NO_SUCH = (
    "ERROR: Could not find a version that satisfies the requirement label-studio=={version} "
    "(from versions: 0.8.2, 1.19.0, 1.20.0, 1.23.2)\n"
    "ERROR: No matching distribution found for label-studio=={version}"
)
IGNORED = "ERROR: Ignored the following versions: 0.9.0 Requires-Python >=3.5, <3.9; 0.9.1 …\n"


@pytest.fixture
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1.20.0", "1.20.0"),
        ("1.20", "1.20.0"),
        ("v1.20.0", "1.20.0"),
        ("01.20.0", "1.20.0"),
        (" 1.20.0 ", "1.20.0"),
        ("1.14.0.post0", "1.14.0.post0"),
        ("1.24.0rc1", "1.24.0rc1"),
    ],
)
def test_a_version_may_have_any_common_form(written: str, meant: str) -> None:
    assert checked_version(written) == LocalServer(version=written).version == meant


def test_the_default_version_is_the_installed_one() -> None:
    assert LocalServer().version == VERSION


@pytest.mark.parametrize(
    "version",
    [1.2, 1, (1, 20), "", "latest", "1", "1.20.x", "1.20.0; rm", "../1.2", b"1.20.0", "1.\u0662"],
)
def test_an_invalid_version_is_refused_before_anything_else(version: Any) -> None:
    with pytest.raises(InvalidInput, match=r"version= must be a text such as '1\.23\.2', not "):
        LocalServer(version=version)


def test_each_version_has_its_own_folder() -> None:
    assert home("1.20.0").name == f"server-1.20.0-python3.{sys.version_info.minor}"
    assert home() == home(VERSION) != home("1.20.0")


def test_versions_that_need_pkg_resources_have_it_installed() -> None:
    assert requirements("1.13.1") == ["label-studio==1.13.1", "setuptools<81"]
    assert requirements("1.20.0") == ["label-studio==1.20.0"]


def test_legacy_tokens_are_enabled_in_the_version_that_disables_them() -> None:
    assert [*variables("1.17.0").values()] == ["false"]
    assert variables("1.18.0") == variables("1.16.0") == {}


@pytest.mark.parametrize(
    ("version", "said", "why"),
    [
        ("2.0.0", NO_SUCH, "There is no such version for Python 3."),
        ("1.20.1", NO_SUCH, " The nearest is 1.20.0. The newest is 1.23.2."),
        ("0.1.0", NO_SUCH, "The newest is 1.23.2."),
        ("0.9.0", IGNORED + NO_SUCH, "It needs Python >=3.5, <3.9; this is Python 3."),
        ("1.20.0", "No space left on device", "No space left on device"),
    ],
)
def test_pip_errors_are_explained(version: str, said: str, why: str) -> None:
    said = said.format(version=version)
    assert why in explain_failure(version, said, said)


@pytest.mark.parametrize(
    ("version", "python", "newest"), [("1.8.2", 12, "3.11"), ("1.20.0", 13, "3.12")]
)
def test_an_old_version_on_a_newer_python_names_the_supported_ones(
    version: str, python: int, newest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = type("info", (tuple,), {"major": 3, "minor": python})((3, python))
    monkeypatch.setattr(sys, "version_info", info)
    said = explain_failure(version, "error: numpy failed to build", "error: numpy failed to build")
    assert said.startswith(
        f"It needs Python {newest} or older, for its prebuilt packages; this is "
    )
    assert said.endswith("numpy failed to build")


@pytest.mark.usefixtures("nothing_installed")
def test_a_missing_version_names_the_install_command() -> None:
    with pytest.raises(LocalServerError) as error:
        LocalServer(version="1.20.0").start()
    assert "    python -m label_studio_orm.server install 1.20.0\n" in str(error.value)
    assert "LocalServer(version='1.20.0', install=True)" in str(error.value)


@pytest.mark.usefixtures("nothing_installed")
def test_installed_versions_are_named() -> None:
    for version in ("1.20.0", "1.8.2"):
        (home(version) / "venv" / "bin").mkdir(parents=True)
        (home(version) / "venv" / "bin" / "python").touch()
        (home(version) / "installed").touch()
    assert installed() == ["1.8.2", "1.20.0"]
    with pytest.raises(LocalServerError, match=r"Installed: 1\.8\.2, 1\.20\.0\."):
        LocalServer(version="1.19.0").start()


@pytest.mark.usefixtures("nothing_installed")
def test_a_failed_install_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], *_: Any) -> subprocess.CompletedProcess[str]:
        failed = "pip" in command
        (home("2.0.0") / "venv").mkdir(exist_ok=True)
        return subprocess.CompletedProcess(command, int(failed), NO_SUCH.format(version="2.0.0"))

    monkeypatch.setattr(installation, "_done", run)
    with pytest.raises(LocalServerError, match=r"2\.0\.0 cannot be installed .* newest is 1\.23"):
        install("2.0.0")
    assert not home("2.0.0").exists()
