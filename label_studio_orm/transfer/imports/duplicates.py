"""Duplicate tasks after an import: a lost request was processed late.

No task is removed that somebody has touched since it was made: that is reported instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from typing import Any

from attrs import define, field, frozen

from ...data_manager.actions import delete_tasks
from ...errors import IncompleteResult
from ...orm.deadline import RetryingContext
from ..ports import column
from .reconcile import Reconciler, Seen, counted
from .rows import TaskRow

FEW = 5  # pairs that a message names


@frozen
class Pair:
    """Two tasks of the same row: the duplicate and the original."""

    duplicate: Seen
    original: Seen


@define
class Duplicates:
    """Finds and removes duplicates of an import."""

    arrivals: Reconciler
    client: RetryingContext
    ours: Sequence[int]  # the ids of the tasks that the import knows of
    updating: bool  # rows with the same key were to be joined
    in_progress: Sequence[TaskRow] = ()  # nobody knows of them: what comes of them is not too many
    left: list[Pair] = field(factory=list)  # that somebody has to look at

    def remove(self) -> list[Pair]:
        """Remove tasks that are too many; return them, and which stay in their place."""
        if self.arrivals.start is None or self.arrivals.blind:
            return []  # without ids nobody can tell ours from others
        if not (self.arrivals.resent or self.arrivals.key):
            return []
        start, project = self.arrivals.start, self.arrivals.project
        found = self.client.retry(lambda: self._found(start))
        self.left = [pair for pair in found if self._needs_eyes(pair)]
        gone = [pair for pair in found if not self._needs_eyes(pair)]
        # What goes is decided once: after a lost answer a second look would find fewer tasks, and
        # take others of the same content for what is too many.
        ids = [pair.duplicate.id for pair in gone]
        self.client.retry(lambda: delete_tasks(project.client, project.id, ids))
        return gone

    def _needs_eyes(self, pair: Pair) -> bool:
        differs = pair.duplicate.content != pair.original.content
        return pair.duplicate.modified or (self.updating and differs)

    def _found(self, start: int) -> list[Pair]:
        if not self.arrivals.resent and self._nobody_else(start):
            return []
        alike: defaultdict[Any, list[Seen]] = defaultdict(list)
        for task in self.arrivals.since(start, self.client):
            if task.match_fields is not None:
                alike[task.match_fields].append(task)
        ours, unsure = frozenset(self.ours), counted(self.in_progress)
        if self.arrivals.key:
            return [pair for tasks in alike.values() for pair in self._by_key(tasks, ours)]
        return [
            pair
            for told, tasks in alike.items()
            for pair in self._by_content(told, tasks, ours, unsure[told])
        ]

    def _nobody_else(self, start: int) -> bool:
        """Tell, by one small request, whether all new tasks are known to be ours."""
        tasks = self.arrivals.project.tasks
        return tasks.filter(column(tasks, "id") > start).count() == len(self.ours)

    def _by_key(self, tasks: list[Seen], ours: Container[int]) -> Iterator[Pair]:
        """Of one key the first task stays, whoever made it: all who import agree on that."""
        first, *others = tasks
        if any(task.id in ours for task in tasks):
            for task in others:
                if task.id in ours or task.content == first.content:
                    yield Pair(task, first)

    def _by_content(
        self, told: Any, tasks: list[Seen], ours: Container[int], unsure: int
    ) -> Iterator[Pair]:
        """Of a row that was sent again as many go as came late: first those that are surely ours.

        No more than there were lost requests: what else is alike is somebody else's. And not
        those of a request in progress, which are no duplicates.
        """
        again = [task for task in tasks if task.id in self.arrivals.resent.get(told, ())]
        late = [task for task in tasks if task.id not in ours]
        many = min(len(late) - unsure, self.arrivals.losses[told])
        if not again or many <= 0:
            return
        order = sorted([*again, *reversed(late)], key=lambda task: task.modified)
        gone = order[:many]
        kept = [task for task in (*late, *again) if task not in gone]
        for number, task in enumerate(gone):
            yield Pair(task, kept[min(number, len(kept) - 1)])


def left_over(pairs: Sequence[Pair]) -> IncompleteResult:
    """Return the error for duplicates that were not removed."""
    some = ", ".join(f"{pair.duplicate.id} and {pair.original.id}" for pair in pairs[:FEW])
    more = f" and {len(pairs) - FEW} more" if len(pairs) > FEW else ""
    return IncompleteResult(
        f"{len(pairs)} rows have duplicates, where both tasks were edited or differ: {some}"
        f"{more}. Delete those that are not needed."
    )
