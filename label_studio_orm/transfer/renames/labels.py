"""A label renamed: in the config, and in every annotation and prediction that has it.

The config has both names while results are rewritten, so that annotators lose nothing who work
meanwhile; the old one goes when no result has it any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from attrs import define, field

from ...errors import InvalidInput
from ...labeling.config import LabelConfig
from ...labeling.problems import suggestion
from ...labeling.results.rename import rename_label
from ...labeling.tags import LABELINGS
from ...labeling.xml_rename import (
    check_label,
    check_merge,
    label_at,
    path_to,
    with_copy,
    without_old,
)
from ...orm.deadline import retry_transient
from ...orm.record import Record
from .bulk_rewrite import BulkRewrite

if TYPE_CHECKING:
    from ...records.project import Project

MOST_ROUNDS = 5  # of looking for what was made meanwhile


@define
class LabelMove:
    """One call of `project.rename_label()`."""

    work: BulkRewrite
    control: str
    old: str | tuple[str, ...]
    new: str
    path: tuple[str, ...] = field(init=False)
    config: LabelConfig = field(init=False)  # as it was in the beginning

    @property
    def project(self) -> Project:
        return self.work.project

    def run(self) -> None:
        """Rename, or only look."""
        self.config = self._as_it_is().config
        self._check()
        self.work.moved.config_changed = label_at(self.config, self.control, self.path) is not None
        if self.work.moved.dry_run:
            for records in self._all():
                self.work.look(records, "result", self._change)
            return
        self._configure(with_copy)
        self._rewrite_all()
        self._configure(without_old)
        self._rewrite_all()  # what was said while the old label was still there

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
            raise InvalidInput(f"The label is called {self.new!r} already.")
        if label_at(self.config, self.control, (*self.path[:-1], self.new)) is None:
            check_label(self.config, self.control, self.path)
        check_merge(self.config, self.control, self.path, self.new)

    def _check_names(self) -> None:
        steps = self.old if isinstance(self.old, tuple) else (self.old,)
        for label in (*steps, self.new):
            if not isinstance(label, str) or not label.strip():
                raise InvalidInput(f"A label is a text, not {label!r}.")
        if not steps:
            raise InvalidInput("The path of the old label is empty.")

    def _change(self, result: list[Any]) -> list[Any] | None:
        return rename_label(result, self.config.controls[self.control], self.path, self.new)

    def _all(self) -> tuple[Iterable[Record], ...]:
        return self.project.annotations, self.project.predictions

    def _rewrite_all(self) -> None:
        """Rewrite what has the old label, until nothing has."""
        for _ in range(MOST_ROUNDS):
            found = [self.work.look(records, "result", self._change) for records in self._all()]
            if not any(found):
                break
            for records in found:
                self.work.rewrite(records, "result", self._change)

    def _configure(self, edit: Callable[..., LabelConfig]) -> None:
        """Edit the config as it is now: somebody may have changed it since."""
        project = self._as_it_is()
        config: LabelConfig = edit(project.config, self.control, self.path, self.new)
        if config.xml != project.label_config:
            self.work.keep(project=project.id, label_config=project.label_config)
            project.label_config = config.xml
            retry_transient(project.save)

    def _as_it_is(self) -> Project:
        """Return the project as it is at the server, without edits that the user has not saved."""
        project = type(self.project)(self.project.id, client=self.project.client)
        return retry_transient(project.refresh)
