"""Planted modules in the current folder or PYTHONPATH are never run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from label_studio_orm.errors import LocalServerError
from label_studio_orm.server import VERSION, LocalServer, install, installation
from label_studio_orm.server.installation import DATABASE

NAMES = (
    *("venv", "pip", "ensurepip", "setuptools", "wheel", "sitecustomize", "usercustomize"),
    *("json", "socket", "select", "subprocess", "platform", "wsgiref", "label_studio", "django"),
    *(
        "launch",
        "inspect_postgresql",
        "watchdog",
        "label_studio_orm_settings",
        "label_studio_orm_files",
    ),
)


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file to which planted modules write their names when they run."""
    folder, ran = tmp_path / "planted", tmp_path / "ran"
    folder.mkdir()
    mark = f"open({str(ran)!r}, 'a').write(__name__ + ' ')\n"
    for number, name in enumerate((*NAMES, "startup")):
        path = folder / name / "__init__.py" if number % 2 else folder / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(mark)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setenv("PYTHONSTARTUP", str(folder / "startup.py"))
    monkeypatch.setenv("PYTHONUSERBASE", str(folder))
    return ran


def test_planted_modules_run_in_an_unprotected_python(planted: Path) -> None:
    """Shows that these tests are meaningful."""
    subprocess.run([sys.executable, "-m", "venv", "nowhere"], check=True)
    assert planted.read_text().split()[:2] == ["sitecustomize", "__main__"]


def test_an_install_runs_no_planted_module(
    planted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")  # as far as it gets without a download
    with pytest.raises(LocalServerError, match="No matching distribution found for"):
        install()
    assert not planted.exists()


def test_a_start_runs_no_planted_module(planted: Path) -> None:
    with LocalServer() as server:
        assert server.client().whoami().id == 1
    assert not planted.exists()


def test_preparing_a_database_runs_no_planted_module(
    planted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(command: list[str], env: dict[str, str]) -> None:  # the same, but for the long part
        done = subprocess.run([*command[:2], "version"], env=env, capture_output=True, check=True)
        Path(env["LABEL_STUDIO_BASE_DATA_DIR"], DATABASE).write_bytes(done.stdout)

    monkeypatch.setattr(installation, "_run", run)
    installation._migrate(VERSION, tmp_path / "ready.sqlite3")
    assert (tmp_path / "ready.sqlite3").read_text()
    assert not planted.exists()


def test_subprocesses_of_pip_run_no_planted_module(
    planted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a build has a folder of its own
    starts = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import json'])"
    assert installation._done([sys.executable, "-I", "-c", starts]).returncode == 0
    assert not planted.exists()
