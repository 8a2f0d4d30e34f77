"""Environment variables of the server and of its installation."""

from __future__ import annotations

import os
import re
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..errors import InvalidInput
from ..secret import Sealed, hidden

# The variables of our environment that the server inherits: it reads many common names.
INHERITED = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|SSL_\w+|SYSTEMROOT|\w+_proxy", re.IGNORECASE
)

# Variables that close the server to other users of this machine, and to web pages in the user's
# browser. The names have no prefix, so that a prefixed one of the user takes precedence.
RESTRICTIONS = MappingProxyType(
    {
        "DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",  # against DNS rebinding
        "CORS_ALLOW_ALL_ORIGINS": "false",
    }
)


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return the environment of an isolated server, with its data in a folder."""
    inherited = {name: value for name, value in os.environ.items() if INHERITED.fullmatch(name)}
    return {
        **inherited,
        "TMPDIR": str(folder / "tmp"),  # for copies of exports that the server leaves behind
        "XDG_CONFIG_HOME": str(folder / "config"),  # for an id of the user
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder),
        "LATEST_VERSION_CHECK": "False",
        "COLLECT_ANALYTICS": "False",
        "SENTRY_DSN": "",
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        **RESTRICTIONS,
        **settings,
    }


def without_python() -> dict[str, str]:
    """Return our environment for another Python, as its child processes do not inherit `-I`."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def checked_environ(environ: Any) -> Sealed:
    """Return environment variables, hidden as they may be secret."""
    given = Sealed() if environ is None else hidden(environ)
    if not isinstance(given, Sealed) or not all(isinstance(text, str) for _, text in given.items()):
        raise InvalidInput("environ= must be a dict of environment variables: names and texts.")
    return given
