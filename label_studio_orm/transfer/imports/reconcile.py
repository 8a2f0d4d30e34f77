"""Reconciliation of an import with the server after a lost response.

The server makes all tasks of a request in one transaction, so a lost request has made all of them
or none. It may still be at it while we look, so we look again and again for as long as the request
itself took. One that comes even later is found when the import is through: see `duplicates`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from attrs import define, field

from ...data_manager.task_pages import TaskPages
from ...orm.context import Context
from ...orm.deadline import Deadline, RetryingContext, poll
from ...orm.fields import DATETIME
from ...orm.response_shape import shaped
from ...orm.selection import Selection
from ..ports import ProjectPort, column
from .rows import TaskRow, content_of, key_in

COLUMNS = ("id", "data", "meta", "created_at", "updated_at")
SETTLING = timedelta(seconds=1)  # between a task's creation and what the server does to it then


class Seen(NamedTuple):
    """A task at the server."""

    id: int
    match_fields: Any  # its key, else its content
    content: bytes
    modified: bool  # annotated or changed after it was made


@define
class Reconciler:
    """The tasks that came to a project since an import began."""

    project: ProjectPort
    key: str
    client: RetryingContext
    start: int | None = None  # the highest id of a task before the first request,
    blind: bool = False  # the server tells no ids
    _mark: int = 0  # and before the request in progress
    _found: set[int] = field(factory=set)  # since the mark, and known to be which row
    # Rows that were sent again: the first request may still be made.
    resent: defaultdict[Any, list[int]] = field(factory=lambda: defaultdict(list))
    losses: Counter[Any] = field(factory=Counter)
    _again: set[int] = field(factory=set)  # their indexes

    def begin(self, newest: int | None = None) -> None:
        """Record the newest task before the first request."""
        if self.start is None:
            self.start = self._mark = self._newest() if newest is None else newest

    def answered(self, ids: Sequence[int]) -> None:
        """Record a completed request: later tasks have higher ids."""
        if ids:
            self._mark = max(self._mark, *ids)
        else:
            self.blind, self._mark = True, self._newest()
        self._found.clear()

    def placed(self, row: TaskRow, id: int) -> None:
        """Record the task of a row that was sent more than once."""
        if row.index in self._again:
            self.resent[_match_fields(row)].append(id)

    def of(self, rows: Sequence[TaskRow], deadline: Deadline) -> dict[int, int]:
        """Return which rows (by index) became which tasks, once all did, or the time is over."""
        wanted = [(row.index, _match_fields(row)) for row in rows]
        found = poll(
            lambda: self._matching(wanted), lambda found: len(found) == len(wanted), deadline
        )
        self._found.update(found.values())
        return found

    def without_predictions(self, counts: Mapping[int, int]) -> Iterator[int]:
        """Yield the tasks whose predictions are counted but do not exist."""
        if not counts:
            return
        selection = Selection(
            where=column(self.project.tasks, "id").in_([*counts]),
            only=("id", "total_predictions", "predictions"),
        )
        for page in TaskPages(self.project.id).pages(self.client, selection):
            for task in shaped(page.rows, [{"total_predictions": object, "predictions": object}]):
                counted = task["total_predictions"] == counts.get(task["id"])
                if counted and not task["predictions"]:
                    yield task["id"]

    def gone(self, ids: Iterable[int]) -> None:
        """Record that tasks were removed, because SQLite reuses their ids."""
        self._found.difference_update(ids)

    def resending(self, rows: Sequence[TaskRow]) -> None:
        """Record rows that are retried; a lost request may still create some."""
        self.losses.update(map(_match_fields, rows))
        self._again.update(row.index for row in rows)

    def since(self, mark: int, client: Context) -> Iterator[Seen]:
        """Yield the tasks with higher ids than a mark, in their order."""
        id = column(self.project.tasks, "id")
        selection = Selection(where=id > mark, only=COLUMNS)
        for page in TaskPages(self.project.id).pages(client, selection):
            for task in shaped(page.rows, [{"data": dict}]):
                content = content_of(task)
                match_fields = key_in(task["data"], self.key) if self.key else content
                yield Seen(task["id"], match_fields, content, _touched(task))

    def _matching(self, wanted: Iterable[tuple[int, Any]]) -> dict[int, int]:
        there: defaultdict[Any, list[int]] = defaultdict(list)
        for task in self.since(self._mark, self.client):
            if task.id not in self._found:
                there[task.match_fields].append(task.id)
        return {index: there[told].pop(0) for index, told in wanted if there[told]}

    def _newest(self) -> int:
        """Return the highest id of the project's tasks; 0 if it has none."""
        ids = self.client.retry(self.project.tasks.order_by("-id").limit(1).ids)
        return ids[0] if ids else 0


def counted(rows: Iterable[TaskRow]) -> Counter[Any]:
    """Count rows by what identifies their tasks."""
    return Counter(map(_match_fields, rows))


def _match_fields(row: TaskRow) -> Any:
    return row.key or row.content


def _touched(task: Mapping[str, Any]) -> bool:
    created, updated = (DATETIME.load(task.get(name)) for name in ("created_at", "updated_at"))
    if not isinstance(created, datetime) or not isinstance(updated, datetime):
        return False
    alike = (created.tzinfo is None) == (updated.tzinfo is None)
    return alike and updated - created > SETTLING
