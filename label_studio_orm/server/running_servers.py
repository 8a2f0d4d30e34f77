"""Temporary servers that this process still runs, such as after a notebook cell is run again."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from ..display import running_shell
from ..stack import stack_level
from .databases import PostgreSQL
from .folder_lock import LOCK, LockHolder
from .permissions import is_own
from .versions import VERSION

log = logging.getLogger(__name__)

PREFIX = "label-studio-"  # of temporary folders


def tell_of_running_servers(fingerprint: str, version: str, database: PostgreSQL | None) -> None:
    """Say how to return to the temporary servers of this process with the same fingerprint."""
    new = "another server of that database" if database else "a new, empty server"
    more = "" if version == VERSION else f", version={version!r}"
    for holder in lock_holders(Path(tempfile.gettempdir())):
        if holder.fingerprint == fingerprint and holder.is_ours:
            _tell(
                f"This is {new}. The one at {holder.url} keeps running until this process ends: "
                f"LocalServer({str(holder.folder)!r}{more}).start() returns to it. To get the same "
                "server each time, name a folder: LocalServer('some/folder')."
            )


def _tell(message: str) -> None:
    """Warn in a notebook, where a cell may have been rerun; a program may well want two servers."""
    if running_shell() is None:
        log.warning("%s", message)
    else:
        warnings.warn(message, stacklevel=stack_level())


def lock_holders(folder: Path) -> Iterator[LockHolder]:
    """Yield the lock holders of the user's own temporary folders in a maybe shared folder."""
    for each in sorted(folder.glob(f"{PREFIX}*/{LOCK}")):
        holder = LockHolder.of(each.parent) if is_own(each.parent) else None
        if holder is not None:
            yield holder
