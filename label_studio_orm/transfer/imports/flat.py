"""Flat rows from `to_dicts()`, which have task data beside task fields."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

# No data has all of these by chance.
OF_A_RECORD = frozenset(
    {"id", "project", "inner_id", "created_at", "updated_at", "is_labeled", "overlap"}
    | {"total_annotations", "cancelled_annotations", "total_predictions"}
)
# Of a CSV, TSV or JSON_MIN export, where the answers stand beside the data.
OF_AN_EXPORT = frozenset({"id", "annotation_id", "annotator", "lead_time", "updated_at"})
PREFIX = "data."  # of a key that a field has, too


def task_of(row: Mapping[str, Any], fields: Collection[str]) -> dict[str, Any] | None:
    """Rebuild a task from a flat row; return None for any other row.

    >>> row = dict.fromkeys(OF_A_RECORD, 1) | {"text": "a", "data.id": 7}
    >>> task_of(row, OF_A_RECORD)["data"]
    {'text': 'a', 'id': 7}
    """
    if not row.keys() >= OF_A_RECORD:
        return None
    own = {_key(name, fields): value for name, value in row.items() if name not in fields}
    return {**{name: value for name, value in row.items() if name in fields}, "data": own}


def _key(name: str, fields: Collection[str]) -> str:
    bare = name
    while bare.startswith(PREFIX):
        bare = bare.removeprefix(PREFIX)
    return bare if bare in fields else name
