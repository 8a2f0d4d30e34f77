"""Records rewritten one by one: each is looked at anew, kept in the backup, and saved.

The Community edition has no request that changes many. What is already as it should be is left
alone, so that a move can be cut short and run again, and repeated after a lost answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from attrs import define, field

from ...errors import LabelStudioError, NotFound
from ...orm.deadline import RetryingContext
from ...orm.record import Record
from ...progress import Progress, progress_bar
from .backup import Backup
from .report import RenameReport

if TYPE_CHECKING:
    from ...records.project import Project

Change = Callable[[Any], Any]  # what a record has → what it should have; None to leave it


@define
class BulkRewrite:
    """One move: how far it is, and where its backup lies."""

    project: Project
    moved: RenameReport
    progress: Progress = None
    backup: Backup | None = None
    client: RetryingContext = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.client = RetryingContext(self.project.client)

    def look(self, records: Iterable[Record], name: str, change: Change) -> list[Record]:
        """Return the records that are to be changed; with `dry_run`, note what would become."""
        found = []
        for record in records:
            before = getattr(record, name)
            after = change(before)
            if after is not None:
                found.append(type(record)(record.id, client=self.project.client))
                if self.moved.dry_run:
                    self.moved.add(found[-1], before, after)
        return found

    def rewrite(self, records: Sequence[Record], name: str, change: Change) -> None:
        """Change the records, one after the other."""
        bar = {"what": "Rewriting", "unit": f" {records[0]._meta.kind}s" if records else ""}
        with progress_bar(self.progress, **bar, total=len(records)) as advance:
            for record in records:
                self._rewrite(record, name, change)
                advance(1)

    def _rewrite(self, record: Record, name: str, change: Change) -> None:
        """Change a record as it is now: somebody may have been at it since it was found."""
        try:
            self.client.retry(record.refresh)
            before = getattr(record, name)
            after = change(before)
            if after is None:
                self.moved.skipped += 1
                return
            self.keep(**{record._meta.kind: record.id, name: before})
            setattr(record, name, after)
            self.client.retry(lambda: _save(record))
        except NotFound:
            self.moved.skipped += 1  # deleted meanwhile
        else:
            self.moved.add(record, before, after)

    def keep(self, **what: Any) -> None:
        """Put what was there before into the backup."""
        if self.backup is not None:
            self.backup.keep(**what)
            self.moved.backup = self.backup.path

    def tell(self, error: BaseException) -> None:
        """Put into an error how far this came."""
        error.moved = self.moved  # type: ignore[attr-defined]
        if isinstance(error, LabelStudioError) and self.moved:
            kept = f" What was there before is in {self.moved.backup}." if self.moved.backup else ""
            error.add(f"{self.moved!r} before that.{kept} Call it again as it is to go on.")


def _save(record: Any) -> Any:
    """Send the change, which can be done twice; what was said is right as it is."""
    return record.save() if record._meta.kind == "task" else record.save(validate=False)
