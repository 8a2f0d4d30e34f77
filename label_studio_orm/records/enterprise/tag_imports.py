"""Imports of member tags from a file."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

from attrs import field, frozen

from ...errors import InvalidInput
from .values import moment

COLUMNS = ("email", "tags")


@frozen
class MemberTagImport:
    """The state of an import of member tags.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    id: int
    status: str  # "created", "in_progress", "completed" or "failed"
    tags_created: int | None
    assignments_created: int | None
    users_skipped: Any  # as the server sends them
    created_at: datetime | None = field(converter=moment)
    finished_at: datetime | None = field(converter=moment)


def csv_file(path: Path) -> tuple[str, bytes, str]:
    """Return a file to send; raise `InvalidInput` if it has not the columns that it needs."""
    try:
        content = path.read_bytes()
        first = content.decode("utf-8-sig").splitlines()[:1]
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} must be a CSV file in UTF-8: {error}.") from None
    header = {name.strip() for row in csv.reader(first) for name in row}
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise InvalidInput(f"{path} needs the column {missing[0]!r}; it has {sorted(header)}.")
    return path.name, content, "text/csv"
