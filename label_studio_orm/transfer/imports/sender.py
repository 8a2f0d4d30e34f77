"""Chunks to the server, each of their rows once.

How a request may end, and what follows:

- answered: its tasks are counted, the next chunk goes;
- refused (400): the row is named, and left out or raised; too large (413): it goes in halves;
- surely not made (no connection, 429): it goes again, after a pause;
- nobody knows (timeout, reset, 502, 504): `Reconciler` looks what is there, the rest goes again;
- the server failed (500): the same, but in halves, until the failing row is found.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from attrs import define, field

from ...data_manager.actions import delete_tasks
from ...errors import (
    ConnectionFailed,
    IncompleteResult,
    JobFailed,
    LabelStudioError,
    OutcomeUnknown,
    Rejected,
)
from ...orm.deadline import Clock
from ...orm.job import Job
from ...orm.response_shape import COUNT, Shape, shaped
from ..outcomes import (
    TOO_LARGE,
    failed_itself,
    may_be_made,
    refused_by_database,
    worth_another_try,
)
from ..ports import ProjectPort
from ..refusals import Failure
from .chunks import Chunk, Chunker
from .existing_keys import KnownRows
from .import_stats import ImportStats
from .reconcile import Reconciler
from .rows import TaskRow

IMPORTED: Shape = {
    "task_count?": COUNT,
    "annotation_count?": COUNT,
    "prediction_count?": COUNT,
    "task_ids?": [int],
}
TRIES = 6  # of a request; from the third on in halves
FIRST_PAUSE = 0.5  # seconds; twice as long after each try
MOST_IN_A_ROW = 100  # rows that the server failed at, one after the other: it fails at all


@define(kw_only=True)
class Sender:
    """Sends the chunks of one import, one after the other."""

    project: ProjectPort
    params: Mapping[str, str]  # of each request
    collect: bool  # go on without the rows that are refused
    timeout: float
    clock: Clock
    tally: ImportStats
    chunker: Chunker
    known: KnownRows
    arrivals: Reconciler
    done: int = 0  # rows of the source
    _placed: dict[int, int] = field(factory=dict)  # which row of a chunk became which task
    _failed: set[int] = field(factory=set)  # rows that the server has failed at once
    _in_a_row: int = 0  # refused as it failed at them

    def send(self, chunk: Chunk) -> None:
        """Send a chunk, and what is left of it, until all of it is made or refused."""
        self.arrivals.begin(self.known.newest if self.known.key else None)
        parts = [chunk]
        try:
            while parts:
                part = parts.pop(0)
                self.done = part.rows[0].index
                parts = self._attempt(part) + parts
            self.done = chunk.rows[-1].index + 1
        finally:
            self.tally.ids.extend(self._placed[index] for index in sorted(self._placed))
            self._placed.clear()

    def _attempt(self, part: Chunk) -> list[Chunk]:
        """Send a request; return what is to be sent in its place."""
        started = self.clock.now()
        self.arrivals.under_way = part.rows
        try:
            answer = self._post(part)
        except Rejected as error:
            self.arrivals.under_way = ()
            return self._after_refusal(part, error)
        except LabelStudioError as error:
            self.arrivals.under_way = ()
            if not worth_another_try(error):
                raise
            if failed_itself(error):
                return self._after_failure(part, error)
            return self._after_loss(part, error, self.clock.now() - started)
        answer = self._waited_for(answer, part)
        self.arrivals.under_way = ()
        self._take(part, answer)
        self.arrivals.answered(answer.get("task_ids") or (), self.clock.now() - started)
        return []

    def _post(self, part: Chunk) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self.project.client.json(
            "POST",
            f"/api/projects/{self.project.id}/import",
            params=dict(self.params),
            data=part.body(),
            headers={"Content-Type": "application/json"},
        )
        try:
            return cast("Mapping[str, Any]", shaped(answer, IMPORTED))
        except ConnectionFailed as error:
            raise OutcomeUnknown(f"{error} Tasks may have been made.", status=201) from None

    def _waited_for(self, answer: Mapping[str, Any], part: Chunk) -> Mapping[str, Any]:
        """Wait for the server's own job, if it has made one; it is never sent again."""
        if "import" not in answer:
            return answer
        try:
            return import_job(self.project, answer["import"], self.clock).wait(self.timeout)
        except JobFailed as error:
            self.arrivals.under_way = ()
            error.reword(part.in_users_words(error))
            raise

    def _take(self, part: Chunk, answer: Mapping[str, Any]) -> None:
        """Count what was made, and take note of which row became which task."""
        made = answer.get("task_count")
        if made is not None and made != len(part):
            raise IncompleteResult(
                f"Of {len(part)} tasks that were sent the server says it made {made}: those from "
                f"{part.rows[0].where} to {part.rows[-1].where}. Look which are there."
            )
        self._in_a_row = 0
        self.tally.count(
            tasks=made or 0,
            annotations=answer.get("annotation_count") or 0,
            predictions=answer.get("prediction_count") or 0,
        )
        for row, id in zip(part.rows, answer.get("task_ids") or (), strict=False):
            self._place(row, id, part)

    def _place(self, row: TaskRow, id: int, part: Chunk) -> None:
        self._placed[row.index] = id
        if part.tries:
            self.arrivals.again(row, id)

    def _after_refusal(self, part: Chunk, error: Rejected) -> list[Chunk]:
        """Nothing of the request was made: leave out the rows that are named, or find them."""
        too_large = error.status == TOO_LARGE
        if too_large:
            self.chunker.too_large(part)
        bad = set() if too_large else part.named_in(error)
        if not bad and len(part) > 1:
            return part.halves()
        failures = [self._failure(part, number, error) for number in sorted(bad or {0})]
        self.tally.failed += failures
        if not self.collect:
            error.reword(part.in_users_words(error))
            raise error if bad else failures[0].placed()
        self.known.free(part.rows[number].key for number in bad or {0})
        return part.without(bad or {0})

    def _failure(self, part: Chunk, number: int, error: Rejected) -> Failure:
        row = part.rows[number]
        return Failure(row.index, row.where, part.refusal(error, number))

    def _after_failure(self, part: Chunk, error: LabelStudioError) -> list[Chunk]:
        """The server failed at one of the rows: find it by halves, and refuse it."""
        found = self.arrivals.of(part.rows, 0, wait=False)
        left = self._left(part, self._whole(part, found))
        if len(left) > 1:
            return Chunk(left, part.tries).halves()
        for row in left:
            if row.index not in self._failed and not refused_by_database(error):
                self._failed.add(row.index)  # it may have failed for another reason
                self.clock.sleep(FIRST_PAUSE)
                return [Chunk(left, part.tries)]
            self._give_up(Failure(row.index, row.where, error))
            self.known.free([row.key])
        return []

    def _give_up(self, failure: Failure) -> None:
        self._in_a_row += 1
        self.tally.failed.append(failure)
        if not self.collect or self._in_a_row == MOST_IN_A_ROW:
            raise failure.placed()

    def _whole(self, part: Chunk, found: Mapping[int, int]) -> Mapping[int, int]:
        """Remove the tasks that are there without the predictions that they were sent with.

        The server makes tasks and predictions in two steps: it may fail in between.
        """
        sent = {row.index: row.count("predictions") for row in part.rows if row.index in found}
        counts = {found[index]: count for index, count in sent.items() if count}
        torn = set(self.arrivals.without_predictions(counts))
        if torn:
            delete = partial(delete_tasks, self.project.client, self.project.id, sorted(torn))
            self.arrivals.retry_transient(delete)
            self.arrivals.gone(torn)
        return {index: id for index, id in found.items() if id not in torn}

    def _after_loss(self, part: Chunk, error: LabelStudioError, took: float) -> list[Chunk]:
        """Look what is there of a request that may have been made; send the rest again."""
        found: dict[int, int] = {}
        if may_be_made(error):
            self.arrivals.under_way = part.rows  # as long as nobody knows
            found = self.arrivals.of(part.rows, took)
            self.arrivals.under_way = ()
        left = self._left(part, found)
        if not left:
            return []
        if part.tries + 1 >= TRIES:
            self.arrivals.under_way = left if may_be_made(error) else ()
            raise error
        if may_be_made(error):
            self.arrivals.resending(left)
        self.clock.sleep(FIRST_PAUSE * 2**part.tries)
        again = Chunk(left, part.tries + 1)
        return again.halves() if again.tries > 1 and len(left) > 1 else [again]

    def _left(self, part: Chunk, found: Mapping[int, int]) -> list[TaskRow]:
        """Count the rows that were found at the server; return the others."""
        there = [row for row in part.rows if row.index in found]
        for row in there:
            self._place(row, found[row.index], part)
        self.tally.count(
            tasks=len(there),
            annotations=sum(row.count("annotations") for row in there),
            predictions=sum(row.count("predictions") for row in there),
        )
        return [row for row in part.rows if row.index not in found]


def import_job(project: ProjectPort, id: int, clock: Clock) -> Job[Mapping[str, Any]]:
    """Return the import that a server has put into its queue (all editions but Community)."""
    path = f"/api/projects/{project.id}/imports/{id}/"
    return Job(
        f"Import {id} into project {project.id}",
        look=lambda: project.client.json("GET", path),
        status=lambda state: str(state["status"]),
        reason=lambda state: str(state.get("error") or state.get("traceback") or ""),
        clock=clock,
    )
