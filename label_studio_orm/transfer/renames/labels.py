"""Rename of a label in the config, annotations and predictions.

The config has both names while results are rewritten, so annotators can continue; the old one is
removed when no result has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from attrs import define, field

from ...errors import InvalidInput
from ...labeling.config import LabelConfig
from ...labeling.problems import suggestion
from ...labeling.results import rename
from ...labeling.tags import LABELINGS
from ...labeling.xml_rename import (
    check_label,
    check_merge,
    label_at,
    path_to,
    with_copy,
    without_old,
)
from ...orm.record import Record
from ...progress import Progress
from ..ports import ProjectPort, unchanged
from .bulk_rewrite import BulkRewrite
from .report import RenameReport

MAX_ROUNDS = 5  # to find results that were created meanwhile


def rename_label(
    project: ProjectPort,
    control: str,
    old: str | tuple[str, ...],
    new: str,
    *,
    dry_run: bool,
    backup: str | Path | None,
    progress: Progress,
) -> RenameReport:
    """Rename a label of a project."""
    label = " / ".join(map(str, old)) if isinstance(old, tuple) else str(old)
    what, name = f"{label!r} → {new!r}", f"{control}-{label}"
    work = BulkRewrite.begin(project, what, name, dry_run=dry_run, backup=backup, progress=progress)
    with work.reporting() as report:
        LabelRename(work, control, old, new).run()
    return report


@define
class LabelRename:
    """The rename of one label."""

    work: BulkRewrite
    control: str
    old: str | tuple[str, ...]
    new: str
    path: tuple[str, ...] = field(init=False)
    config: LabelConfig = field(init=False)  # before the rename

    @property
    def project(self) -> ProjectPort:
        return self.work.project

    def run(self) -> None:
        """Rename everywhere, or with `dry_run` only report."""
        self.config = self._current().config
        self._check()
        self.work.report.config_changed = label_at(self.config, self.control, self.path) is not None
        if self.work.report.dry_run:
            for records in self._all():
                self.work.find(records, "result", self._change)
            return
        self._configure(with_copy)
        self._rewrite_all()
        self._configure(without_old)
        self._rewrite_all()  # results that were created before the old label was removed

    def _check(self) -> None:
        controls = self.config.controls
        if self.control not in controls:
            hint = suggestion(self.control, controls)
            raise InvalidInput(f"The labeling config has no control {self.control!r}.{hint}")
        found = controls[self.control]
        if found.type not in LABELINGS and found.type not in ("choices", "taxonomy"):
            raise InvalidInput(f"{self.control!r} is a {found.tag}, which has no labels.")
        self._check_names()
        self.path = path_to(self.config, self.control, self.old, self.new)
        if self.path[-1] == self.new:
            raise InvalidInput(
                f"The new label must differ from the old one: both are {self.new!r}."
            )
        if label_at(self.config, self.control, (*self.path[:-1], self.new)) is None:
            check_label(self.config, self.control, self.path)
        check_merge(self.config, self.control, self.path, self.new)

    def _check_names(self) -> None:
        steps = self.old if isinstance(self.old, tuple) else (self.old,)
        for label in (*steps, self.new):
            if not isinstance(label, str) or not label.strip():
                raise InvalidInput(f"A label must be a non-empty string, not {label!r}.")
        if not steps:
            raise InvalidInput("The path of the old label must not be empty.")

    def _change(self, result: list[Any]) -> list[Any] | None:
        return rename.rename_label(result, self.config.controls[self.control], self.path, self.new)

    def _all(self) -> tuple[Iterable[Record], ...]:
        return self.project.annotations, self.project.predictions

    def _rewrite_all(self) -> None:
        """Rewrite results until none has the old label."""
        for _ in range(MAX_ROUNDS):
            found = [self.work.find(records, "result", self._change) for records in self._all()]
            if not any(found):
                break
            for records in found:
                self.work.rewrite(records, "result", self._change)

    def _configure(self, edit: Callable[..., LabelConfig]) -> None:
        """Edit the current config, which may have changed since the start."""
        project = self._current()
        config: LabelConfig = edit(project.config, self.control, self.path, self.new)
        if config.xml != project.label_config:
            self.work.back_up(project=project.id, label_config=project.label_config)
            project.label_config = config.xml
            self.work.client.retry(project.save)

    def _current(self) -> ProjectPort:
        """Return the server's version of the project, without unsaved edits."""
        return self.work.client.retry(unchanged(self.project).refresh)
