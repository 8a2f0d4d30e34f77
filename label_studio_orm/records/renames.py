"""What renames things in all that is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from ..orm.record import Record
from ..progress import Progress

if TYPE_CHECKING:
    from ..transfer.renames.bulk_rewrite import BulkRewrite
    from ..transfer.renames.report import RenameReport
    from .project import Project


class Moves(Record):
    """Labels and data of a project under new names."""

    def rename_label(
        self,
        control: str,
        old: str | tuple[str, ...],
        new: str,
        *,
        dry_run: bool = False,
        backup: str | Path | None = None,
        progress: Progress = None,
    ) -> RenameReport:
        """Rename a label, in the labeling config and in all annotations and predictions.

        `old` is the label's name (its alias, if it has one), or the path of a taxonomy's class. If
        the config has the new name already, the two become one. With `dry_run` nothing is changed,
        and the answer has counts and examples of what would be.

        What was there before goes into the `backup` first, a file of JSON lines (with a name of
        its own in the current folder, unless you give one). The config has both labels while
        results are rewritten, one by one (0.1 to 0.4 s each), as they are when their turn comes.
        Run it again after an error: what is done stays done. Drafts of annotators are not
        rewritten.

        >>> project.rename_label("sentiment", "Negative", "Bad", dry_run=True)
        <Moved 'Negative' → 'Bad': would change 1 annotation, 1 prediction, the labeling config>
        """
        from ..transfer.renames.labels import LabelMove

        what, name = f"{_said(old)!r} → {new!r}", f"{control}-{_said(old)}"
        work = self._work(what, name, dry_run, backup, progress)
        return _run(LabelMove(work, control, old, new))

    def remap_data(
        self,
        key: str,
        old_prefix: str,
        new_prefix: str,
        *,
        dry_run: bool = False,
        backup: str | Path | None = None,
        progress: Progress = None,
    ) -> RenameReport:
        """Give addresses in the tasks' data another beginning: another bucket, host or folder.

        `key` is the key of the data, as "image"; of a list or object there, all texts are meant.
        What begins otherwise stays, and what was moved is not moved again. `dry_run`, `backup` and
        running it again are as of `rename_label()`.

        >>> project.remap_data("text", "Rarely", "Seldom", dry_run=True).examples[0][2]["text"]
        'Seldom seen a worse film.'
        """
        from ..transfer.renames.data import DataMove

        what = f"{old_prefix!r} → {new_prefix!r}"
        work = self._work(what, f"data-{key}", dry_run, backup, progress)
        return _run(DataMove(work, key, old_prefix, new_prefix))

    def _work(
        self,
        what: str,
        name: str,
        dry_run: bool,
        backup: str | Path | None,
        progress: Progress,
    ) -> BulkRewrite:
        from ..transfer.renames.backup import Backup
        from ..transfer.renames.bulk_rewrite import BulkRewrite
        from ..transfer.renames.report import RenameReport

        file = None if dry_run else Backup.at(backup, f"project-{self.id}-{name}")
        moved = RenameReport(what, dry_run)
        return BulkRewrite(cast("Project", self), moved, progress, backup=file)


def _said(label: Any) -> str:
    return " / ".join(map(str, label)) if isinstance(label, tuple) else str(label)


class Move(Protocol):
    """Something that is moved: its work, and how to do it."""

    work: BulkRewrite

    def run(self) -> None:
        """Do it, or only look."""


def _run(move: Move) -> RenameReport:
    """Do a move; an error tells how far it came."""
    work = move.work
    try:
        move.run()
    except BaseException as error:
        work.tell(error)
        raise
    finally:
        if work.backup is not None:
            work.backup.close()
        work.project._expire()
    return work.moved
