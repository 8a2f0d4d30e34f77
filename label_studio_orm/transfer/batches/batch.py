"""Batches: many small writes become few large ones, where the server has a way for that.

Predictions, annotations and deleted tasks go many in a request. Changed records have no such way on
the Community edition: each is a request of its own, sent at once, over one connection; more
connections would make it slower, as the server writes one after the other.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import ref

from attrs import define, field

from ...data_manager.actions import delete_tasks
from ...display import Displayed
from ...errors import BatchFailed, InvalidInput, LabelStudioError, NotFound, Rejected, note
from ...http.database_errors import refused_by_database
from ...orm.batches import close_batch, open_batch
from ...orm.context import Context
from ...orm.deadline import RetryingContext
from ...orm.record import Record
from ...progress import Progress
from ..ports import ProjectPort, delete_now, kind_of, parent_id, pending, save_now
from ..refusals import Failure
from .annotations import AnnotationQueue, fits_bulk
from .predictions import BULK_KEYS, PredictionQueue

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self


FEW = 5  # failures that a message names
PUBLIC = ("created", "deleted", "failed", "flush", "project", "saved", "unknown")


@define(eq=False, repr=False)
class Batch(Displayed):
    """Writes of a `with project.batch():` block.

    What the block does to the project's tasks, annotations and predictions is gathered and sent
    in large requests, as it goes and at the end of the block, also when the block ends in an
    error. What the server refuses does not stop the rest: `BatchFailed` is raised in the end.
    Where the answer to a request is lost, the batch looks what is there, and sends only the rest;
    it tells predictions apart by task, result, score and model version.

    From 20 annotations on, equal ones are copied by the server, and others are imported as
    predictions that become annotations. Those with other fields than a result are sent at once,
    changed records, too. What the server's bulk import drops (nested choices, controls of a
    Repeater) goes one by one, after the others. On Enterprise equal ones go together by its bulk
    route, others one by one.

    Predictions and annotations are sent later and so have no id; read them from their task
    afterwards. A batch is of the thread that has opened it.

    >>> with project.batch() as batch:
    ...     for task in project.tasks:
    ...         prediction = task.predict([], model_version="m2")
    >>> batch
    <Batch: 1 created, 0 saved, 0 deleted, 0 failed>
    """

    project: ProjectPort
    progress: Progress = None
    saved: int = 0
    deleted: int = 0
    failed: list[Failure] = field(factory=list)
    _at_once: int = 0  # what was created without waiting
    _writes: int = 0
    _predictions: PredictionQueue = field(init=False)
    _annotations: AnnotationQueue = field(init=False)
    _deletions: dict[int, int] = field(factory=dict)  # ids of tasks, and which write each is
    _lost: list[int] = field(factory=list)  # which deletions have an unknown outcome
    _broken: bool = False

    def __attrs_post_init__(self) -> None:
        client, retries = RetryingContext(self.client), self.client._tuning.batch_retries
        self._predictions = PredictionQueue(
            self.project, self._fail, client=client, retries=retries, progress=self.progress
        )
        self._annotations = AnnotationQueue(
            self.project, client, retries, self._fail, progress=self.progress
        )

    def __dir__(self) -> Iterable[str]:
        return PUBLIC  # all else is for records

    @property
    def unknown(self) -> list[int]:
        """Which of the block's writes, from 0, were sent and may have been made or not."""
        return sorted([*self._predictions.lost, *self._annotations.lost, *self._lost])

    @property
    def created(self) -> int:
        """The number of created predictions and annotations."""
        return self._at_once + self._predictions.created + self._annotations.created

    def __enter__(self) -> Self:
        open_batch(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        close_batch(self)
        try:
            if not self._broken:
                self.flush()
        except BaseException as broken:
            self._tell(broken)
            raise
        if error is not None:
            self._tell(error)
        elif self.failed or self._broken:
            raise BatchFailed(self._summary(), batch=self)

    # -- what records call (see orm.batches.OpenBatch) ----------------------------------------

    def takes(self, client: Context, parents: Mapping[str, Any]) -> bool:
        """Tell whether what belongs to these parents is of this project."""
        return parents.get("project") == self.project.id and client.server == self.client.server

    def create(
        self,
        model: type[Record],
        body: Mapping[str, Any],
        parents: Mapping[str, Any],
        send: Callable[[], Record],
        owner: Record | None,
    ) -> Record:
        """Gather what can be sent in bulk; send anything else at once."""
        self._check_that_it_stays(parents["task"])
        index, kind = self._next(), kind_of(model)
        if kind == "prediction" and body.keys() <= BULK_KEYS:
            self._gather_prediction(index, body, owner)
        elif kind == "annotation" and fits_bulk(body):
            self._gather_annotation(index, parents["task"], body["result"], owner)
        else:
            self._send_before(parents["task"])
            made: Record | None = self._attempt(index, f"{kind} for task {parents['task']}", send)
            if made is not None:
                self._at_once += 1
                return made
        return pending(model, self.client, {**parents, **body})

    def _gather_prediction(self, index: int, body: Mapping[str, Any], owner: Record | None) -> None:
        held = None if owner is None else ref(owner)
        gathered = self._predictions.gathered(index, body, held)
        with self._breaking():
            self._predictions.add(gathered, now=not self._broken)

    def _gather_annotation(self, index: int, task: int, result: Any, owner: Record | None) -> None:
        with self._breaking():
            self._annotations.add(index, task, result, owner, now=not self._broken)

    def _send_before(self, task: Any) -> None:
        """Send the annotations of a task before another write to it."""
        if self._annotations.has(task) and not self._broken:
            with self._breaking():
                self._annotations.send()

    def save(self, record: Record) -> None:
        """Send what was changed of a record."""
        self._check_that_it_stays(record.id if kind_of(record) == "task" else None)
        self._send_before(self._task_of(record))
        if self._attempt(self._next(), f"{record!r}", partial(save_now, record)) is not None:
            self.saved += 1

    def delete(self, record: Record) -> None:
        """Gather a task; delete anything else at once."""
        index = self._next()
        if kind_of(record) == "task":
            self._deletions.setdefault(record.id, index)
            if len(self._deletions) >= self.client._tuning.batch_deletions and not self._broken:
                self.flush()
            return
        self._send_before(self._task_of(record))
        if self._attempt(index, f"{record!r}", partial(delete_now, record)) is not None:
            self.deleted += 1

    def _task_of(self, record: Record) -> Any:
        """Return the id of a record's task, which is asked for only if annotations wait."""
        if not self._annotations.waiting:
            return None
        return record.id if kind_of(record) == "task" else parent_id(record, "task")

    # -- sending ----------------------------------------------------------------------------------

    def flush(self) -> None:
        """Send what was gathered; tasks are deleted last."""
        with self._breaking():
            self._predictions.send()
            self._annotations.send()
            tasks, self._deletions = self._deletions, {}
            self._lost = list(tasks.values())
            self.deleted += delete_tasks(self.client, self.project.id, list(tasks))
            self._lost = []

    @contextmanager
    def _breaking(self) -> Iterator[None]:
        """Send nothing more after an error that is no refusal: who knows what it would break."""
        try:
            yield
        except BaseException:
            self._broken = True
            raise

    @property
    def _waiting(self) -> int:
        return len(self._predictions) + len(self._annotations) + len(self._deletions)

    @property
    def client(self) -> Context:
        """The client of the project."""
        return self.project.client

    def _next(self) -> int:
        self._writes += 1
        return self._writes - 1

    def _check_that_it_stays(self, task: Any) -> None:
        if task in self._deletions:
            raise InvalidInput(f"Task {task} was deleted before, in this batch.")

    def _attempt(self, index: int, what: str, send: Callable[[], Any]) -> Any:
        """Send; None where the server refused it, which is reported at the end."""
        try:
            return send()
        except LabelStudioError as error:
            if not isinstance(error, (Rejected, NotFound)) and not refused_by_database(error):
                raise
            self._fail(index, what, error)
            return None

    def _fail(self, index: int, what: str, error: LabelStudioError) -> None:
        insort(self.failed, Failure(index, what, error), key=lambda failure: failure.index)

    # -- telling ----------------------------------------------------------------------------------

    def _tell(self, error: BaseException) -> None:
        """Put how the batch stands into the error that has ended the block."""
        note(error, self._summary(), batch=self)

    def _summary(self) -> str:
        open = {"not sent": self._waiting, "of unknown outcome": len(self.unknown)}
        told = "".join(f", {count} {what}" for what, count in open.items() if count)
        lines = [f"{self!r}{told}."]
        lines += [str(failure) for failure in self.failed[:FEW]]
        if len(self.failed) > FEW:
            lines.append(f"and {len(self.failed) - FEW} more: see error.batch.failed.")
        return "\n".join(lines)

    def __repr__(self) -> str:
        counts = ("created", "saved", "deleted")
        summary = ", ".join(f"{getattr(self, name)} {name}" for name in counts)
        return f"<{type(self).__name__}: {summary}, {len(self.failed)} failed>"
