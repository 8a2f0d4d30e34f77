"""Preparation of a folder and a database before a server starts."""

from __future__ import annotations

import shutil
from pathlib import Path

from ..secret import Sealed, Secret
from .contents import Contents
from .credentials import Credentials, ensure_signing_key
from .databases import PostgreSQL
from .inspect_postgresql import PASSWORD
from .installation import migrated_database
from .watchdog import SERVER_ENDED


def prepare_folder(folder: Path) -> Credentials:
    """Prepare a folder for any server; return the credentials in it."""
    (folder / "tmp").mkdir(mode=0o700, exist_ok=True)
    (folder / SERVER_ENDED).unlink(missing_ok=True)
    ensure_signing_key(folder)
    return Credentials.of(folder)


def prepare_sqlite(path: Path, version: str) -> bool:
    """Create the database of a folder; tell whether the server migrates an existing one."""
    if path.exists():
        return Contents.of_sqlite(path).migrates(version)
    path.touch(mode=0o600)
    shutil.copyfile(migrated_database(version), path)
    return False


def prepare_postgresql(
    database: PostgreSQL, version: str, environ: Sealed
) -> tuple[bool, Secret | None]:
    """Return whether the server migrates a database, and the API key of its existing user.

    That user gets the password of the environment.
    """
    read_only = Sealed({name: value for name, value in environ.items() if name != PASSWORD})
    contents = Contents.of_postgresql(database, version, read_only)
    migrates = contents.migrates(version)
    if contents.api_key:
        Contents.of_postgresql(database, version, environ)
    return migrates, contents.api_key
