"""Rows in memory, by kind and id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timezone
from types import MappingProxyType
from typing import Any

from .errors import not_found

Row = dict[str, Any]

# What each kind of row belongs to: it is deleted with it.
PARENTS: Mapping[str, str | None] = MappingProxyType(
    {
        "project": None,
        "task": "project",
        "view": "project",
        "export": "project",
        "upload": "project",
        "annotation": "task",
        "prediction": "task",
        "draft": "task",
    }
)


class Database:
    """All rows of a server."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[int, Row]] = {kind: {} for kind in PARENTS}
        self._children: dict[tuple[str, int], dict[int, Row]] = defaultdict(dict)
        self._last: dict[str, int] = dict.fromkeys(PARENTS, 0)

    def all(self, kind: str) -> list[Row]:
        return [*self._rows[kind].values()]

    def of(self, kind: str, parent: int) -> list[Row]:
        """Return the rows of a parent, in the order of their ids."""
        return [*self._children[kind, parent].values()]

    def newest(self, kind: str, parent: int) -> Row | None:
        return next(reversed(self._children[kind, parent].values()), None)

    def get(self, kind: str, id: int) -> Row:
        if id not in self._rows[kind]:
            raise not_found(kind.title())
        return self._rows[kind][id]

    def child(self, kind: str, id: int, parent: int) -> Row:
        """Return a row if it belongs to this parent."""
        row = self._children[kind, parent].get(id)
        if row is None:
            raise not_found(kind.title())
        return row

    def add(self, kind: str, row: Row) -> Row:
        """Add a row; an id is used once, even if its row is deleted."""
        self._last[kind] += 1
        id, moment = self._last[kind], now()
        made = {"id": id, "created_at": moment, "updated_at": moment, **row}
        self._rows[kind][id] = made
        if parent := PARENTS[kind]:
            self._children[kind, made[parent]][id] = made
        return made

    def change(self, row: Row, values: Mapping[str, Any]) -> Row:
        row.update(values, updated_at=now())
        return row

    def delete(self, kind: str, id: int) -> None:
        """Delete a row and all that belong to it."""
        row = self.get(kind, id)
        for child, parent in PARENTS.items():
            if parent == kind:
                for each in self.of(child, id):
                    self.delete(child, each["id"])
        del self._rows[kind][id]
        if parent := PARENTS[kind]:
            del self._children[kind, row[parent]][id]


def now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
