"""Predictions that wait to be sent many in a request."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from weakref import ref

from attrs import define, field, frozen

from ..data_manager.nested import PredictionPages
from ..errors import IncompleteResult, LabelStudioError, Rejected
from ..http.body import to_json
from ..orm.answers import expect
from ..orm.record import Record
from ..orm.selection import Selection

if TYPE_CHECKING:
    from ..records.project import Project

# Each such request makes the server count anew for all tasks of the project, five seconds for
# 10,000 of them: the fewer requests the better.
PREDICTIONS_AT_ONCE = 10_000
BYTES_AT_ONCE = 10_000_000
BULK_KEYS = frozenset({"task", "result", "score", "model_version"})  # what else it has is dropped


@frozen(eq=False)
class Gathered:
    """A prediction that waits to be sent, and which of the batch's writes it is."""

    index: int
    item: Mapping[str, Any]
    owner: ref[Record] | None = None  # the task in the user's hands
    # Both are made now, as the user may change the result for the next prediction.
    body: bytes = field(init=False)
    key: tuple[Any, ...] = field(init=False)  # what the server has of it afterwards

    @body.default
    def _body(self) -> bytes:
        return to_json(self.item)

    @key.default
    def _known_by(self) -> tuple[Any, ...]:
        return _key({"score": None, "model_version": "undefined", **self.item})

    def forget(self) -> None:
        """Let the task be read anew, if somebody still holds it: it has changed."""
        task = None if self.owner is None else self.owner()
        if task is not None:
            task._recount()


@define(eq=False)
class PredictionQueue:
    """Predictions of a project, sent in the order in which they came.

    What the server refuses is told to `fail`, and the others are sent again without it.
    """

    project: Project
    fail: Callable[[int, str, LabelStudioError], None]
    created: int = 0
    lost: list[int] = field(factory=list)  # which writes have an unknown outcome
    waiting: list[Gathered] = field(factory=list)
    _parts: list[list[Gathered]] = field(factory=list)  # that are still to be sent
    _bytes: int = 0  # of those that wait

    def __len__(self) -> int:
        return len(self.waiting) + sum(map(len, self._parts))

    def add(self, prediction: Gathered, *, now: bool) -> None:
        """Gather a prediction; `now` sends all when that is as much as a request takes."""
        if now and self._bytes + len(prediction.body) > BYTES_AT_ONCE:
            self.send()
        self.waiting.append(prediction)
        self._bytes += len(prediction.body)
        if now and len(self.waiting) >= PREDICTIONS_AT_ONCE:
            self.send()

    def send(self) -> None:
        """Send all that wait."""
        self._parts, self.waiting, self._bytes = [self.waiting], [], 0
        while self._parts:
            part = self._parts.pop(0)
            try:
                self._parts[:0] = self._sent(part) if part else []
            except BaseException:
                self.lost += [each.index for each in part]
                raise

    def _sent(self, part: list[Gathered]) -> list[list[Gathered]]:
        """Send some in one request; return what to send instead if the server refused it."""
        try:
            created = self._post(part)
        except Rejected as error:
            return self._good_ones(part, error)
        self.created += created
        if created < len(part):
            self._find_the_dropped(part, created)
        return []

    def _post(self, part: list[Gathered]) -> int:
        try:
            answer = self.project.client.json(
                "POST",
                f"/api/projects/{self.project.id}/import/predictions",
                data=b"[" + b",".join(each.body for each in part) + b"]",
                headers={"Content-Type": "application/json"},
            )
        finally:
            self.project.client.cache.drop("task")
            self.project.client.cache.drop("project")
            for each in part:
                each.forget()
        return int(expect(answer, "created"))

    def _good_ones(self, part: list[Gathered], error: Rejected) -> list[list[Gathered]]:
        """The server takes all or nothing: leave out those that it names, else halve."""
        bad = _named_in(error, len(part)) or self._without_task(part)
        if not bad and len(part) == 1:
            bad = {0}
        for number in sorted(bad):
            self._refused(part[number], error)
        good = [each for number, each in enumerate(part) if number not in bad]
        half = len(good) if bad else len(good) // 2
        return [good[:half], good[half:]]

    def _without_task(self, part: list[Gathered]) -> set[int]:
        ids = [each.item["task"] for each in part]
        tasks = self.project.tasks
        there = set(tasks.filter(tasks.model.fields["id"].between(min(ids), max(ids))).ids())
        return {number for number, id in enumerate(ids) if id not in there}

    def _find_the_dropped(self, part: list[Gathered], created: int) -> None:
        """Community drops predictions that do not fit the labeling config, with a 201."""
        sent = Counter(each.key for each in part)
        pages = PredictionPages(self.project.id).pages(self.project.client, Selection())
        rows = sorted((row for page in pages for row in page.rows), key=lambda row: -int(row["id"]))
        left = created
        for key in map(_key, rows):
            if left and sent[key]:
                sent[key] -= 1
                left -= 1
        if left:
            raise IncompleteResult(
                f"Of {len(part)} predictions the server says it took {created}, and does "
                f"not show {left} of these. Look at the predictions of {self.project!r}."
            )
        for each in part:
            if sent[each.key]:
                sent[each.key] -= 1
                dropped = Rejected(
                    "The server dropped it: is it of the labeling config, its score from 0 to 1?"
                )
                self._refused(each, dropped)

    def _refused(self, prediction: Gathered, error: LabelStudioError) -> None:
        self.fail(prediction.index, f"prediction for task {prediction.item['task']}", error)


def _key(item: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what tells predictions apart, however the server's database writes JSON."""
    result = json.dumps(_normal(item["result"]), sort_keys=True)
    digest = hashlib.sha1(result.encode(), usedforsecurity=False).digest()
    return item["task"], digest, item["score"], item["model_version"]


def _normal(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _normal(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_normal(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _named_in(error: Rejected, count: int) -> set[int]:
    """Return which of the items a refusal names, as "Prediction 3: …"."""
    said = f"{error.detail} {error.validation_errors}"
    return {int(number) for number in re.findall(r"Prediction (\d+):", said) if int(number) < count}
