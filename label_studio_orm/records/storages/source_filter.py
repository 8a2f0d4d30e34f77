"""The filter for the tasks of a storage, which no field of a task names.

The server knows the provider of a task and the name of its object (`storage_filename`). Storages
of one provider are told apart by the prefix of these names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ...data_manager.columns import STORAGE_LINKS
from ...errors import InvalidInput
from ...orm.record import Record
from ...orm.response_shape import shaped

if TYPE_CHECKING:
    from ..project import Project
    from ..task import Task
    from ..tasks import Tasks
    from .base import ImportStorage


def tasks_from(storage: ImportStorage) -> Tasks[Task]:
    """Return the query of the tasks that came from a storage."""
    if storage._meta.provider not in STORAGE_LINKS:
        raise InvalidInput(f"Tasks cannot be filtered by storages of {storage._provider!r}.")
    project: Project = shaped(storage.project, Record)
    own = prefix_of(storage)
    params = {"project": project.id}
    rows = storage.client.json("GET", storage._list_path, params=params)
    shaped(rows, [{"id": int, "status": str}])
    others = [row for row in rows if row["id"] != storage.id and row["status"] != "initialized"]
    for row in others:
        other = _prefix(row.get("path") or row.get("prefix"), storage._meta.provider)
        if own.startswith(other) or other.startswith(own):
            raise InvalidInput(
                f"Tasks of {storage!r} cannot be told apart from those of storage {row['id']} "
                f"({row['title']!r}): their names have the same prefix. "
                "Filter project.tasks by Task.storage_filename."
            )
    items = [_item(STORAGE_LINKS[storage._meta.provider], "empty", "Number", False)]
    if others:
        names = "^" + ";" * [*STORAGE_LINKS].index(storage._meta.provider) + re.escape(own)
        items.append(_item("storage_filename", "regex", "String", names))
    return project.tasks.filter({"conjunction": "and", "items": items})


def prefix_of(storage: ImportStorage) -> str:
    """Return the prefix of the names of all objects of a storage."""
    place = storage._raw("path" if storage._meta.provider in ("localfiles", "redis") else "prefix")
    return _prefix(place, storage._meta.provider)


def _prefix(place: Any, provider: str) -> str:
    if not place or provider == "redis":
        return str(place or "")
    return str(place).rstrip("/") + "/"


def _item(column: str, operator: str, type: str, value: Any) -> dict[str, Any]:
    filter = f"filter:tasks:{column}"
    return {"filter": filter, "operator": operator, "type": type, "value": value}
