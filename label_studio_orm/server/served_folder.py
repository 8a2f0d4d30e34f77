"""The variables with which a server serves the files of a folder."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import InvalidInput

FOLDER = "LABEL_STUDIO_ORM_FILES"  # a variable of inside/label_studio_orm_settings.py


def served(files: str | Path) -> dict[str, str]:
    """Return the variables with which the server gives out the files of a folder."""
    from ..records.storages.local import ROOT, SERVING

    if not isinstance(files, (str, os.PathLike)):
        raise InvalidInput(f"files= is one folder, not {files!r}.")
    folder = Path(os.path.normpath(Path(files).expanduser().absolute()))  # no link is followed
    if not folder.is_dir():
        raise InvalidInput(f"files= is a folder that is there; {folder} is not.")
    # The root itself cannot be a storage; of what is in there, only the folder is given out.
    return {SERVING: "true", ROOT: str(folder.parent), FOLDER: str(folder)}
