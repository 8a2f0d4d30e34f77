"""Packages that only some users need, imported when they are used."""

from __future__ import annotations

import importlib
from typing import Any

from .errors import MissingPackage


def import_extra(module: str, extra: str, *, name: str = "") -> Any:
    """Import a module that an extra installs; raise `MissingPackage` without it."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        message = f"{name or module} is not installed: pip install 'label-studio-orm[{extra}]'."
        raise MissingPackage(message) from error
