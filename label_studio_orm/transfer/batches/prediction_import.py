"""Import of annotations as predictions, under temporary model versions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from attrs import define, field

from ...errors import LabelStudioError, NotFound, PermissionDenied, Rejected, Unsupported
from ...orm.deadline import Deadline
from ..ports import ProjectPort, expire_kinds
from ..send_until_done import Sender, halves
from .fitting import import_predictions, not_accepted
from .queued import QueuedAnnotation
from .slices import Slice, annotated
from .temporary_version import TemporaryVersions

MOST_FAILURES = 40  # imports that are refused or fail, before all goes one by one


@define(eq=False)
class PredictionImport(Sender[QueuedAnnotation]):
    """Imports annotations as predictions; each import has versions of its own."""

    project: ProjectPort
    versions: TemporaryVersions
    done: list[Slice] = field(factory=list)
    left: list[QueuedAnnotation] = field(factory=list)  # that the import does not accept
    unusable: bool = False
    _sent: list[Slice] = field(factory=list)
    _failures: int = 0

    def post(self, items: Sequence[QueuedAnnotation]) -> int:
        """Send some in one request; return how many the server took."""
        size = self.tuning.batch_annotations_turned
        parts = [items[start : start + size] for start in range(0, len(items), size)]
        self._sent = list(map(Slice, self.versions.new(len(parts)), parts))
        bodies = (_as_prediction(item, part.version) for part in self._sent for item in part.items)
        try:
            with self.versions.in_progress([part.version for part in self._sent]):
                return import_predictions(self.project, bodies)
        finally:
            expire_kinds(self.project.client, "task", "project")

    def take(self, items: Sequence[QueuedAnnotation], created: int) -> None:
        """Keep the versions; what the server has dropped is left."""
        if created == len(items):
            self.done += self._sent
        elif created:
            self.done += [self._without_dropped(part) for part in self._sent]
        else:
            self.left += items

    def _without_dropped(self, part: Slice) -> Slice:
        there = annotated(self.client, self.project, part.version)
        self.left += [each for each in part.items if each.task not in there]
        return Slice(part.version, [each for each in part.items if each.task in there])

    def find(
        self, items: Sequence[QueuedAnnotation], deadline: Deadline
    ) -> Sequence[QueuedAnnotation]:
        """Wait for a lost request; if it does not come, its versions are not used."""
        expected = {part.version: len(part.items) for part in self._sent}
        if deadline.seconds and self.versions.are_complete(expected, deadline):
            self.versions.late.difference_update(expected)
            self.done += self._sent
            return ()
        return items

    def instead(
        self, items: Sequence[QueuedAnnotation], error: LabelStudioError
    ) -> Iterable[Sequence[QueuedAnnotation]]:
        if isinstance(error, (PermissionDenied, NotFound, Unsupported)):
            self.unusable = True
        self._failures += 1
        if self.unusable or self._failures > MOST_FAILURES:
            self.left += items
            return ()
        return super().instead(items, error)

    def refused(
        self, items: Sequence[QueuedAnnotation], error: Rejected
    ) -> Iterable[Sequence[QueuedAnnotation]]:
        """The server takes all or nothing: leave out those that it names, else halve."""
        bad = not_accepted(self.project, items, error)
        self.left += [items[position] for position in sorted(bad)]
        good = [each for position, each in enumerate(items) if position not in bad]
        return self._parts(halves(good) if not bad else [good])

    def failed(
        self, items: Sequence[QueuedAnnotation], error: LabelStudioError
    ) -> Iterable[Sequence[QueuedAnnotation]]:
        return self._parts(self.bisect(items) if len(items) > 1 else [items])

    def _parts(
        self, parts: Iterable[Sequence[QueuedAnnotation]]
    ) -> list[Sequence[QueuedAnnotation]]:
        """Leave what is too few to be worth it."""
        few = self.tuning.batch_annotations_from
        self.left += [each for part in parts if len(part) < few for each in part]
        return [part for part in parts if len(part) >= few]


def _as_prediction(item: QueuedAnnotation, version: str) -> bytes:
    """Return an annotation as an item of the import."""
    return item.body[:-1] + b',"model_version":' + json.dumps(version).encode() + b"}"
