"""Replacement of a URL prefix in task data: another bucket, host or folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrs import define

from ...errors import InvalidInput, nearest
from ...orm.leaves import with_leaves
from ...progress import Progress
from ..ports import ProjectPort
from .bulk_rewrite import BulkRewrite
from .report import RenameReport


def remap_data(
    project: ProjectPort,
    key: str,
    old: str,
    new: str,
    *,
    dry_run: bool,
    backup: str | Path | None,
    progress: Progress,
) -> RenameReport:
    """Replace a prefix in the data of all tasks of a project."""
    what, name = f"{old!r} → {new!r}", f"data-{key}"
    work = BulkRewrite.begin(project, what, name, dry_run=dry_run, backup=backup, progress=progress)
    with work.reporting() as report:
        DataRemap(work, key, old, new).run()
    return report


@define
class DataRemap:
    """The replacement of one prefix."""

    work: BulkRewrite
    key: str
    old: str
    new: str

    @property
    def project(self) -> ProjectPort:
        return self.work.project

    def run(self) -> None:
        """Rewrite all tasks, or with `dry_run` only report."""
        self._check()
        tasks = self.project.tasks.only("data")
        found = self.work.find(tasks, "data", self._change)
        if not self.work.report.dry_run:
            self.work.rewrite(found, "data", self._change)

    def _check(self) -> None:
        for name, value in (("key", self.key), ("old_prefix", self.old), ("new_prefix", self.new)):
            if not isinstance(value, str) or (not value and name != "new_prefix"):
                raise InvalidInput(f"{name} must be a non-empty string, not {value!r}.")
        if self.old == self.new:
            raise InvalidInput(f"old_prefix and new_prefix must differ: both are {self.old!r}.")
        keys = self.work.client.retry(lambda: set(self.project.config.variables))
        tops = {self.project.config.variables[name].key for name in keys}
        first = self.project.tasks.first()
        known = {*tops, *(first.data if first else ())}
        if known and self.key not in known:
            raise InvalidInput(f"No task has {self.key!r} in its data.{nearest(self.key, known)}")

    def _change(self, data: dict[str, Any]) -> dict[str, Any] | None:
        """Return the data with the new prefix; None if there is nothing to change."""
        if self.key not in data:
            return None
        value = with_leaves(data[self.key], self._remapped)
        return None if value == data[self.key] else {**data, self.key: value}

    def _remapped(self, text: Any) -> Any:
        if not isinstance(text, str) or not self._is_old(text):
            return text
        remapped = self.new + text[len(self.old) :]
        if self._is_old(remapped):
            raise InvalidInput(
                f"{text!r} would become {remapped!r}, which has the old prefix too: the next call "
                "would change it again. Give a longer old_prefix, or do it in two steps."
            )
        return remapped

    def _is_old(self, text: str) -> bool:
        # A value with the new prefix is done: s3://bucket/ → s3://bucket/images/
        done = self.new.startswith(self.old) and text.startswith(self.new)
        return text.startswith(self.old) and not done
