"""Addresses in the data of tasks given another beginning: another bucket, host or folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define

from ...errors import InvalidInput, nearest
from ...orm.leaves import with_leaves
from .bulk_rewrite import BulkRewrite

if TYPE_CHECKING:
    from ...records.project import Project


@define
class DataMove:
    """One call of `project.remap_data()`."""

    work: BulkRewrite
    key: str
    old: str
    new: str

    @property
    def project(self) -> Project:
        return self.work.project

    def run(self) -> None:
        """Rewrite, or only look."""
        self._check()
        tasks = self.project.tasks.only("data")
        found = self.work.look(tasks, "data", self._change)
        if not self.work.moved.dry_run:
            self.work.rewrite(found, "data", self._change)

    def _check(self) -> None:
        for name, given in (("key", self.key), ("old_prefix", self.old), ("new_prefix", self.new)):
            if not isinstance(given, str) or (not given and name != "new_prefix"):
                raise InvalidInput(f"{name} is a text that is not empty, not {given!r}.")
        if self.old == self.new:
            raise InvalidInput("old_prefix and new_prefix are the same.")
        keys = self.work.client.retry(lambda: set(self.project.config.variables))
        tops = {self.project.config.variables[name].key for name in keys}
        first = self.project.tasks.first()
        known = {*tops, *(first.data if first else ())}
        if known and self.key not in known:
            raise InvalidInput(f"No task has {self.key!r} in its data.{nearest(self.key, known)}")

    def _change(self, data: dict[str, Any]) -> dict[str, Any] | None:
        """Return the data with the new beginning; None if there is nothing to change."""
        if self.key not in data:
            return None
        value = self._moved(data[self.key])
        return None if value == data[self.key] else {**data, self.key: value}

    def _moved(self, value: Any) -> Any:
        """Move a text, or all texts of a list or object."""
        return with_leaves(value, self._moved_text)

    def _moved_text(self, text: Any) -> Any:
        if not isinstance(text, str) or not self._is_old(text):
            return text
        moved = self.new + text[len(self.old) :]
        if self._is_old(moved):
            raise InvalidInput(
                f"{text!r} would become {moved!r}, which begins like the old ones: the next call "
                "would move it again. Give a longer old_prefix, or move in two steps."
            )
        return moved

    def _is_old(self, text: str) -> bool:
        # What begins like the new one has been moved: s3://bucket/ → s3://bucket/images/
        moved = self.new.startswith(self.old) and text.startswith(self.new)
        return text.startswith(self.old) and not moved
