"""Make a folder and a database ready for a server that is about to start."""

from __future__ import annotations

import shutil
from pathlib import Path

from ..secret import Sealed, Secret
from .contents import Contents
from .credentials import Credentials, keep_signing_key
from .databases import PostgreSQL
from .inspect_postgresql import PASSWORD
from .install import migrated_database
from .watchdog import ENDED


def furnished(folder: Path) -> Credentials:
    """Put into a folder what every server needs; return who may use it."""
    (folder / "tmp").mkdir(mode=0o700, exist_ok=True)
    (folder / ENDED).unlink(missing_ok=True)
    keep_signing_key(folder)
    return Credentials.of(folder)


def furnish_sqlite(path: Path, version: str) -> bool:
    """Put a database into a folder; tell whether the server migrates one that is there."""
    if path.exists():
        return Contents.of_sqlite(path).migrates(version)
    path.touch(mode=0o600)
    shutil.copyfile(migrated_database(version), path)
    return False


def furnish_postgresql(
    database: PostgreSQL, version: str, environ: Sealed
) -> tuple[bool, Secret | None]:
    """Tell whether the server migrates a database, and the API key of its user, if that is there.

    That user gets the password of the environment.
    """
    looking = Sealed({name: value for name, value in environ.items() if name != PASSWORD})
    found = Contents.of_postgresql(database, version, looking)
    migrates = found.migrates(version)
    if found.api_key:
        Contents.of_postgresql(database, version, environ)
    return migrates, found.api_key
