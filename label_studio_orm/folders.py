"""The folders of a user in which programs keep data and caches.

platformdirs knows them as well, and takes a megabyte of an installation for these two.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

NAME = "label-studio-orm"


def data_folder() -> Path:
    """Return where the user's data of this package are."""
    return _folder("XDG_DATA_HOME", ".local/share", "Library/Application Support", NAME)


def cache_folder() -> Path:
    """Return where this package caches files of the user's projects."""
    return _folder("XDG_CACHE_HOME", ".cache", "Library/Caches", f"{NAME}/Cache")


def _folder(variable: str, linux: str, mac: str, windows: str) -> Path:
    """Return a folder of this package as each system has it.

    See the XDG Base Directory Specification; a relative path in its variables does not count.
    """
    named = os.environ.get(variable, "")
    if Path(named).is_absolute():
        return Path(named) / NAME
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
        return Path(home) / NAME / windows
    return Path.home() / (mac if sys.platform == "darwin" else linux) / NAME
