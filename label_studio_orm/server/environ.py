"""The environment variables of what runs on this machine: the server, and what installs it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..errors import InvalidInput
from ..secret import Sealed, hidden

# All that the server gets of our environment: it reads many names that others use as well.
PASSED_ON = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|SSL_\w+|SYSTEMROOT|\w+_proxy", re.IGNORECASE
)

# What closes the server to other users of this machine, and to web pages in the user's browser.
# The names have no prefix, so that any that a user gives comes first.
CLOSED = MappingProxyType(
    {
        "DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",  # no name of others that leads here
        "CORS_ALLOW_ALL_ORIGINS": "false",
    }
)


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
        **CLOSED,
        **settings,
    }


def without_python() -> dict[str, str]:
    """Return our environment for another Python: `-I` does not reach the processes it starts."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def checked_environ(environ: Any) -> Sealed:
    """Return variables of the environment; their values may be secret."""
    given = Sealed() if environ is None else hidden(environ)
    if not isinstance(given, Sealed) or not all(isinstance(text, str) for _, text in given.items()):
        raise InvalidInput("environ= has variables of the environment: names and texts.")
    return given
