"""Temporary servers that this process runs already, lost when a notebook cell is run again."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .databases import PostgreSQL
from .folder_lock import LOCK, Holder
from .permissions import is_own
from .versions import VERSION

log = logging.getLogger(__name__)

PREFIX = "label-studio-"  # of temporary folders


def tell_of_others(settings: str, version: str, database: PostgreSQL | None) -> None:
    """Log how to get back the temporary servers of some settings that this process runs."""
    new = "another server of that database" if database else "a new, empty server"
    more = "" if version == VERSION else f", version={version!r}"
    for holder in holders_in(Path(tempfile.gettempdir())):
        if holder.settings == settings and holder.is_ours:
            log.warning(
                "This is %s. The one at %s keeps running until this process ends: "
                "LocalServer(%r%s).start() returns to it. To get the same server each time, name a "
                "folder: LocalServer('some/folder').",
                new,
                holder.url,
                str(holder.folder),
                more,
            )


def holders_in(folder: Path) -> Iterator[Holder]:
    """Yield the holders of the user's own temporary folders in a folder that may be everybody's."""
    for each in sorted(folder.glob(f"{PREFIX}*/{LOCK}")):
        holder = Holder.of(each.parent) if is_own(each.parent) else None
        if holder is not None:
            yield holder
