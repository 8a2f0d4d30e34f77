"""Rows of a source → checked tasks, each as the JSON that is sent and with its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import define, field, frozen

from ...errors import InvalidInput, nearest
from ...http.encoding import as_json, request_json
from ...orm.deadline import RetryingContext
from ...text import shown
from ..content import digest
from ..ports import ProjectPort, wires
from ..refusals import Failure
from . import flat
from .notes import Note, notes_of
from .parts import BOOKKEEPING, KEPT, from_json, settled
from .results import ResultWriter
from .source_hints import no_row
from .sources import Source

MOST_BYTES = 200_000_000  # what the server takes in one request

LEVELS = 800  # of nested JSON that every server accepts
SPARE = 50  # levels more, for deeper call stacks

PARTS = ("data", "annotations", "predictions", "meta")
OF_A_TASK = KEPT["task"] | BOOKKEEPING["task"] | {"drafts", "overlap", "is_labeled"}
LINE_KEY = "text"  # what a line of a .txt file is called, unless the config names it
# What the server drops, without a word, from tasks that it preannotates.
DROPPED_BY_PREANNOTATION = ("annotations", "predictions", "meta")


@frozen
class TaskRow:
    """A task as it is sent, and the row of the source that it was made of."""

    index: int
    where: str  # "Task [3]", "reviews.csv line 7"
    body: bytes
    key: str = ""  # what the user tells rows apart by
    notes: tuple[Note, ...] = ()  # what is to be told of it, once it is a task

    @property
    def size(self) -> int:
        return len(self.body)

    @property
    def task(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def content(self) -> bytes:
        return content_of(self.task)

    def count(self, part: str) -> int:
        """Return how many annotations or predictions come with the task."""
        return len(self.task.get(part) or ())


def content_of(task: Mapping[str, Any]) -> bytes:
    """Return what tells tasks apart that have no key: their data and meta."""
    return digest([task["data"], task.get("meta") or {}])


@define
class RowReader:
    """Reads a source, and makes a task of each row; what is wrong goes to `refuse`."""

    project: ProjectPort
    source: Source
    key: str
    preannotated: Sequence[str]
    client: RetryingContext
    validate: bool = True
    is_there: Callable[[str], bool] = field(default=lambda key: False)  # a row with this key
    _line_key: str = field(init=False)
    _known: set[str] = field(init=False)
    _fields: frozenset[str] = field(init=False)
    _results: ResultWriter = field(init=False)

    def __attrs_post_init__(self) -> None:
        is_text = self.source.file and self.source.file.suffix.lower() == ".txt"
        self._line_key = _line_key(self.project) if is_text else ""
        self._results = ResultWriter(self.project, self.validate, self.client)
        self._known = {*PARTS, *wires(self.project.tasks)}
        self._fields = frozenset({*self._known, "id", "drafts"})

    def read(self, refuse: Callable[[Failure], None]) -> Iterator[TaskRow]:
        """Yield the rows that can be sent, in the order of the source."""
        for index, (where, row) in enumerate(self.source.rows()):
            try:
                if isinstance(row, InvalidInput):  # found by the reader of a file
                    raise row
                yield self._row(index, where, row)
            except InvalidInput as error:
                refuse(Failure(index, where, error))

    def _row(self, index: int, where: str, row: Any) -> TaskRow:
        task = self._task({self._line_key: row} if self._line_key else row, where)
        self._check_names(task, where)
        forgotten = self._forgotten(task, settled(task, where, validate=self.validate))
        key = key_of(task["data"], self.key, where) if self.key else ""
        if self.validate and not (key and self.is_there(key)):
            self._results.check_data(task["data"], where)
        _check_preannotation(task, self.preannotated, where)
        self._results.check_answers(self.preannotated, task["data"], where)
        self._results.write(task, where)
        notes = (*notes_of(task, forgotten), *self._results.local_paths(task["data"]))
        return TaskRow(index, where, _encode(task, where), key, notes)

    def _task(self, row: Any, where: str) -> dict[str, Any]:
        """Make a task of a row: a dict with "data" in it is one, any other dict is the data."""
        if not isinstance(row, Mapping):
            raise InvalidInput(f"{where} {no_row(row)}")
        data = row.get("data")
        if isinstance(data, Mapping):
            return {**row, "data": dict(data)}
        task = flat.task_of(row, self._fields)
        if task:
            return task
        if "data" in row and row.keys() <= OF_A_TASK and self.validate:
            return self._wrapped(row, where)
        return {"data": dict(row)}

    def _wrapped(self, row: Mapping[str, Any], where: str) -> dict[str, Any]:
        """Make a task of a row with the keys of one: its data may be JSON, as in a table's column.

        A config that shows one of the keys, or nothing at all, has it as data.
        """
        data = from_json(row["data"])
        if self._results.shows_any_of(row.keys()):
            return {"data": dict(row)}
        if isinstance(data, Mapping):
            return {**row, "data": dict(data)}
        what = shown(repr(row["data"]), 60)
        raise InvalidInput(f"{where}: data must be an object (dict), not {what}.")

    def _forgotten(self, task: Mapping[str, Any], keys: Iterable[str]) -> list[str]:
        """Leave out what the server works out to the same by itself."""
        same = set()
        if "overlap" in task and task["overlap"] == self.project.maximum_annotations:
            same.add("overlap")
        if task.get("annotations") or task.get("total_annotations"):
            same.add("is_labeled")
        return [key for key in keys if key not in same]

    def _check_names(self, task: Mapping[str, Any], where: str) -> None:
        """Refuse a mistyped part of a task, which the server ignores; look at each name once."""
        for name in task.keys() - self._known:
            hint = nearest(str(name), PARTS)
            if hint:
                raise InvalidInput(f"{where} has {name!r}.{hint}")
            self._known.add(name)


def key_of(data: Mapping[str, Any], key: str, where: str) -> str:
    """Return the value of a row's key as text: 7 of a .json file is "7" of a .csv file."""
    if data.get(key) is None:
        hint = nearest(key, map(str, data)) if key not in data else ""
        raise InvalidInput(f"{where} has no {key!r} to identify it.{hint}")
    try:
        found = key_in({key: as_json(data[key])}, key)
    except InvalidInput:  # NaN, or no JSON at all
        found = None
    if found is None:
        raise InvalidInput(f"{where}: {key!r} must be text or a whole number, not {data[key]!r}.")
    return found


def key_in(data: Mapping[str, Any], key: str) -> str | None:
    """Return the key of a task at the server; None for one that has none."""
    value = data.get(key)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) or None if type(value) in (str, int) else None


def _check_preannotation(task: Mapping[str, Any], fields: Sequence[str], where: str) -> None:
    if not fields:
        return
    for name in fields:
        if name not in task["data"]:
            hint = nearest(name, task["data"])
            raise InvalidInput(f"{where} has no {name!r} to preannotate from.{hint}")
    for name in DROPPED_BY_PREANNOTATION:
        if task.get(name):
            raise InvalidInput(
                f"{where} has {name}, which the server drops where it preannotates: "
                "import such tasks without preannotated_from_fields."
            )


def _encode(task: Mapping[str, Any], where: str) -> bytes:
    try:
        body = request_json(task)
    except InvalidInput as error:
        raise InvalidInput(f"{where}: {error}") from None
    if len(body) > MOST_BYTES:
        raise InvalidInput(f"{where} has {len(body):,} bytes; {MOST_BYTES:,} are allowed.")
    if body.count(b"[") + body.count(b"{") > LEVELS:
        _check_depth(body, where)
    return body


def _check_depth(body: bytes, where: str) -> None:
    """Refuse JSON that could not be parsed again from a deeper call stack."""
    try:
        json.loads(b"[" * SPARE + body + b"]" * SPARE)
    except RecursionError:
        raise InvalidInput(
            f"{where} is nested too deeply: at most {LEVELS} levels are allowed."
        ) from None


def _line_key(project: ProjectPort) -> str:
    """Return the variable of the labeling config, if it has just one: $review → review."""
    controls = project.parsed_label_config.values()
    used = {item.get("value") for control in controls for item in control.get("inputs", ())}
    return str(used.pop()) if len(used) == 1 else LINE_KEY
