"""The verbs that rename labels and data prefixes in a whole project."""

from __future__ import annotations

from pathlib import Path

from .. import transfer
from ..progress import Progress
from ..transfer.ports import as_project


class Renames:
    """The verbs by which a project renames labels and prefixes of its data."""

    def rename_label(
        self,
        control: str,
        old: str | tuple[str, ...],
        new: str,
        *,
        dry_run: bool = False,
        backup: str | Path | None = None,
        progress: Progress = None,
    ) -> transfer.RenameReport:
        """Rename a label, in the labeling config and in all annotations and predictions.

        `old` is the label's name (its alias, if it has one), or the path of a taxonomy's class. If
        the config has the new name already, the two are merged. With `dry_run` nothing is changed,
        and the report has counts and examples of what would be.

        The old values are written to the `backup` first, a file of JSON lines (in the current
        folder, unless you give a path). The config has both labels while results are rewritten,
        one by one (0.1 to 0.4 s each). After an error, call it again: it continues where it
        stopped. Drafts of annotators are not rewritten.

        >>> project.rename_label("sentiment", "Negative", "Bad", dry_run=True)
        <RenameReport 'Negative' → 'Bad': would change 1 annotation, 1 prediction, ...>
        """
        return transfer.rename_label(
            as_project(self), control, old, new, dry_run=dry_run, backup=backup, progress=progress
        )

    def remap_data(
        self,
        key: str,
        old_prefix: str,
        new_prefix: str,
        *,
        dry_run: bool = False,
        backup: str | Path | None = None,
        progress: Progress = None,
    ) -> transfer.RenameReport:
        """Replace the prefix of URLs in the tasks' data: another bucket, host or folder.

        `key` is the key of the data, as "image"; if its value is a list or object, all texts in it
        are changed. Texts with another prefix, or with the new one, are not. `dry_run`, `backup`
        and calling it again work as for `rename_label()`.

        >>> project.remap_data("text", "Rarely", "Seldom", dry_run=True).examples[0][2]["text"]
        'Seldom seen a worse film.'
        """
        return transfer.remap_data(
            as_project(self),
            key,
            old_prefix,
            new_prefix,
            dry_run=dry_run,
            backup=backup,
            progress=progress,
        )
