"""The result of an import."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import overload

from attrs import field, frozen

from ...display import Displayed
from ..refusals import Failure


def _compact(ids: Iterable[int]) -> Sequence[int]:
    return ids if isinstance(ids, array) else array("q", ids)


@frozen(repr=False, eq=False)
class ImportResult(Sequence[int], Displayed):
    """The ids of the tasks that were imported, in the order of the source.

    `created`, `updated` and `skipped` count rows; `failed` has each row that was refused, with its
    index in the source, where it is, and the error. `annotations` and `predictions` count what
    came with the tasks that were created.

    `dropped` maps keys that the server does not keep ("drafts", "predictions[].cluster") to the
    number of rows that had them; ids, times and counters are not listed. `warnings` has messages
    about them and about other things to check; they are logged as well.
    """

    ids: Sequence[int] = field(default=(), converter=_compact)
    created: int = 0
    updated: int = 0
    skipped: int = 0
    failed: tuple[Failure, ...] = ()
    annotations: int = 0
    predictions: int = 0
    dropped: Mapping[str, int] = field(factory=dict)
    warnings: tuple[str, ...] = ()

    @overload
    def __getitem__(self, index: int) -> int: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...

    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        return tuple(self.ids[index]) if isinstance(index, slice) else self.ids[index]

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        counts = {"updated": self.updated, "skipped": self.skipped, "failed": len(self.failed)}
        counts["warning" if len(self.warnings) == 1 else "warnings"] = len(self.warnings)
        more = "".join(f", {count} {what}" for what, count in counts.items() if count)
        return f"<{type(self).__name__}: {self.created} created{more}>"
