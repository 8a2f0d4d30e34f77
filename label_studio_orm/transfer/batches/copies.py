"""Annotations with equal results: one is created, and the server copies it to the other tasks.

The server needs half a millisecond for a copy, and four for an annotation that is made of a
prediction. A copy refers to its source (`parent_annotation`), so it is always known which exist.
Webhooks are not called for copies; a project that has webhooks is given none.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from attrs import define

from ...data_manager.actions import TASKS_PER_REQUEST, propagate
from ...errors import LabelStudioError
from ...orm.deadline import Deadline, poll
from ...orm.response_shape import COUNT, Shape
from ..ports import ProjectPort, column
from ..send_until_done import Sender
from .conversion import NOT_DONE
from .outcomes import Outcomes
from .queued import QueuedAnnotation
from .slices import annotation_count, delete_surplus, task_rows

TASKS: Shape = [{"id": int, "annotations": [{"id": int, "parent_annotation": COUNT}]}]
# Items about the task as a whole, to which nothing refers by their ids.
ANSWERS = frozenset({"choices", "datetime", "number", "pairwise", "rating", "taxonomy", "textarea"})


def equal_ones(items: Iterable[QueuedAnnotation]) -> list[list[QueuedAnnotation]]:
    """Return the annotations grouped by their results, in the order of the first of each."""
    groups: defaultdict[str, list[QueuedAnnotation]] = defaultdict(list)
    for item in items:
        groups[_content(item)].append(item)
    return list(groups.values())


def _content(item: QueuedAnnotation) -> str:
    """Return what equal annotations have in common: all but the ids that were made up here."""
    result = json.loads(item.body)["result"]
    if item.built and all(region.get("type") in ANSWERS for region in result):
        result = [{**region, "id": ""} for region in result]
    return json.dumps(result, sort_keys=True)


@define(eq=False)
class Copies(Sender[QueuedAnnotation]):
    """Copies an annotation to other tasks."""

    project: ProjectPort
    outcomes: Outcomes
    source: int  # the id of the annotation
    uncertain: bool = False  # the answers do not tell which copies exist
    late: bool = False  # a lost request may still make some
    unusable: bool = False  # the server cannot do it

    def make(self, items: Sequence[QueuedAnnotation]) -> list[QueuedAnnotation]:
        """Make the copies; return the annotations of which there are none."""
        before = annotation_count(self.client, self.project)
        try:
            # A request of its own for each part: it may be repeated, and the others must not.
            for start in range(0, len(items), TASKS_PER_REQUEST):
                self.send_until_done(items[start : start + TASKS_PER_REQUEST])
        except LabelStudioError:
            with suppress(LabelStudioError):
                self._settle(items)
            raise
        # More than were asked for: a request was repeated on its way, or somebody else annotates.
        as_expected = annotation_count(self.client, self.project) - before == len(items)
        return [] if as_expected and not self.uncertain else self._settle(items)

    def post(self, items: Sequence[QueuedAnnotation]) -> int | None:
        """Send the action; return how many copies it has made."""
        tasks = [each.task for each in items]
        with self.outcomes.unsure(items):
            return propagate(self.project.client, self.project.id, tasks, self.source)

    def take(self, items: Sequence[QueuedAnnotation], made: int | None) -> None:
        if made == len(items) and not self.uncertain:
            self.outcomes.made(items)
        else:
            self._doubt(items)

    def find(
        self, items: Sequence[QueuedAnnotation], deadline: Deadline
    ) -> Sequence[QueuedAnnotation]:
        """Wait for a lost request; return those of which there is no copy yet."""
        self._doubt(items)
        self.late = True

        def missing() -> list[QueuedAnnotation]:
            there = self._copies(items)
            return [each for each in items if each.task not in there]

        return poll(missing, lambda left: not left, deadline)

    def _doubt(self, items: Sequence[QueuedAnnotation]) -> None:
        self.outcomes.sent(items)
        self.uncertain = True

    def instead(
        self, items: Sequence[QueuedAnnotation], error: LabelStudioError
    ) -> Iterable[Sequence[QueuedAnnotation]]:
        """Give up what the server does not do."""
        if not isinstance(error, NOT_DONE):
            raise error
        self._doubt(items)
        self.unusable = True
        return ()

    def _settle(self, items: Sequence[QueuedAnnotation]) -> list[QueuedAnnotation]:
        """Look which copies exist, and keep one for each task; return those that do not exist."""
        if self.late:
            self.tuning.clock.sleep(self.tuning.late_timeout)
        there = self._copies(items)
        delete_surplus(self.project, there.values())
        self.outcomes.made(each for each in items if each.task in there)
        missing = [each for each in items if each.task not in there]
        self.outcomes.not_sent(missing)
        return missing

    def _copies(self, items: Sequence[QueuedAnnotation]) -> Mapping[int, list[int]]:
        """Return the copies that tasks have, by the ids of the tasks."""
        ids, tasks = [each.task for each in items], self.project.tasks
        where = column(tasks, "id").between(min(ids), max(ids))
        rows = task_rows(self.client, self.project, where, TASKS)
        found = {row["id"]: self._copies_in(row["annotations"]) for row in rows}
        return {task: copies for task, copies in found.items() if copies}

    def _copies_in(self, annotations: Iterable[Mapping[str, Any]]) -> list[int]:
        return sorted(e["id"] for e in annotations if e["parent_annotation"] == self.source)
