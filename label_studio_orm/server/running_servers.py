"""Temporary servers that this process still runs, such as after a notebook cell is run again."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .databases import PostgreSQL
from .folder_lock import LOCK, LockHolder
from .permissions import is_own
from .versions import VERSION

log = logging.getLogger(__name__)

PREFIX = "label-studio-"  # of temporary folders


def log_running_servers(fingerprint: str, version: str, database: PostgreSQL | None) -> None:
    """Log how to return to the temporary servers of this process with the same fingerprint."""
    new = "another server of that database" if database else "a new, empty server"
    more = "" if version == VERSION else f", version={version!r}"
    for holder in lock_holders(Path(tempfile.gettempdir())):
        if holder.fingerprint == fingerprint and holder.is_ours:
            log.warning(
                "This is %s. The one at %s keeps running until this process ends: "
                "LocalServer(%r%s).start() returns to it. To get the same server each time, name a "
                "folder: LocalServer('some/folder').",
                new,
                holder.url,
                str(holder.folder),
                more,
            )


def lock_holders(folder: Path) -> Iterator[LockHolder]:
    """Yield the lock holders of the user's own temporary folders in a maybe shared folder."""
    for each in sorted(folder.glob(f"{PREFIX}*/{LOCK}")):
        holder = LockHolder.of(each.parent) if is_own(each.parent) else None
        if holder is not None:
            yield holder
