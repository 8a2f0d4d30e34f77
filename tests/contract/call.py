"""One operation of label-studio-sdk, and the way to do the same here.

This module and the tables are imported in the environment of that SDK too, which has no attrs.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# What calls name by id. Each has another one, so that no two can be mixed up unnoticed; the tests
# create them under these ids, on the real Community server too.
ORGANIZATION, PROJECT, TASK, ANNOTATION, USER = 1, 2, 3, 4, 5
FACTS = Path(__file__).with_name("facts")


@dataclass(frozen=True)
class Call:
    """An operation, with the arguments of the SDK's method and our way.

    `ours` takes a client. What it returns must show all that the server answers: a record, a value,
    a list of them. By default what it sends equals what the SDK sends.
    """

    name: str  # of the SDK's method: "workspaces.create"
    ours: Callable[[Any], Any]
    sdk: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)  # values that cannot be made up
    # Parts of the request that differ ("query.page_size", "body.project", "path"), with the reason.
    differs: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()  # other requests that ours needs: "GET /api/projects/2/"
    unread: Mapping[str, str] = field(default_factory=dict)  # keys of the answer → why not
    # On Community it works, in the way that is told here; by default it is an EditionError.
    community: str = ""


def saved(record: Any, **fields: Any) -> Any:
    """Set fields of a record, and save it."""
    for name, value in fields.items():
        setattr(record, name, value)
    return record.save()


def tables() -> dict[str, list[Call]]:
    """Return the calls of each table by its name, in the order of the files."""
    package = Path(__file__).with_name("calls")
    names = sorted(module.name for module in pkgutil.iter_modules([str(package)]))
    return {name: importlib.import_module(f"contract.calls.{name}").CALLS for name in names}


def all_calls() -> list[Call]:
    """Return the calls of all tables."""
    return [call for calls in tables().values() for call in calls]
