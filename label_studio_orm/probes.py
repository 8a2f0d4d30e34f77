"""Probes: small requests whose responses show a feature, whatever the server's version.

A probe returns None if the response is not conclusive: both count tasks, and a project may have
none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .orm.context import Context
from .orm.response_shape import Shape, shaped

TOTAL: Shape = {"total": int}
# No task has an id above 0 and below 0. A server that ignores the child filter matches all tasks.
CONTRADICTION = {
    "filter": "filter:tasks:id",
    "operator": "greater",
    "type": "Number",
    "value": 0,
    "child_filter": {
        "filter": "filter:tasks:id",
        "operator": "less",
        "type": "Number",
        "value": 0,
    },
}
# Ids that begin with a digit, in PostgreSQL's syntax. Python, which matches for SQLite, reads it as
# a set of letters, then a bracket.
POSIX_DIGIT = {
    "filter": "filter:tasks:id",
    "operator": "regex",
    "type": "String",
    "value": "^[x[:digit:]]",
}


def knows_child_filters(context: Context, project: int) -> bool | None:
    """Tell whether the server applies child filters."""
    found, total = _counts(context, project, CONTRADICTION)
    return None if not total else found == 0


def is_postgresql(context: Context, project: int) -> bool | None:
    """Tell whether the server's database is PostgreSQL."""
    found, total = _counts(context, project, POSIX_DIGIT)
    return None if not total else found > 0


def _counts(context: Context, project: int, item: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many tasks match a filter item, and how many there are.

    All are counted before and after, as the result of an empty project is not conclusive.
    """
    filters = {"conjunction": "or", "items": [item]}
    params = {"project": project, "page_size": 1, "include": "id"}
    before, matching, after = (
        shaped(context.json("GET", "/api/tasks/", params={**params, **query}), TOTAL)["total"]
        for query in ({}, {"query": json.dumps({"filters": filters})}, {})
    )
    return matching, min(before, after)
