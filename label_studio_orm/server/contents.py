"""The contents of a database, and whether a version of the server can use it."""

from __future__ import annotations

import json
import logging
import sqlite3
import subprocess
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from attrs import frozen

from ..errors import LocalServerError
from ..redaction import without_guarded
from ..secret import Sealed, Secret
from ..text import listed
from . import inspect_postgresql
from .databases import PostgreSQL
from .install import migrated_database, package, program

log = logging.getLogger(__name__)

Migration = tuple[str, str]  # the Django app, and the name
PATIENCE = 60.0  # seconds to look into a database
OWN = "htx_user"  # a table of Label Studio, and of nobody else


@frozen
class Contents:
    """What was found in a database."""

    where: str  # for people
    migrations: frozenset[Migration] = frozenset()
    api_key: Secret | None = None  # of the server's user, if that is there already

    @classmethod
    def of_sqlite(cls, path: Path) -> Contents:
        """Look into the database of a folder; the server says what is wrong with a damaged one."""
        return cls(str(path), _recorded(path))

    @classmethod
    def of_postgresql(cls, database: PostgreSQL, version: str, environ: Sealed) -> Contents:
        """Look into a PostgreSQL database, with the driver that the server has."""
        found = _looked(database, version, environ)
        if found["tables"] and OWN not in found["tables"]:
            raise LocalServerError(
                f"The database {database} is not empty and not Label Studio's: it has the tables "
                f"{listed(sorted(found['tables']), most=3)}. Give the server a database of its own."
            )
        if not found["tables"] and not found["may_create"]:
            grant = f'GRANT CREATE ON SCHEMA public TO "{database.user}";'
            raise _unusable(database, f"its user may make no tables there: {grant}")
        migrations = frozenset((app, name) for app, name in found["migrations"])
        return cls(str(database), migrations, found["key"])

    def migrates(self, version: str) -> bool:
        """Tell whether a server migrates it at its start, and log that of one that is in use.

        Raises `LocalServerError` if a newer version has used it.
        """
        self._check(version)
        older = not migrations_of(version) <= self.migrations
        if older and self.migrations:
            log.warning(
                "Label Studio %s migrates the database %s, which an older version has made: "
                "that one cannot use it any more.",
                version,
                self.where,
            )
        return older

    def _check(self, version: str) -> None:
        apps = {app for app, _ in migrations_of(version)}
        known = _recorded(migrated_database(version))  # with those that others have replaced
        newer = sorted(name for app, name in self.migrations - known if app in apps)
        if newer:
            raise LocalServerError(
                f"The database {self.where} was made or migrated by a newer Label Studio than "
                f"{version}, which does not know its migration {newer[-1]}. Use that newer "
                "version, or another folder or database."
            )


def migrations_of(version: str) -> frozenset[Migration]:
    """Return the migrations that a version has of its own."""
    files: Iterable[Path] = package(version).glob("*/migrations/[0-9]*.py")
    return frozenset((file.parent.parent.name, file.stem) for file in files)


def _recorded(path: Path) -> frozenset[Migration]:
    """Return the migrations that an SQLite database has had; none of what is no database."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as connection:
            found = connection.execute("SELECT app, name FROM django_migrations").fetchall()
    except sqlite3.Error:
        found = []
    return frozenset(found)


def _looked(database: PostgreSQL, version: str, environ: Sealed) -> dict[str, Any]:
    """Run the script that looks; raise `LocalServerError` with what the database said."""
    command = [str(program(version, "python")), "-I", str(Path(inspect_postgresql.__file__))]
    found = _printed(command, environ)
    if "error" in found:
        raise _unusable(database, _reason(database, found["error"]))
    return found


def _printed(command: list[str], environ: Sealed) -> dict[str, Any]:
    """Return what the script prints, with the key as a secret, or the reason why it prints none."""
    try:
        done = subprocess.run(
            command, env={**environ}, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return {"error": f"it did not answer within {PATIENCE:g} s."}
    if done.returncode:
        return {"error": without_guarded(done.stderr.strip().rpartition("\n")[2])}
    found = json.loads(done.stdout)
    if "error" in found:
        return {"error": without_guarded(found["error"])}
    return {**found, "key": Secret(found["key"]) if found["key"] else None}


def _unusable(database: PostgreSQL, why: str) -> LocalServerError:
    return LocalServerError(f"The database {database} cannot be used: {why}")


def _reason(database: PostgreSQL, said: str) -> str:
    """Return the last thing that the driver said, and what to do about it."""
    if f'database "{database.name}" does not exist' in said:
        return f'it does not exist. Make it first: CREATE DATABASE "{database.name}";'
    return " ".join(said.rpartition("FATAL:")[2].split())
