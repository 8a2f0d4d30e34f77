"""Results of an export: tasks or a path, with reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...data_manager.plan import NESTED
from ...display import Displayed
from ..left_out import LeftOut
from ..media.report import MediaReport

if TYPE_CHECKING:
    Base = Path
else:
    Base = type(Path())  # PosixPath or WindowsPath: before 3.12 Path has no subclasses of its own


class ExportedTasks(list[dict[str, Any]], Displayed):
    """Exported tasks; `assembled` if they were read page by page, without a snapshot."""

    assembled: bool = False


def in_order(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Order tasks, and the lists in them, by id: PostgreSQL sends them in any order."""
    for task in tasks:
        for name in NESTED:
            if isinstance(task.get(name), list):
                task[name].sort(key=_id)
    return sorted(tasks, key=lambda task: (_id(task), task.get("annotation_id") or 0))


def _id(row: Any) -> int:
    """Return the id of a row; some lists have ids in place of rows."""
    return int(row.get("id") or 0) if isinstance(row, dict) else int(row)


class ExportedPath(Base, Displayed):
    """The path of an export.

    `assembled` means that the tasks were read page by page, without a snapshot; `media` reports on
    the files that tasks refer to, if requested; `left_out` lists what the format cannot hold, each
    item with its task and the reason.
    """

    assembled: bool = False
    media: MediaReport | None = None
    left_out: tuple[LeftOut, ...] = ()

    def __repr__(self) -> str:
        return f"{Base.__name__}({str(self)!r})"
