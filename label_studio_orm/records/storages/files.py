"""The files that a sync of an import storage would take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import NoneType
from typing import Any

from attrs import frozen

from ...errors import InvalidInput
from ...features import STORAGE_FILES, require
from ...orm.context import Context
from ...orm.fields import DATETIME
from ...orm.response_shape import Shape, shaped

FILES: Shape = {"files": [{"key": (str, NoneType)}]}
TIMED_OUT = "... storage scan timeout reached ..."  # the key of the last row, after 30 seconds
TIMEOUT = 180.0  # seconds: the server connects, and then lists for up to 30


@frozen
class StorageFile:
    """An object of a storage, as its provider describes it."""

    key: str  # the path of a file, the name of an object
    size: int | None = None  # bytes
    last_modified: datetime | None = None


class StorageFiles(tuple[StorageFile, ...]):
    """The objects that a sync of a storage would look at, in the order of the provider.

    `complete` is False if there are more: `limit=` was reached, or the server had no more time
    (`timed_out`, after 30 seconds).
    """

    complete: bool = True
    timed_out: bool = False

    def __repr__(self) -> str:
        more = "" if self.complete else ", and more"
        return f"<{type(self).__name__}: {len(self)} files{more}>"


def checked_limit(limit: int) -> int:
    """Raise `InvalidInput` unless a limit is a number of files."""
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise InvalidInput(f"limit must be a number of files above 0, not {limit!r}.")
    return limit


def listed(client: Context, path: str, settings: Mapping[str, Any], limit: int) -> StorageFiles:
    """Have the server list the objects that it finds with the settings of a storage."""
    require(client, STORAGE_FILES)
    # One more shows whether there are more: the server marks a full list even if there are not.
    body = {**settings, "limit": limit + 1}
    rows = shaped(client.json("POST", path, json=body, timeout=TIMEOUT), FILES)["files"]
    found = [_file(row) for row in rows if row["key"] not in (None, TIMED_OUT)]
    files = StorageFiles(found[:limit])
    files.timed_out = bool(rows) and rows[-1]["key"] == TIMED_OUT
    files.complete = not files.timed_out and len(found) <= limit
    return files


def _file(row: Mapping[str, Any]) -> StorageFile:
    size, moment = row.get("size"), DATETIME.load(row.get("last_modified"))
    return StorageFile(
        str(row["key"]),
        size if isinstance(size, int) else None,
        moment if isinstance(moment, datetime) else None,
    )
