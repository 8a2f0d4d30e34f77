"""The variables with which a server serves the files of a folder."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import InvalidInput


def served(files: str | Path) -> dict[str, str]:
    """Return the variables with which the server gives out the files of a folder."""
    from ..records.storages.local import ROOT, SERVING

    if not isinstance(files, (str, os.PathLike)):
        raise InvalidInput(f"files= is one folder, not {files!r}.")
    folder = Path(os.path.normpath(Path(files).expanduser().absolute()))  # no link is followed
    if not folder.is_dir():
        raise InvalidInput(f"files= is a folder that is there; {folder} is not.")
    return {SERVING: "true", ROOT: str(folder.parent)}  # the root itself cannot be a storage
