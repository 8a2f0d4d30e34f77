"""Bulk actions of the Data Manager."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..orm.context import Context
from ..orm.meta import NOTHING
from ..orm.response_shape import count_of

TASKS_PER_REQUEST = 1_000  # to delete them takes the server about four seconds


def act(
    context: Context,
    project: int,
    action: str,
    ids: Sequence[int],
    form: Mapping[str, Any] = NOTHING,
    *,
    at_once: int = TASKS_PER_REQUEST,
    timeout: float | None = None,
) -> Iterator[Any]:
    """Send an action for some tasks, `at_once` in a request; yield the answers.

    Nothing is sent without ids: to the server that would mean all tasks.
    """
    if not ids:
        return
    params = {"id": action, "project": project}
    try:
        for start in range(0, len(ids), at_once):
            included = list(ids[start : start + at_once])
            body = {**form, "selectedItems": {"all": False, "included": included}}
            yield context.json(
                "POST", "/api/dm/actions/", params=params, json=body, timeout=timeout
            )
    finally:
        context._cache.clear()  # annotations, counters and more may have changed


def delete_tasks(context: Context, project: int, ids: Sequence[int]) -> int:
    """Delete tasks by their ids; return how many there were."""
    answers = act(context, project, "delete_tasks", ids)
    return sum(count_of(answer, "processed_items") for answer in answers)
