"""Results: the lists of regions that annotations and predictions hold."""

from __future__ import annotations

from typing import Any


def result_problem(value: Any) -> str | None:
    """Return what is wrong with a result, or None.

    A result is a list of regions, each with from_name, to_name, type and value; see
    https://labelstud.io/guide/task_format. The server answers a string with a 500.
    """
    if not isinstance(value, list):
        hint = ": config.result({…}) converts answers" if isinstance(value, dict) else ""
        return f"must be a list of regions (dicts), not a {type(value).__name__}{hint}"
    for index, region in enumerate(value):
        if not isinstance(region, dict):
            return f"must be a list of regions (dicts), but [{index}] is a {type(region).__name__}"
    return None
