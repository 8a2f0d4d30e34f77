"""Tasks with every column of the Data Manager, as the server sends them.

A page with all columns (`fields=all`) takes the server 5 s per 1,000 tasks. Four fifths of that go
to three columns that it builds task by task, even where they are empty, and to annotations, which
it builds task by task unless it is asked for whole pages of them (`expand`). So the three columns
are left out, and read only for the tasks that have any, which takes a fifth of the time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve, field, frozen

from ..orm.cache import Params
from ..orm.context import Context
from ..orm.pagination import WholeList
from ..orm.selection import Selection
from .page_request import read_tasks
from .plan import EVERY_COLUMN, PAGE_BY_IDS, SEPARATE, make_plan, query_of
from .task_pages import TaskPages

Values = Mapping[int, Any]  # the values of a column, by the ids of tasks


def whole_tasks(context: Context, project: int, selection: Selection) -> Iterator[Params]:
    """Yield tasks with every column; URLs of files in cloud storages are resolved."""
    whole = selection.where is None and selection.count is None
    separate = _SeparateColumns(context, project, whole)
    for page in TaskPages(project).pages(context, evolve(selection, only=EVERY_COLUMN)):
        values = {column: separate.values(column, page.rows) for column in SEPARATE}
        for row in page.rows:
            added = {name: values[name].get(row["id"], []) for name in SEPARATE}
            yield {**added, **row}


@frozen
class _SeparateColumns:
    """The columns that are read only for the tasks that have any."""

    context: Context
    project: int
    whole: bool  # whether all tasks of the project are read
    _predictions: dict[int, list[Params]] = field(factory=dict)

    def values(self, column: str, rows: Sequence[Params]) -> Values:
        """Return a column of a page, for the tasks that have any."""
        ids = [row["id"] for row in rows if column not in row and row.get(SEPARATE[column])]
        if ids and self.whole and column == "predictions":
            return self._all_predictions()
        return self._by_ids(column, ids)

    def _all_predictions(self) -> Values:
        """Read the project's predictions, once: as one list, the server builds them faster."""
        if not self._predictions:
            every = WholeList("/api/predictions/", {"task__project": self.project})
            for row in every.rows(self.context):
                self._predictions.setdefault(row["task"], []).append(row)
        return self._predictions

    def _by_ids(self, column: str, ids: Sequence[int]) -> Values:
        chosen = Selection(only=("id", column), stop=PAGE_BY_IDS)
        found: dict[int, Any] = {}
        for start in range(0, len(ids), PAGE_BY_IDS):
            plan = make_plan(chosen, self.context, self.project)
            query = query_of(ids[start : start + PAGE_BY_IDS])
            rows, _ = read_tasks(self.context, self.project, plan, query)
            found |= {row["id"]: row[column] for row in rows}
        return found
