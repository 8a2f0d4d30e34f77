"""Environment variables of a server that serves the files of a folder."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import InvalidInput

FOLDER = "LABEL_STUDIO_ORM_FILES"  # a variable of inside/label_studio_orm_settings.py


def file_variables(files: str | Path) -> dict[str, str]:
    """Return the variables that make the server serve the files of a folder."""
    from ..records.storages.local import ROOT, SERVING

    if not isinstance(files, (str, os.PathLike)):
        raise InvalidInput(f"files= must be the path of a folder, not {files!r}.")
    folder = Path(os.path.normpath(Path(files).expanduser().absolute()))  # links are not resolved
    if not folder.is_dir():
        raise InvalidInput(f"files= must be an existing folder, not {folder}.")
    # The document root itself cannot be a storage; of its contents, only the folder is served.
    return {SERVING: "true", ROOT: str(folder.parent), FOLDER: str(folder)}
