"""A page of tasks: its request, and the request for more columns of all its tasks."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from attrs import define, evolve, field

from ..errors import IncompleteResult, Rejected
from ..orm.cache import Params
from ..orm.context import Context
from ..orm.pagination import Page, read_page
from ..orm.response_shape import Shape, shaped
from ..orm.tracked import MISSING
from .plan import LIGHT, NESTED, Plan, load_options

PATH = "/api/tasks/"
TASKS: Shape = [{"data?": dict}]
URL_TOO_LONG = (400, 414)  # statuses of gunicorn and nginx for a long URL
LONG_QUERY = 1_500  # characters of a query, before it is quoted


def read_tasks(
    context: Context,
    project: int,
    plan: Plan,
    query: Mapping[str, Any],
    *,
    number: int = 1,
    **options: Any,
) -> tuple[list[Params], int]:
    """Return the tasks of a page, and the count of all."""
    text = json.dumps(query, separators=(",", ":"))
    paging = {"project": project, "page": number, "page_size": plan.page_size}
    params = {**paging, **load_options(plan.columns), "query": text}
    with _explaining_length(text):
        rows, total = read_page(context, PATH, params, rows="tasks", count="total", **options)
    shaped(rows, TASKS)
    if len(rows) > plan.page_size:
        raise IncompleteResult(
            f"The server sent {len(rows)} tasks of project {project} as a page of {plan.page_size}."
        )
    return rows, total


@contextmanager
def _explaining_length(query: str) -> Iterator[None]:
    try:
        yield
    except Rejected as error:
        if error.status in URL_TOO_LONG and len(query) > LONG_QUERY:
            error.add("The filter may be too long for the server or a proxy in front of it.")
        raise


@define(eq=False)
class TaskPage(Page):
    """Tasks of one response; a missing column is read for all of them in one request."""

    context: Context
    project: int
    plan: Plan
    other_columns: Sequence[str]  # neither light nor lists
    _ids: list[int] = field(init=False)
    _loaded: dict[str, dict[int, Any]] = field(factory=dict)
    _lock: threading.Lock = field(
        factory=threading.Lock
    )  # records of a page may be in many threads

    def __attrs_post_init__(self) -> None:
        self._ids = [row["id"] for row in self.rows]

    def value(self, id: int, wire: str) -> Any:
        with self._lock:
            if wire not in self._loaded:
                self._loaded.update(self._read(self._group(wire)))
            return self._loaded[wire].pop(id, MISSING)  # a record reads it only once

    def _group(self, wire: str) -> Sequence[str]:
        """Return the columns to read along with one, at no extra cost."""
        if wire in NESTED:
            return (wire,)
        return [*dict.fromkeys((wire, *(LIGHT if wire in LIGHT else self.other_columns)))]

    def _read(self, columns: Sequence[str]) -> dict[str, dict[int, Any]]:
        found: dict[str, dict[int, Any]] = {name: {} for name in columns}
        plan = evolve(self.plan, columns=("id", *columns), page_size=len(self._ids))
        for query in plan.reload_queries(self._ids):
            rows, _ = read_tasks(self.context, self.project, plan, query)
            for row, name in itertools.product(rows, columns):
                if name in row:
                    found[name][row["id"]] = row[name]
        return found
