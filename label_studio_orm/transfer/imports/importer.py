"""Import: rows → checked tasks → chunks → requests → ids, each row once, whatever happens."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Literal, get_args

from attrs import define, field

from ...errors import InvalidInput, LabelStudioError, nearest, note
from ...orm.deadline import RetryingContext, checked_timeout
from ...progress import Advance, Progress, progress_bar
from ..ports import ProjectPort, expire_counts
from ..refusals import Failure
from .chunks import Chunker
from .duplicates import Duplicates, left_over
from .existing_keys import KnownRows, OnDuplicate
from .import_stats import ImportStats
from .reconcile import Reconciler
from .result import ImportResult
from .rows import RowReader, TaskRow
from .sender import ChunkSender
from .sources import Source, open_source

log = logging.getLogger(__name__)

OnError = Literal["raise", "collect"]

KEPT_BYTES = 10_000_000  # of rows that are read but once


@define
class Import:
    """One import and its options."""

    project: ProjectPort
    key: str = ""
    on_duplicate: OnDuplicate = "skip"
    on_error: OnError = "raise"
    preannotated_from_fields: Sequence[str] = ()
    validate: bool = True
    timeout: float = 0
    progress: Progress = None
    most_tasks: int | None = None  # in a request
    rerun: str = ""  # what a rerun does, where that goes on by itself
    stats: ImportStats = field(factory=ImportStats)
    _advance: Advance = field(default=lambda rows: None)
    _client: RetryingContext = field(init=False)
    _known: KnownRows = field(init=False)
    _sender: ChunkSender = field(init=False)

    def __attrs_post_init__(self) -> None:
        tuning = self.project.client._tuning
        self._client = RetryingContext(self.project.client)
        self._known = KnownRows(
            self.project,
            self.key,
            self.on_duplicate,
            self._client,
            self.stats,
            self._refuse,
            lambda count: self._advance(count),
        )
        self._sender = ChunkSender(
            project=self.project,
            client=self._client,
            retries=tuning.import_retries,
            params={"return_task_ids": "true"},
            collect=self.on_error == "collect",
            timeout=self.timeout,
            stats=self.stats,
            chunker=Chunker(self.most_tasks or tuning.import_tasks, tuning.import_bytes),
            known=self._known,
            arrivals=Reconciler(self.project, self.key, self._client),
        )

    def run(self, given: Any) -> ImportResult:
        """Send all tasks in chunks, one after the other."""
        self._check_options()
        source = open_source(given)
        reader = self._reader(source)
        try:
            if self.key:
                self._known.load()
            total, rows = self._check_all(reader) if source.repeatable else (source.count, None)
            bar = {"what": "Importing", "unit": " tasks"}
            with progress_bar(self.progress, **bar, total=total) as self._advance:
                self._send_all(reader.read(self._refuse) if rows is None else rows)
        except BaseException as error:  # also of the user's generator, or an interruption
            self._tell(error)
            raise
        finally:
            expire_counts(self.project)
            for line in self.stats.warnings():
                log.warning("%s", line)
        return self.stats.result()

    def _reader(self, source: Source) -> RowReader:
        fields = _checked_fields(self.preannotated_from_fields)
        if self.validate:
            _check_controls(fields, self.project)
        if fields:
            self._sender.params["preannotated_from_fields"] = ",".join(fields)
        return RowReader(
            self.project,
            source,
            self.key,
            fields,
            self._client,
            self.validate,
            is_there=self._known.has,
        )

    def _check_options(self) -> None:
        checked_timeout(self.timeout)
        for name, choices in (("on_error", OnError), ("on_duplicate", OnDuplicate)):
            given = getattr(self, name)
            if given not in get_args(choices):
                hint = nearest(str(given), get_args(choices))
                raise InvalidInput(f"{name} is one of {', '.join(get_args(choices))}.{hint}")
        if not isinstance(self.key, str):
            raise InvalidInput(f"key must be the name of a data field, not {self.key!r}.")
        if self.on_duplicate != "skip" and not self.key:
            raise InvalidInput(
                f"on_duplicate={self.on_duplicate!r} needs key=, which identifies rows."
            )

    def _check_all(self, reader: RowReader) -> tuple[int, list[TaskRow] | None]:
        """Read the source to its end once, so that what is wrong is found before it is sent.

        Return how many rows there are, and the rows if they are few and good.
        """
        total, size, before = 0, 0, dict[str, str]()
        refused: list[Failure] = []
        kept: list[TaskRow] = []
        for row in reader.read(refused.append if self.on_error == "collect" else _raise):
            total += 1
            size += len(row.body)
            if size <= KEPT_BYTES:
                kept.append(row)
            if self.key and self.on_error == "raise":
                self._known.check(row, before)
        if not total and not refused and reader.source.file:
            raise InvalidInput(f"{reader.source.file} is empty: there are no tasks in it.")
        return total + len(refused), kept if len(kept) == total and not refused else None

    def _send_all(self, rows: Iterable[TaskRow]) -> None:
        if self.key:
            rows = self._known.new(rows)
        try:
            for chunk in self._sender.chunker.chunks(rows):
                self._sender.send(chunk)
                self.stats.notes.update(note for row in chunk for note in row.notes)
                self._advance(len(chunk))
        except KeyboardInterrupt:
            raise  # at once; a rerun with a key goes on from whatever is there
        except BaseException:
            with suppress(LabelStudioError):  # the error that ended the import is the one to tell
                self._undouble(RetryingContext(self.project.client))  # which waits little
            raise
        self._undouble(self._client)

    def _undouble(self, client: RetryingContext) -> None:
        """Remove duplicates of late requests."""
        arrivals, updating = self._sender.arrivals, self.on_duplicate == "update"
        doubles = Duplicates(arrivals, client, self.stats.ids, updating, self._sender.in_progress)
        for pair in doubles.remove():
            self.stats.swap(pair.duplicate.id, pair.original.id)
        if doubles.left:
            raise left_over(doubles.left)

    def _refuse(self, failure: Failure) -> None:
        """Record a row that is not sent."""
        self.stats.failed.append(failure)
        self._advance(1)
        if self.on_error == "raise":
            raise failure.placed()

    # -- telling ----------------------------------------------------------------------------------

    def _tell(self, error: BaseException) -> None:
        """Add the progress, and how to resume, to an error."""
        result = self.stats.result()
        interrupted = isinstance(error, KeyboardInterrupt)
        came_far = result.created or self._sender.in_progress or interrupted
        note(error, self._progress_note(result) if came_far else "", imported=result)

    def _progress_note(self, result: ImportResult) -> str:
        lines = [f"{result.created} tasks were imported before that: see error.imported."]
        count = len(self._sender.in_progress)
        if count:
            lines.append(
                f"A request with {count} tasks was in progress: the server may have created them "
                "(twice, if it was sent before)."
            )
        if self.rerun or self.key:
            lines.append(self.rerun or "Call it again as it is: existing tasks are not sent again.")
        else:
            lines.append(f"The rows before [{self._sender.done}] of the source are done.")
        return "\n".join(lines)


def _raise(failure: Failure) -> None:
    raise failure.error


def _checked_fields(fields: Sequence[str]) -> Sequence[str]:
    """Return the names of the fields to preannotate from."""
    if isinstance(fields, str):
        raise InvalidInput(f"preannotated_from_fields must be a list of names: [{fields!r}].")
    fields = tuple(fields)
    for name in fields:
        if any(separator in name for separator in ",;|"):
            raise InvalidInput(f"Cannot preannotate from {name!r}: it has one of , ; | in it.")
    return fields


def _check_controls(fields: Sequence[str], project: ProjectPort) -> None:
    for name in fields:
        if name not in project.parsed_label_config:
            hint = nearest(name, project.parsed_label_config)
            raise InvalidInput(f"The labeling config has no control named {name!r}.{hint}")
