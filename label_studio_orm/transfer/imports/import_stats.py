"""Progress of an import."""

from __future__ import annotations

from array import array
from collections import Counter

from attrs import define, field

from ..refusals import Failure
from . import notes
from .notes import Note
from .result import ImportResult


@define
class ImportStats:
    """The result of an import while it goes on; 8 bytes a task."""

    ids: array[int] = field(factory=lambda: array("q"))
    created: int = 0
    updated: int = 0
    skipped: int = 0
    failed: list[Failure] = field(factory=list)
    annotations: int = 0
    predictions: int = 0
    notes: Counter[Note] = field(factory=Counter)

    def warnings(self) -> tuple[str, ...]:
        return tuple(notes.warnings(self.notes))

    def count(self, *, tasks: int, annotations: int, predictions: int) -> None:
        self.created += tasks
        self.annotations += annotations
        self.predictions += predictions

    def swap(self, gone: int, kept: int) -> None:
        """Replace the id of a removed duplicate."""
        if gone in self.ids:
            self.ids[self.ids.index(gone)] = kept

    def result(self) -> ImportResult:
        return ImportResult(
            ids=self.ids[:],
            created=self.created,
            updated=self.updated,
            skipped=self.skipped,
            failed=tuple(sorted(self.failed, key=lambda failure: failure.index)),
            annotations=self.annotations,
            predictions=self.predictions,
            dropped=notes.dropped(self.notes),
            warnings=self.warnings(),
        )
