"""Installation of Label Studio in its own virtual environments, with migrated databases."""

from __future__ import annotations

import fcntl
import logging
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ..errors import LocalServerError
from ..folders import data_folder
from ..progress import progress_bar
from ..server_version import parsed
from .environ import environment, without_python
from .versions import VERSION, checked_version, explain_failure, requirements

log = logging.getLogger(__name__)

DATABASE = "label_studio.sqlite3"
BUILD = ("setuptools", "wheel")  # to build packages without a wheel
# What the lock file is for: elsewhere (Alpine, Intel Macs) some packages have no wheels.
LOCKED_PYTHONS = ("python3.10", "python3.11", "python3.12", "python3.13")
LOCKED_PLATFORMS = ("glibc x86_64", "glibc aarch64", "Darwin arm64")
COMMAND = "python -m label_studio_orm.server install"
LOG_TAIL = 2000  # characters of a log in an error


def home(version: str = VERSION) -> Path:
    """Return the folder of a version of the server, for this version of Python."""
    return _homes() / f"server-{version}-{_python()}"


def install(version: str = VERSION) -> Path:
    """Install a version of the server if it is missing, with its database; return the folder.

    This takes a few minutes and about 1 GB. Raises `LocalServerError` with pip's output.
    """
    version = checked_version(version)
    with _lock(version):
        if not is_installed(version):
            log.info("Installing Label Studio %s into %s", version, home(version))
            try:
                with progress_bar(None, what=f"Installing Label Studio {version}"):
                    _install(version)
            except BaseException:
                shutil.rmtree(home(version), ignore_errors=True)  # incomplete
                raise
    migrated_database(version)
    return home(version)


def program(version: str, name: str) -> Path:
    """Return the path of a program in a server's virtual environment."""
    return home(version) / "venv" / "bin" / name


def package(version: str) -> Path:
    """Return the folder of a server's source."""
    return next((home(version) / "venv" / "lib").glob("python*/site-packages/label_studio"))


def is_installed(version: str = VERSION) -> bool:
    """Tell whether a version of the server is installed."""
    return _marker(version).exists() and program(version, "python").exists()


def installed() -> list[str]:
    """Return the installed versions, oldest first."""
    markers = _homes().glob(f"server-*-{_python()}/{_marker('').name}")
    versions = [path.parent.name.split("-")[1] for path in markers]
    return sorted(filter(is_installed, versions), key=parsed)


def check_installed(version: str) -> None:
    """Raise `LocalServerError` with the command that installs a missing version."""
    if is_installed(version):
        return
    others = ", ".join(installed())
    usual = version == VERSION
    raise LocalServerError(
        f"Label Studio {version} is not installed for LocalServer. Run once:\n"
        f"    {COMMAND}{'' if usual else f' {version}'}\n"
        f"or use LocalServer({'' if usual else f'version={version!r}, '}install=True). "
        f"It takes a few minutes.{f' Installed: {others}.' if others else ''}"
    )


def migrated_database(version: str = VERSION) -> Path:
    """Return an empty, migrated database, as migrations are the slowest part of a start."""
    check_installed(version)
    ready = home(version) / "migrated.sqlite3"
    if ready.exists():
        return ready
    with _lock(version):
        if not ready.exists():
            log.info("Preparing the database of Label Studio %s", version)
            with progress_bar(None, what="Preparing the database of Label Studio"):
                _migrate(version, ready)
    return ready


def _install(version: str) -> None:
    venv = home(version) / "venv"
    shutil.rmtree(venv, ignore_errors=True)
    # -I: no module of the current folder or of PYTHONPATH can replace venv or pip.
    _run([sys.executable, "-I", "-m", "venv", str(venv)])
    pip = [str(program(version, "python")), "-I", "-m", "pip", "--disable-pip-version-check"]
    wanted = requirements(version)
    packages = lock_file(version)
    done = _install_locked(pip, packages) if packages else _done([*pip, "install", "-q", *wanted])
    if done.returncode:
        why = explain_failure(version, done.stdout, done.stdout[-LOG_TAIL:].strip())
        raise LocalServerError(
            f"Label Studio {version} cannot be installed (pip install {' '.join(wanted)}). {why}"
        )
    _marker(version).touch()


def lock_file(version: str) -> Path | None:
    """Return the lock file with hashes of this package, if there is one."""
    path = Path(__file__).parent / "constraints" / f"server-{version}.txt"
    machine = f"{platform.libc_ver()[0] or platform.system()} {platform.machine()}"
    if path.exists() and _python() in LOCKED_PYTHONS and machine in LOCKED_PLATFORMS:
        return path
    log.warning(
        "There is no lock file of Label Studio %s for %s (%s): pip chooses the packages, and "
        "checks no hashes.",
        version,
        _python(),
        machine,
    )
    return None


def _install_locked(pip: list[str], packages: Path) -> subprocess.CompletedProcess[str]:
    """Install a lock file; first the tools that build packages without a wheel."""
    with tempfile.TemporaryDirectory(prefix="label-studio-") as folder:
        tools = Path(folder) / "tools.txt"
        tools.write_text("".join(entries(packages.read_text(), BUILD)))
        options = ["install", "-q", "--no-deps", "--require-hashes"]
        done = _done([*pip, *options, "-r", str(tools)])
        if done.returncode:
            return done
        return _done([*pip, *options, "--no-build-isolation", "-r", str(packages)])


def entries(text: str, names: Collection[str]) -> list[str]:
    """Return the entries of some packages in a lock file."""
    found = re.findall(r"^[^#\s-](?:.*\\\n)*.*\n", text, re.MULTILINE)
    return [entry for entry in found if entry.partition("==")[0] in names]


def _migrate(version: str, ready: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="label-studio-") as folder:
        (Path(folder) / "tmp").mkdir()
        command = [str(program(version, "python")), str(package(version) / "manage.py")]
        _run([*command, "migrate", "-v0"], env=environment(Path(folder)))
        unfinished = ready.with_suffix(".part")
        shutil.copyfile(Path(folder) / DATABASE, unfinished)
        unfinished.replace(ready)


def _run(command: list[str], env: Mapping[str, str] | None = None) -> None:
    done = _done(command, env)
    if done.returncode:
        tail = done.stdout[-LOG_TAIL:].strip()
        raise LocalServerError(f"Setting up Label Studio failed at {' '.join(command)}:\n{tail}")


def _done(
    command: list[str], env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env=without_python() if env is None else env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        umask=0o022,  # other users must not write to programs, whatever this process allows
    )


def _homes() -> Path:
    return data_folder()


def _python() -> str:
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def _marker(version: str) -> Path:
    return home(version) / "installed"


@contextmanager
def _lock(version: str) -> Iterator[None]:
    """Let one process at a time install a version."""
    home(version).mkdir(mode=0o755, parents=True, exist_ok=True)
    with (home(version) / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # until the file is closed
        yield
