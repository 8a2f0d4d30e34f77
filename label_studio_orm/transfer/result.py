"""What an import did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, overload

from attrs import frozen


@frozen(repr=False)
class ImportResult(Sequence[int]):
    """The ids of the tasks that were imported, in the order of the source."""

    ids: tuple[int, ...] = ()
    created: int = 0
    skipped: int = 0
    failed: tuple[Any, ...] = ()
    annotations: int = 0
    predictions: int = 0

    @overload
    def __getitem__(self, index: int) -> int: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...

    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        return self.ids[index]

    def __len__(self) -> int:
        return len(self.ids)

    def plus(self, answer: Mapping[str, Any]) -> ImportResult:
        """Return the result with one more answer of the server in it."""
        return ImportResult(
            ids=(*self.ids, *(answer.get("task_ids") or ())),
            created=self.created + (answer.get("task_count") or 0),
            annotations=self.annotations + (answer.get("annotation_count") or 0),
            predictions=self.predictions + (answer.get("prediction_count") or 0),
        )

    def __repr__(self) -> str:
        counts = {"skipped": self.skipped, "failed": len(self.failed)}
        more = "".join(f", {count} {what}" for what, count in counts.items() if count)
        return f"<{type(self).__name__}: {self.created} created{more}>"
