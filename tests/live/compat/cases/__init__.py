"""What scripts did with label-studio-sdk below 1, member by member.

These run in the old SDK's own environment, too, and import nothing else. Each is given a `side`: a
client, a project of three tasks, and the modules, by name, of one of the two packages.
"""

from __future__ import annotations

import importlib

from .case import CASES

__all__ = ["CASES"]

MODULES = (
    "clients",
    "parameters",
    "tasks",
    "imports",
    "annotations",
    "filters",
    "exports",
    "storages",
    "enterprise_on_community",
    "copies",  # the last case deletes all projects
)

for _name in MODULES:
    importlib.import_module(f"{__name__}.{_name}")
