"""Label Studio's own virtual environment, and a database that is migrated already."""

from __future__ import annotations

import fcntl
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_data_path

from ..errors import LocalServerError

log = logging.getLogger(__name__)

VERSION = "1.23.2"
DATABASE = "label_studio.sqlite3"
COMMAND = "python -m label_studio_orm.server install"
LOG_TAIL = 2000  # characters of a log in an error

# All that the server gets of our environment: it reads many names that others use as well.
PASSED_ON = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|SSL_\w+|SYSTEMROOT|\w+_proxy", re.IGNORECASE
)


def home() -> Path:
    """Return where this version of the server lives, for this version of Python."""
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return user_data_path("label-studio-orm") / f"server-{VERSION}-{python}"


def install() -> Path:
    """Install the server unless it is there, and prepare its database; return where.

    Takes a few minutes and about 1 GB the first time. Raises `LocalServerError` with pip's words.
    """
    with _lock():
        if not is_installed():
            log.info("Installing Label Studio %s into %s", VERSION, home())
            shutil.rmtree(home() / "venv", ignore_errors=True)
            _run([sys.executable, "-m", "venv", str(home() / "venv")])
            pip = [str(program("python")), "-m", "pip", "--disable-pip-version-check"]
            _run([*pip, "install", "-q", f"label-studio=={VERSION}"])
            _marker().touch()
    migrated_database()
    return home()


def program(name: str) -> Path:
    """Return a program of the server's virtual environment."""
    return home() / "venv" / "bin" / name


def migrated_database() -> Path:
    """Return an empty database with all migrations done: they take longer than all the rest."""
    if not is_installed():
        raise LocalServerError(
            f"Label Studio {VERSION} is not installed for LocalServer. Run once:\n"
            f"    {COMMAND}\nor use LocalServer(install=True). It takes a few minutes."
        )
    ready = home() / "migrated.sqlite3"
    if ready.exists():
        return ready
    with _lock():
        if not ready.exists():
            log.info("Preparing the database of Label Studio %s", VERSION)
            _migrate(ready)
    return ready


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return the environment in which the server keeps to itself, with its data in a folder."""
    kept = {name: value for name, value in os.environ.items() if PASSED_ON.fullmatch(name)}
    return {
        **kept,
        "TMPDIR": str(folder / "tmp"),  # where the server leaves copies of what it exports
        "XDG_CONFIG_HOME": str(folder / "config"),  # where it notes an id of the user
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder),
        "LATEST_VERSION_CHECK": "False",
        "COLLECT_ANALYTICS": "False",
        "SENTRY_DSN": "",
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        **settings,
    }


def _migrate(ready: Path) -> None:
    manage = next((home() / "venv").glob("**/site-packages/label_studio/manage.py"))
    with tempfile.TemporaryDirectory(prefix="label-studio-") as folder:
        (Path(folder) / "tmp").mkdir()
        command = [str(program("python")), str(manage), "migrate", "-v0"]
        _run(command, env=environment(Path(folder)))
        unfinished = ready.with_suffix(".part")
        shutil.copyfile(Path(folder) / DATABASE, unfinished)
        unfinished.replace(ready)


def _run(command: list[str], env: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        tail = done.stdout[-LOG_TAIL:].strip()
        raise LocalServerError(f"Setting up Label Studio failed at {' '.join(command)}:\n{tail}")


def _marker() -> Path:
    return home() / "installed"


def is_installed() -> bool:
    """Tell whether the server is there."""
    return _marker().exists() and program("python").exists()


@contextmanager
def _lock() -> Iterator[None]:
    """Let one process at a time set up; the others wait and then find it done."""
    home().mkdir(parents=True, exist_ok=True)
    with (home() / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # let go when the file is closed
        yield
