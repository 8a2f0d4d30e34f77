"""Rewrite of many records, one by one: read again, written to the backup, and saved.

The Community edition has no bulk update that is safe. Its hidden action `rename_labels` is eight
times faster, but reads all annotations first: what annotators save in the meantime is overwritten,
`updated_at` stays as it was, webhooks are not sent, and nested labels and predictions keep the old
label. New predictions in place of the old ones would have other ids and no annotations made from
them. Records that are already correct are skipped, so an interrupted rename can be run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, field

from ...errors import NotFound, note
from ...orm.deadline import RetryingContext
from ...orm.record import Record
from ...progress import Progress, progress_bar
from ..ports import ProjectPort, expire, kind_of, unchanged
from .backup import Backup
from .report import RenameReport

if TYPE_CHECKING:
    from typing_extensions import Self

Change = Callable[[Any], Any]  # old value → new value; None to leave the record alone


@define
class BulkRewrite:
    """One rename, with its report and backup."""

    project: ProjectPort
    report: RenameReport
    progress: Progress = None
    backup: Backup | None = None
    client: RetryingContext = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.client = RetryingContext(self.project.client)

    @classmethod
    def begin(
        cls,
        project: ProjectPort,
        what: str,
        name: str,
        *,
        dry_run: bool,
        backup: str | Path | None,
        progress: Progress,
    ) -> Self:
        """Return a new rename; `name` is that of the backup if it has no path."""
        file = None if dry_run else Backup.at(backup, f"project-{project.id}-{name}")
        return cls(project, RenameReport(what, dry_run), progress, backup=file)

    @contextmanager
    def reporting(self) -> Iterator[RenameReport]:
        """Yield the report, attach it to an error, and close the backup."""
        try:
            yield self.report
        except BaseException as error:
            note(error, self._progress_line() if self.report else "", moved=self.report)
            raise
        finally:
            if self.backup is not None:
                self.backup.close()
            expire(self.project)

    def find(self, records: Iterable[Record], name: str, change: Change) -> list[Record]:
        """Return the records to change; with `dry_run`, add their changes to the report."""
        found = []
        silent = False if callable(self.progress) else self.progress  # it counts the changes
        with progress_bar(silent, what="Searching", unit=" records") as advance:
            for record in records:
                before = getattr(record, name)
                after = change(before)
                if after is not None:
                    found.append(unchanged(record))
                    if self.report.dry_run:
                        self.report.add(found[-1], before, after)
                advance(1)
        return found

    def rewrite(self, records: Sequence[Record], name: str, change: Change) -> None:
        """Change the records one by one."""
        bar = {"what": "Rewriting", "unit": f" {kind_of(records[0])}s" if records else ""}
        with progress_bar(self.progress, **bar, total=len(records)) as advance:
            for record in records:
                self._rewrite(record, name, change)
                advance(1)

    def _rewrite(self, record: Record, name: str, change: Change) -> None:
        """Change the current version of a record, which may have changed since it was found."""
        try:
            self.client.retry(record.refresh)
            before = getattr(record, name)
            after = change(before)
            if after is None:
                self.report.skipped += 1
                return
            self.back_up(**{kind_of(record): record.id, name: before})
            setattr(record, name, after)
            self.client.retry(lambda: _save(record))
        except NotFound:
            self.report.skipped += 1  # deleted meanwhile
        else:
            self.report.add(record, before, after)

    def back_up(self, **values: Any) -> None:
        """Write old values to the backup."""
        if self.backup is not None:
            self.backup.write(**values)
            self.report.backup = self.backup.path

    def _progress_line(self) -> str:
        backup = f" The old values are in {self.report.backup}." if self.report.backup else ""
        return f"{self.report!r} before that.{backup} Call it again to continue."


def _save(record: Any) -> Any:
    """Save the change, which is idempotent; results are not validated again."""
    return record.save() if kind_of(record) == "task" else record.save(validate=False)
