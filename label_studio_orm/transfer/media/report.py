"""Report of the media files of an export."""

from __future__ import annotations

from attrs import frozen


@frozen
class MissingFile:
    """A file that could not be fetched: the task, the URL in its data, and why."""

    task: int
    url: str
    reason: str


@frozen(repr=False)
class MediaReport:
    """Counts of files that were fetched, or `kept` from an earlier export."""

    fetched: int = 0
    kept: int = 0
    missing: tuple[MissingFile, ...] = ()

    def __repr__(self) -> str:
        counts = f"{self.fetched} fetched, {self.kept} kept, {len(self.missing)} missing"
        return f"<{type(self).__name__}: {counts}>"
