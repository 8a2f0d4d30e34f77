"""Annotations in bulk: predictions under temporary model versions are made annotations.

This takes three kinds of requests: an import of predictions, the action of the Data Manager that
makes annotations of them, and the removal of the model versions. Nothing is made of predictions
before their import is certain: after a lost response they are sent again under other versions, and
the first ones are removed. The action passes over predictions of which it has made annotations, so
it can be repeated. An annotation refers to its prediction until that is removed; so it is known
which exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from attrs import define, field

from ...data_manager.version_removal import correct_counters
from ...errors import LabelStudioError
from ...orm.context import Context
from ...tuning import RetryPolicy
from ..ports import ProjectPort
from .conversion import Conversion
from .outcomes import Outcomes
from .prediction_import import PredictionImport
from .queued import QueuedAnnotation
from .slices import Slice, annotation_count, settle
from .temporary_version import TemporaryVersions


@define(eq=False, kw_only=True)
class BulkAnnotations:
    """Makes annotations in bulk."""

    project: ProjectPort = field(kw_only=False)
    outcomes: Outcomes = field(kw_only=False)
    client: Context
    retries: RetryPolicy
    unusable: bool = False  # the server cannot do it
    versions: TemporaryVersions = field(init=False)

    @versions.default
    def _none_yet(self) -> TemporaryVersions:
        return TemporaryVersions(self.project, self.client)

    def make(self, items: Sequence[QueuedAnnotation]) -> Sequence[QueuedAnnotation]:
        """Make annotations; return those that the server does not make in this way.

        None of these comes late, as the temporary versions have been removed.
        """
        with self.versions:
            imported = self._import(items)
            left = [*imported.left, *self._convert(imported.done)]
        tasks = [each.task for part in imported.done for each in part.items]
        for task in tasks[:1]:
            correct_counters(self.client, self.project.id, task)
        return left

    def _import(self, items: Sequence[QueuedAnnotation]) -> PredictionImport:
        sender = PredictionImport(
            self.project, self.versions, client=self.client, retries=self.retries
        )
        sender.send_until_done(items)
        self.unusable = sender.unusable
        return sender

    def _convert(self, parts: Sequence[Slice]) -> list[QueuedAnnotation]:
        """Make annotations of predictions; return those of which none could be made."""
        if not parts:
            return []
        sender = Conversion(self.project, self.outcomes, client=self.client, retries=self.retries)
        before = annotation_count(self.client, self.project)
        try:
            left = self._send(sender, parts)
        except LabelStudioError:
            with suppress(LabelStudioError):
                self._settle(sender, sender.suspect)
            raise
        suspect = sender.suspect or self._if_unexpected(parts, before)
        return [*left, *self._settle(sender, suspect)]

    def _if_unexpected(self, parts: Sequence[Slice], before: int) -> Sequence[Slice]:
        """Return the parts if there are more annotations than were made of them.

        A request was repeated on its way then, or somebody else annotates.
        """
        expected = sum(len(part.items) for part in parts)
        made = annotation_count(self.client, self.project) - before
        return () if made == expected else parts

    def _send(self, sender: Conversion, parts: Sequence[Slice]) -> list[QueuedAnnotation]:
        """Convert slices until the server turns out to be unable to; return the others."""
        for position, part in enumerate(parts):
            sender.send_until_done([part])
            if sender.unusable:
                self.unusable = True
                return [each for rest in parts[position + 1 :] for each in rest.items]
        return []

    def _settle(self, sender: Conversion, parts: Iterable[Slice]) -> list[QueuedAnnotation]:
        """Look which annotations exist; return those that do not."""
        left: list[QueuedAnnotation] = []
        for part in parts:
            lost = part.version in sender.lost
            left += settle(self.client, self.project, part, self.outcomes, lost=lost)
        return left
