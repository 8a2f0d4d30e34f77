"""Predictions that wait to be sent many in a request."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from weakref import ref

from attrs import define, field

from ...data_manager.annotation_pages import PredictionPages
from ...data_manager.scores import set_version
from ...errors import IncompleteResult, LabelStudioError, Rejected, note
from ...orm.deadline import Deadline, poll
from ...orm.record import Record
from ...orm.response_shape import expect
from ...orm.selection import Selection
from ...progress import Advance, Progress, progress_bar
from ..ports import ProjectPort, expire_kinds
from ..send_until_done import Sender, halves
from .fitting import Fitting, elsewhere, import_predictions, not_accepted
from .queued import DEFAULTS, QueuedPrediction, key_of

BULK_KEYS = frozenset({"task", "result", "score", "model_version"})  # what else it has is dropped


@define(eq=False)
class PredictionQueue(Sender[QueuedPrediction]):
    """Predictions of a project, sent in the order in which they came.

    What the bulk import drops is sent one by one, after the others. What the server refuses is
    passed to `fail`, and the others are sent again without it.
    """

    project: ProjectPort
    fail: Callable[[int, str, LabelStudioError], None]
    progress: Progress = None
    created: int = 0
    waiting: list[QueuedPrediction] = field(factory=list)
    _ids_only: list[QueuedPrediction] = field(factory=list)  # that are still to be sent one by one
    _bytes: int = 0  # of those that wait
    _fitting: Fitting = field(init=False)
    _before: int = 0  # predictions that the project had before a request
    _at_least: int | None = None  # predictions that it has now
    _mark: int | None = None  # how many predictions there were before the first loss
    _sent_since: Counter[Any] = field(factory=Counter)
    _advance: Advance = lambda count: None

    @_fitting.default
    def _fits(self) -> Fitting:
        return Fitting(self.project)

    @property
    def lost(self) -> list[int]:
        """Which writes have an unknown outcome."""
        return [each.index for each in self.in_progress]

    def __len__(self) -> int:
        unsent = sum(len(part.items) for part in self.parts)
        return len(self.waiting) + len(self._ids_only) + unsent

    def gathered(
        self, index: int, item: Mapping[str, Any], owner: ref[Record] | None
    ) -> QueuedPrediction:
        """Queue a prediction; decide now how to send it if the config is known."""
        return QueuedPrediction(index, item, owner, self._fitting.alone(item["result"]))

    def add(self, prediction: QueuedPrediction, *, now: bool) -> None:
        """Gather a prediction; `now` sends all when that is as much as a request takes."""
        if now and self._bytes + len(prediction.body) > self.tuning.batch_bytes:
            self.send()
        self.waiting.append(prediction)
        self._bytes += len(prediction.body)
        if now and len(self.waiting) >= self.tuning.batch_predictions:
            self.send()

    def send(self) -> None:
        """Send all that wait."""
        waiting, self.waiting, self._bytes = self.waiting, [], 0
        try:
            self._send(waiting)
        except LabelStudioError as error:
            self._note_doubles(error)
            raise
        if self._mark is not None:
            self._check_doubles(self._mark)

    def _send(self, waiting: Sequence[QueuedPrediction]) -> None:
        self._ids_only = [each for each in waiting if each.alone]
        self._at_least = None
        bar = {"what": "Predicting", "unit": " predictions"}
        with progress_bar(self.progress, **bar, total=len(waiting)) as self._advance:
            self.send_until_done([each for each in waiting if not each.alone])
            self._ids_only = self._of_the_project(self._ids_only)
            while self._ids_only:
                self.send_until_done([self._ids_only.pop(0)])

    def _of_the_project(self, part: list[QueuedPrediction]) -> list[QueuedPrediction]:
        """Refuse what is of other projects' tasks: single requests do not look at that."""
        others = elsewhere(self.client, self.project, part)
        for number in sorted(others):
            error = Rejected(f"{self.project!r} has no task {part[number].task}.")
            self._refuse(part[number], error)
        return [each for number, each in enumerate(part) if number not in others]

    def prepare(self, part: Sequence[QueuedPrediction]) -> None:
        """Take note how many predictions the project has, or has at least, before a request."""
        known = self._at_least if part[0].alone else None
        self._before = self._count() if known is None else known
        self._at_least = None

    def take(
        self, part: Sequence[QueuedPrediction], created: int
    ) -> list[Sequence[QueuedPrediction]]:
        """Take note of what was made; return what the server has dropped, to be sent alone."""
        self._count_created(created)
        if created:
            version = part[0].item.get("model_version", "undefined")  # as the server calls it
            set_version(self.project.client, self.project.id, version)
        self._at_least = self._before + created
        dropped = self._dropped(part, created) if created < len(part) else []
        self._sent_since.update(each.key for each in part)
        self._sent_since.subtract(each.key for each in dropped)
        for each in dropped:
            each.alone = True
        return [[each] for each in dropped]

    def find(self, part: Sequence[QueuedPrediction], deadline: Deadline) -> list[QueuedPrediction]:
        """Look which predictions of a lost request are there; return the others."""
        if deadline.seconds and self._mark is None:  # the request may come late
            self._mark = self._before
            self._sent_since.clear()
        found = poll(lambda: self._new_ones(part), lambda found: len(found) == len(part), deadline)
        self._count_created(len(found))
        self._sent_since.update(part[number].key for number in found)
        return [each for number, each in enumerate(part) if number not in found]

    def failed(
        self, part: Sequence[QueuedPrediction], error: LabelStudioError
    ) -> Sequence[Sequence[QueuedPrediction]]:
        """Find the prediction at which the server fails, and refuse it."""
        parts = self.bisect(part)
        if len(parts) != 1:
            return parts
        self._refuse(parts[0][0], error)
        return ()

    def _note_doubles(self, error: LabelStudioError) -> None:
        """Say in an error what lost requests have made twice, or that it is not known."""
        if self._mark is None:
            return
        try:
            self._check_doubles(self._mark)
        except IncompleteResult as found:
            note(error, str(found), doubles=getattr(found, "doubles", []))
        except LabelStudioError:
            error.add(f"Predictions of {self.project!r} that were sent again may be there twice.")

    def _check_doubles(self, before: int) -> None:
        """Raise for what a request that came late has made twice."""
        rows = self._newest_first()
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

    def _new_ones(self, part: Sequence[QueuedPrediction]) -> set[int]:
        """Match predictions with those that came since the request was sent."""
        rows = self._newest_first()
        there = Counter(key_of(row) for row in rows[: max(len(rows) - self._before, 0)])
        found = set()
        for number, each in enumerate(part):
            if there[each.key]:
                there[each.key] -= 1
                found.add(number)
        return found

    def _newest_first(self) -> list[Mapping[str, Any]]:
        pages = PredictionPages(self.project.id).pages(self.client, Selection())
        rows = [row for page in pages for row in page.rows]
        return sorted(rows, key=lambda row: -int(row["id"]))

    def _count(self) -> int:
        """Return how many predictions the project has: what comes later is ours, or others'."""
        return PredictionPages(self.project.id).count(self.client, Selection())

    def post(self, part: Sequence[QueuedPrediction]) -> int:
        """Send some in one request; return how many the server took."""
        try:
            if part[0].alone:
                self._post_one(part[0])
                return 1
            return import_predictions(self.project, (each.body for each in part))
        finally:
            expire_kinds(self.project.client, "task", "project")
            for each in part:
                each.forget()

    def _post_one(self, prediction: QueuedPrediction) -> None:
        body = {**DEFAULTS, **json.loads(prediction.body)}
        expect(self.project.client.json("POST", "/api/predictions/", json=body), "id")

    def refused(
        self, part: Sequence[QueuedPrediction], error: Rejected
    ) -> Iterable[Sequence[QueuedPrediction]]:
        """The server takes all or nothing: leave out those that it names, else halve."""
        bad = not_accepted(self.project, part, error)
        for number in sorted(bad):
            self._refuse(part[number], error)
        good = [each for number, each in enumerate(part) if number not in bad]
        return halves(good) if not bad else [good] if good else []

    def _dropped(self, part: Sequence[QueuedPrediction], created: int) -> list[QueuedPrediction]:
        """Return those that the bulk import left out: it does not fit its check, and says 201."""
        sent = Counter(each.key for each in part)
        left = created
        rows = self._newest_first() if created else []
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

    def _count_created(self, count: int) -> None:
        self.created += count
        self._advance(count)

    def _refuse(self, prediction: QueuedPrediction, error: LabelStudioError) -> None:
        self._advance(1)
        self.fail(prediction.index, prediction.described, error)
