"""Chunks to the server, each of their rows once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from attrs import define, field

from ...data_manager.actions import delete_tasks
from ...errors import IncompleteResult, JobFailed, LabelStudioError, Rejected
from ...http.database_errors import refused_by_database
from ...orm.deadline import Deadline
from ...orm.job import Job
from ...orm.response_shape import COUNT, Shape, shaped
from ..ports import ProjectPort
from ..refusals import Failure
from ..send_until_done import Sender, halves
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
TOO_LARGE = 413


@define(kw_only=True)
class ChunkSender(Sender[TaskRow]):
    """Sends the chunks of one import, one after the other."""

    project: ProjectPort
    params: dict[str, str]  # of each request
    collect: bool  # go on without the rows that are refused
    timeout: float
    stats: ImportStats
    chunker: Chunker
    known: KnownRows
    arrivals: Reconciler
    done: int = 0  # rows of the source
    _placed: dict[int, int] = field(factory=dict)  # which row of a chunk became which task
    _failed: set[int] = field(factory=set)  # rows that the server has failed at once
    _in_a_row: int = 0  # refused as it failed at them

    def send(self, rows: Sequence[TaskRow]) -> None:
        """Send rows, until all of them are made or refused."""
        self.arrivals.begin(self.known.newest if self.known.key else None)
        try:
            self.send_until_done(rows)
            self.done = rows[-1].index + 1
        finally:
            self.stats.ids.extend(self._placed[index] for index in sorted(self._placed))
            self._placed.clear()

    def post(self, rows: Sequence[TaskRow]) -> Any:
        self.done = rows[0].index
        answer = self.project.client.json(
            "POST",
            f"/api/projects/{self.project.id}/import",
            params=dict(self.params),
            data=Chunk(rows).body(),
            headers={"Content-Type": "application/json"},
        )
        return shaped(answer, IMPORTED)

    def take(self, rows: Sequence[TaskRow], answer: Mapping[str, Any]) -> None:
        """Count what was made, and take note of which row became which task."""
        answer = self._waited_for(answer, rows)
        made, ids = answer.get("task_count"), answer.get("task_ids") or ()
        if made is not None and made != len(rows):
            raise IncompleteResult(
                f"Of {len(rows)} tasks that were sent the server says it made {made}: those from "
                f"{rows[0].where} to {rows[-1].where}. Look which are there."
            )
        self._in_a_row = 0
        self.stats.count(
            tasks=made or 0,
            annotations=answer.get("annotation_count") or 0,
            predictions=answer.get("prediction_count") or 0,
        )
        for row, id in zip(rows, ids, strict=False):
            self._place(row, id)
        self.arrivals.answered(ids)

    def _waited_for(self, answer: Mapping[str, Any], rows: Sequence[TaskRow]) -> Mapping[str, Any]:
        """Wait for the server's own job, if it has made one; it is never sent again."""
        if "import" not in answer:
            return answer
        try:
            return import_job(self.project, answer["import"]).wait(self.timeout)
        except JobFailed as error:
            error.reword(Chunk(rows).in_users_words(error))
            raise

    def _place(self, row: TaskRow, id: int) -> None:
        self._placed[row.index] = id
        self.arrivals.placed(row, id)

    # -- what was not made ------------------------------------------------------------------------

    def find(self, rows: Sequence[TaskRow], deadline: Deadline) -> list[TaskRow]:
        """Find the tasks of a request that may have been processed."""
        found = self.arrivals.of(rows, deadline)
        if not deadline.seconds:  # the server failed in the middle
            return self._left(rows, self._whole(rows, found))
        left = self._left(rows, found)
        self.arrivals.resending(left)
        return left

    def refused(self, rows: Sequence[TaskRow], error: Rejected) -> list[Sequence[TaskRow]]:
        """Nothing of the request was made: leave out the rows that are named, or find them."""
        chunk, too_large = Chunk(rows), error.status == TOO_LARGE
        if too_large:
            self.chunker.too_large(rows)
        bad = set() if too_large else chunk.named_in(error)
        if not bad and len(rows) > 1:
            return halves(rows)
        failures = [self._failure(chunk, number, error) for number in sorted(bad or {0})]
        self.stats.failed += failures
        if not self.collect:
            error.reword(chunk.in_users_words(error))
            raise error if bad else failures[0].placed()
        self.known.free(rows[number].key for number in bad or {0})
        good = [row for number, row in enumerate(rows) if number not in (bad or {0})]
        return [good] if good else []

    def _failure(self, chunk: Chunk, number: int, error: Rejected) -> Failure:
        row = chunk.rows[number]
        return Failure(row.index, row.where, chunk.refusal(error, number))

    def failed(self, rows: Sequence[TaskRow], error: LabelStudioError) -> list[Sequence[TaskRow]]:
        """Find the row at which the server fails; refuse it once it has failed twice."""
        parts = self.bisect(rows)
        if len(parts) != 1:
            return parts
        [row] = parts[0]
        if row.index not in self._failed and not refused_by_database(error):
            self._failed.add(row.index)  # it may have failed for another reason
            self.tuning.clock.sleep(self.retries.first_interval)
            return parts
        failure = Failure(row.index, row.where, error)
        self.stats.failed.append(failure)
        self._in_a_row += 1
        if not self.collect or self._in_a_row == self.tuning.import_failures:
            raise failure.placed()
        self.known.free([row.key])
        return []

    def _whole(self, rows: Sequence[TaskRow], found: Mapping[int, int]) -> Mapping[int, int]:
        """Remove the tasks that are there without the predictions that they were sent with.

        The server makes tasks and predictions in two steps: it may fail in between.
        """
        sent = {row.index: row.count("predictions") for row in rows if row.index in found}
        counts = {found[index]: count for index, count in sent.items() if count}
        torn = set(self.arrivals.without_predictions(counts))
        if torn:
            client, ids = self.project.client, sorted(torn)
            self.arrivals.client.retry(lambda: delete_tasks(client, self.project.id, ids))
            self.arrivals.gone(torn)
        return {index: id for index, id in found.items() if id not in torn}

    def _left(self, rows: Sequence[TaskRow], found: Mapping[int, int]) -> list[TaskRow]:
        """Count the rows that were found at the server; return the others."""
        there = [row for row in rows if row.index in found]
        for row in there:
            self._place(row, found[row.index])
        self.stats.count(
            tasks=len(there),
            annotations=sum(row.count("annotations") for row in there),
            predictions=sum(row.count("predictions") for row in there),
        )
        return [row for row in rows if row.index not in found]


def import_job(project: ProjectPort, id: int) -> Job[Mapping[str, Any]]:
    """Return the import that a server has put into its queue (all editions but Community)."""
    client, path = project.client, f"/api/projects/{project.id}/imports/{id}/"
    return Job(
        f"Import {id} into project {project.id}",
        look=lambda: cast("Mapping[str, Any]", client.json("GET", path)),
        status=lambda state: str(state["status"]),
        reason=lambda state: str(state.get("error") or state.get("traceback") or ""),
        tuning=client._tuning,
    )
