"""Rows that exist at the server already, identified by a key in their data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from attrs import define, field

from ...data_manager.plan import PAGE_BY_IDS
from ...data_manager.task_pages import TaskPages
from ...errors import Conflict, InvalidInput, LabelStudioError, NotFound, Rejected
from ...http.database_errors import refused_by_database
from ...orm.deadline import RetryingContext
from ...orm.response_shape import expect
from ...orm.selection import Selection
from ...orm.tracked import MISSING, equal_when_stored
from ..ports import ProjectPort, TaskPort, column
from ..refusals import Failure
from .rows import TaskRow, key_in

if TYPE_CHECKING:
    from .import_stats import ImportStats

OnDuplicate = Literal["skip", "update", "error"]


@define
class KnownRows:
    """The keys of a project's tasks, and those of the source so far."""

    project: ProjectPort
    key: str
    on_duplicate: OnDuplicate
    client: RetryingContext
    stats: ImportStats
    refuse: Callable[[Failure], None]
    advance: Callable[[int], object]
    newest: int = 0  # the highest id of a task
    _ids: dict[str, int] = field(factory=dict)
    _seen: set[str] = field(factory=set)

    def load(self) -> None:
        """Read the keys of all tasks: their data, page by page."""
        selection = Selection(only=("id", "data"))
        for page in TaskPages(self.project.id).pages(self.client, selection):
            for task in page.rows:
                self.newest = max(self.newest, task["id"])
                key = key_in(expect(task, "data"), self.key)
                if key is not None:
                    self._ids.setdefault(key, task["id"])

    def has(self, key: str) -> bool:
        """Tell whether a task with this key existed before the import."""
        return key in self._ids

    def check(self, row: TaskRow, before: dict[str, str]) -> None:
        """Raise for a row that is there already, if that is an error, or comes twice."""
        if row.key in before and self.on_duplicate != "skip":
            raise self._refusal(row, before[row.key])
        before[row.key] = row.where
        id = self._ids.get(row.key)
        if id and self.on_duplicate == "error":
            raise self._refusal(row, f"task {id}")

    def free(self, keys: Iterable[str]) -> None:
        """Let rows with these keys be sent after all: those before them were refused."""
        self._seen.difference_update(keys)

    def new(self, rows: Iterable[TaskRow]) -> Iterator[TaskRow]:
        """Yield the rows that are not there; skip, update or refuse the others."""
        waiting: list[TaskRow] = []
        for row in rows:
            twice, there = row.key in self._seen, row.key in self._ids
            self._seen.add(row.key)
            if not twice and not there:
                yield row
            elif self.on_duplicate == "skip":
                self.stats.skipped += 1
                self.advance(1)
            elif twice or self.on_duplicate == "error":
                what = "a row before it" if twice else f"task {self._ids[row.key]}"
                self.refuse(Failure(row.index, row.where, self._refusal(row, what)))
            else:
                waiting.append(row)
            if len(waiting) == PAGE_BY_IDS:
                yield from self._update(waiting)
                waiting = []
        yield from self._update(waiting)

    def _refusal(self, row: TaskRow, what: str) -> InvalidInput:
        return InvalidInput(f"{row.where} exists already: {what} has the {self.key} {row.key!r}.")

    def _update(self, rows: Sequence[TaskRow]) -> Iterator[TaskRow]:
        """Set the data of tasks to that of their rows; yield the rows whose tasks were deleted."""
        by_id = {self._ids[row.key]: row for row in rows}
        tasks = self.project.tasks
        wanted = tasks.filter(column(tasks, "id").in_([*by_id]))
        for task in self.client.retry(lambda: [*wanted]) if rows else ():
            row = by_id.pop(task.id)
            try:
                changed = self._set(task, row)
            except NotFound:  # deleted since it was read
                by_id[task.id] = row
                continue
            except LabelStudioError as error:
                ours = isinstance(error, (Conflict, InvalidInput, Rejected))
                if not ours and not refused_by_database(error):
                    raise
                self.refuse(Failure(row.index, row.where, error))
                continue
            self.stats.updated += changed
            self.stats.skipped += not changed
            self.advance(1)
        yield from by_id.values()

    def _set(self, task: TaskPort, row: TaskRow) -> bool:
        """Set the keys that a row has, and leave what is there besides; tell if that was needed."""
        try:
            return self._apply(task, row.task)
        except RecursionError:
            raise InvalidInput(f"{row.where} is nested too deeply to update a task.") from None

    def _apply(self, task: TaskPort, given: Mapping[str, Any]) -> bool:
        task.data.update(_changed(given["data"], task.data))
        meta = task.meta or {}
        changed_meta = _changed(given.get("meta") or {}, meta)
        if changed_meta:
            task.meta = {**meta, **changed_meta}
        changed = bool(task.dirty)
        self.client.retry(task.save)  # saying the same twice does no harm
        return changed


def _changed(given: Mapping[str, Any], there: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that differ from those there, apart from how a database stores numbers."""
    return {
        key: value
        for key, value in given.items()
        if not equal_when_stored(value, there.get(key, MISSING))
    }
