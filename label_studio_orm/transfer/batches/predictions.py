"""Predictions that wait to be sent many in a request."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast
from weakref import ref

from attrs import define, field

from ...data_manager.annotation_pages import PredictionPages
from ...data_manager.scores import set_version
from ...errors import IncompleteResult, LabelStudioError, Rejected
from ...labeling.results.bulk import BulkCheck
from ...orm.deadline import Clock, Deadline, connect_deadline, outage_deadline, retry_transient
from ...orm.record import Record
from ...orm.response_shape import count_of, expect
from ...orm.selection import Selection
from ..outcomes import failed_itself, may_be_made, worth_another_try
from .queued import DEFAULTS, QueuedPrediction, key_of

if TYPE_CHECKING:
    from ...records.project import Project

# Each such request makes the server count anew for all tasks of the project, five seconds for
# 10,000 of them: the fewer requests the better.
PREDICTIONS_AT_ONCE = 10_000
BYTES_AT_ONCE = 10_000_000
TRIES = 4  # of a request
FIRST_PAUSE = 0.5  # seconds; twice as long after each try
PATIENCE = 10.0  # seconds at least that a lost request is waited for
SLOWER = 3  # times as long as the slowest request so far is what one may take
BULK_KEYS = frozenset({"task", "result", "score", "model_version"})  # what else it has is dropped


@define(eq=False)
class PredictionQueue:
    """Predictions of a project, sent in the order in which they came.

    What the bulk import drops is sent one by one, after the others. What the server refuses is
    passed to `fail`, and the others are sent again without it.
    """

    project: Project
    fail: Callable[[int, str, LabelStudioError], None]
    created: int = 0
    lost: list[int] = field(factory=list)  # which writes have an unknown outcome
    clock: Clock = field(factory=Clock)
    waiting: list[QueuedPrediction] = field(factory=list)
    _parts: list[list[QueuedPrediction]] = field(factory=list)  # that are still to be sent
    _bytes: int = 0  # of those that wait
    _losses: int = 0  # answers, one after the other
    _slowest: float = 0.0  # seconds that a request took
    _check: BulkCheck | None = None
    _at_least: int | None = None  # predictions that the project has
    _there: set[int] = field(factory=set)  # tasks that are known to be of the project
    _mark: int | None = None  # how many predictions there were before the first loss
    _sent_since: Counter[Any] = field(factory=Counter)

    def __len__(self) -> int:
        return len(self.waiting) + sum(map(len, self._parts))

    def gathered(
        self, index: int, item: Mapping[str, Any], owner: ref[Record] | None
    ) -> QueuedPrediction:
        """Queue a prediction; decide now how to send it if the config is known."""
        config = self.project._known_config()
        if config is not None and (self._check is None or self._check.config is not config):
            self._check = BulkCheck(config)
        alone = config is not None and not cast("BulkCheck", self._check).takes(item["result"])
        return QueuedPrediction(index, item, owner, alone)

    def add(self, prediction: QueuedPrediction, *, now: bool) -> None:
        """Gather a prediction; `now` sends all when that is as much as a request takes."""
        if now and self._bytes + len(prediction.body) > BYTES_AT_ONCE:
            self.send()
        self.waiting.append(prediction)
        self._bytes += len(prediction.body)
        if now and len(self.waiting) >= PREDICTIONS_AT_ONCE:
            self.send()

    def send(self) -> None:
        """Send all that wait."""
        waiting, self.waiting, self._bytes = self.waiting, [], 0
        self._parts = [[each for each in waiting if each.alone is alone] for alone in (False, True)]
        self._there.clear()
        while self._parts:
            before = self._before(self._parts[0])
            part = self._parts.pop(0)
            try:
                self._parts[:0] = self._sent(part, before) if part else []
            except BaseException as error:
                if not isinstance(error, LabelStudioError) or may_be_made(error):
                    self.lost += [each.index for each in part]
                raise
        if self._mark is not None:
            self._check_doubles(self._mark)

    def _before(self, part: list[QueuedPrediction]) -> int:
        """Return how many predictions the project has, or had at least, before a request."""
        known = self._at_least if part and part[0].alone else None
        self._at_least = None
        if known is not None or not part:
            return known or 0
        return self._count()

    def _sent(self, part: list[QueuedPrediction], before: int) -> list[list[QueuedPrediction]]:
        """Send some in one request; return what to send instead if the server refused it."""
        if part[0].alone and not (len(part) == 1 and part[0].item["task"] in self._there):
            self._at_least = before
            return self._one_by_one(part)
        started = self.clock.now()
        try:
            created = self._post(part)
        except Rejected as error:
            return self._good_ones(part, error)
        except LabelStudioError as error:
            if not worth_another_try(error):
                raise
            if failed_itself(error):
                return self._after_failure(part, error, before)
            return self._after_loss(part, error, before, self.clock.now() - started)
        self._losses, self._slowest = 0, max(self._slowest, self.clock.now() - started)
        return self._after_success(part, created, before)

    def _after_success(
        self, part: list[QueuedPrediction], created: int, before: int
    ) -> list[list[QueuedPrediction]]:
        """Take note of what was made; return what the server has dropped, to be sent alone."""
        self.created += created
        if created:
            version = part[0].item.get("model_version", "undefined")  # as the server calls it
            set_version(self.project.client, self.project.id, version)
        self._at_least = before + created
        dropped = self._dropped(part, created) if created < len(part) else []
        self._there.update(each.item["task"] for each in dropped)
        self._sent_since.update(each.key for each in part)
        self._sent_since.subtract(each.key for each in dropped)
        for each in dropped:
            each.alone = True
        return [[each] for each in dropped]

    def _one_by_one(self, part: list[QueuedPrediction]) -> list[list[QueuedPrediction]]:
        """Leave out what is of other projects' tasks: single requests do not look at that."""
        look = outage_deadline(self.clock)
        elsewhere = retry_transient(lambda: self._without_task(part), look)
        for number in sorted(elsewhere):
            task = part[number].item["task"]
            error = Rejected(f"{self.project!r} has no task {task}.")
            self._refused(part[number], error)
        good = [each for number, each in enumerate(part) if number not in elsewhere]
        self._there.update(each.item["task"] for each in good)
        return [[each] for each in good]

    def _after_failure(
        self, part: list[QueuedPrediction], error: LabelStudioError, before: int
    ) -> list[list[QueuedPrediction]]:
        """The server failed at one of them: find it by halves, and refuse it."""
        found = retry_transient(lambda: self._new_ones(part, before), outage_deadline(self.clock))
        self.created += len(found)
        left = [each for number, each in enumerate(part) if number not in found]
        if len(left) < 2:
            for each in left:
                self._refused(each, error)
            return []
        half = len(left) // 2
        return [left[:half], left[half:]]

    def _after_loss(
        self, part: list[QueuedPrediction], error: LabelStudioError, before: int, took: float
    ) -> list[list[QueuedPrediction]]:
        """Look which predictions are there; return the others, to be sent again."""
        self._losses += 1
        if self._mark is None:
            self._mark = before
            self._sent_since.clear()
        found = self._arrived(part, before, took) if may_be_made(error) else set()
        self.created += len(found)
        self._sent_since.update(part[number].key for number in found)
        left = [each for number, each in enumerate(part) if number not in found]
        if not left:
            self._losses = 0
            return []
        if self._losses >= TRIES:
            part[:] = left
            raise error
        self.clock.sleep(FIRST_PAUSE * 2**self._losses)
        return [left]

    def _arrived(self, part: list[QueuedPrediction], before: int, took: float) -> set[int]:
        """Return which predictions are there, once all are, or after as long as it took."""
        deadline = Deadline(max(PATIENCE, took, SLOWER * self._slowest), self.clock)
        while True:
            found = retry_transient(
                lambda: self._new_ones(part, before), outage_deadline(self.clock)
            )
            if len(found) == len(part) or not deadline.pause():
                return found

    def _check_doubles(self, before: int) -> None:
        """Raise for what a request that came late has made twice."""
        rows = retry_transient(self._newest_first, outage_deadline(self.clock))
        left, twice = Counter(self._sent_since), []
        for row in reversed(rows[: max(len(rows) - before, 0)]):
            key = key_of(row)
            left[key] -= 1
            if left[key] < 0 and key in self._sent_since:
                twice.append(int(row["id"]))
        if twice:
            raise IncompleteResult(
                f"{len(twice)} predictions of {self.project!r} are there twice, as a request came "
                "after it was given up. Remove them: ids = error.doubles; "
                "project.predictions.filter(Prediction.id.in_(ids)).delete().",
                doubles=twice,
            )

    def _new_ones(self, part: list[QueuedPrediction], before: int) -> set[int]:
        """Match predictions with those that came since there were so many."""
        rows = self._newest_first()
        there = Counter(key_of(row) for row in rows[: max(len(rows) - before, 0)])
        found = set()
        for number, each in enumerate(part):
            if there[each.key]:
                there[each.key] -= 1
                found.add(number)
        return found

    def _newest_first(self) -> list[Mapping[str, Any]]:
        pages = PredictionPages(self.project.id).pages(self.project.client, Selection())
        rows = [row for page in pages for row in page.rows]
        return sorted(rows, key=lambda row: -int(row["id"]))

    def _count(self) -> int:
        """Return how many predictions the project has: what comes later is ours, or others'."""
        pages = PredictionPages(self.project.id)
        deadline = outage_deadline(self.clock) if self._slowest else connect_deadline(self.clock)
        return retry_transient(lambda: pages.count(self.project.client, Selection()), deadline)

    def _post(self, part: list[QueuedPrediction]) -> int:
        """Send some in one request; return how many the server took."""
        try:
            if part[0].alone:
                self._post_one(part[0])
                return 1
            return self._post_many(part)
        finally:
            self.project.client._cache.drop("task")
            self.project.client._cache.drop("project")
            for each in part:
                each.forget()

    def _post_one(self, prediction: QueuedPrediction) -> None:
        body = {**DEFAULTS, **json.loads(prediction.body)}
        expect(self.project.client.json("POST", "/api/predictions/", json=body), "id")

    def _post_many(self, part: list[QueuedPrediction]) -> int:
        answer = self.project.client.json(
            "POST",
            f"/api/projects/{self.project.id}/import/predictions",
            data=b"[" + b",".join(each.body for each in part) + b"]",
            headers={"Content-Type": "application/json"},
        )
        return count_of(answer, "created")

    def _good_ones(
        self, part: list[QueuedPrediction], error: Rejected
    ) -> list[list[QueuedPrediction]]:
        """The server takes all or nothing: leave out those that it names, else halve."""
        bad = {0} if len(part) == 1 else _named_in(error, len(part)) or self._without_task(part)
        for number in sorted(bad):
            self._refused(part[number], error)
        good = [each for number, each in enumerate(part) if number not in bad]
        half = len(good) if bad else len(good) // 2
        return [good[:half], good[half:]]

    def _without_task(self, part: list[QueuedPrediction]) -> set[int]:
        ids = [each.item["task"] for each in part]
        tasks = self.project.tasks
        there = set(tasks.filter(tasks._model.fields["id"].between(min(ids), max(ids))).ids())
        return {number for number, id in enumerate(ids) if id not in there}

    def _dropped(self, part: list[QueuedPrediction], created: int) -> list[QueuedPrediction]:
        """Return those that the bulk import left out: it does not fit its check, and says 201."""
        sent = Counter(each.key for each in part)
        left = created
        rows = retry_transient(self._newest_first, outage_deadline(self.clock)) if created else []
        for key in map(key_of, rows):
            if left and sent[key]:
                sent[key] -= 1
                left -= 1
        if left:
            raise IncompleteResult(
                f"Of {len(part)} predictions the server says it took {created}, and does "
                f"not show {left} of these. Look at the predictions of {self.project!r}."
            )
        dropped = []
        for each in part:
            if sent[each.key]:
                sent[each.key] -= 1
                dropped.append(each)
        return dropped

    def _refused(self, prediction: QueuedPrediction, error: LabelStudioError) -> None:
        self.fail(prediction.index, f"prediction for task {prediction.item['task']}", error)


def _named_in(error: Rejected, count: int) -> set[int]:
    """Return which of the items a refusal names, as "Prediction 3: …"."""
    said = f"{error.detail} {error.validation_errors}"
    return {
        int(number) for number in re.findall(r"Prediction (\d{1,12}):", said) if int(number) < count
    }
