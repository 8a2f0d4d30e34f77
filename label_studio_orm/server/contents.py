"""The contents of a database, and the check that a version of the server can use it."""

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
from .installation import migrated_database, package, program

log = logging.getLogger(__name__)

Migration = tuple[str, str]  # the Django app, and the name
INSPECT_TIMEOUT = 60.0  # seconds
LABEL_STUDIO_TABLE = "htx_user"  # a table that only Label Studio has


@frozen
class Contents:
    """The contents of a database."""

    name: str
    migrations: frozenset[Migration] = frozenset()
    api_key: Secret | None = None  # of the server's user, if it exists already

    @classmethod
    def of_sqlite(cls, path: Path) -> Contents:
        """Inspect the database of a folder; the server itself reports a damaged one."""
        return cls(str(path), _recorded(path))

    @classmethod
    def of_postgresql(cls, database: PostgreSQL, version: str, environ: Sealed) -> Contents:
        """Inspect a PostgreSQL database with the server's own driver."""
        report = _inspect(database, version, environ)
        if report["tables"] and LABEL_STUDIO_TABLE not in report["tables"]:
            raise LocalServerError(
                f"The database {database} must be empty or Label Studio's, but has the tables "
                f"{listed(sorted(report['tables']), most=3)}. Give the server its own database."
            )
        if not report["tables"] and not report["may_create"]:
            grant = f'GRANT CREATE ON SCHEMA public TO "{database.user}";'
            raise _unusable(database, f"its user must be allowed to create tables: {grant}")
        migrations = frozenset((app, name) for app, name in report["migrations"])
        return cls(str(database), migrations, report["key"])

    def migrates(self, version: str) -> bool:
        """Tell whether a server migrates it at its start; log that for a database in use.

        Raises `LocalServerError` if a newer version has used it.
        """
        self._check(version)
        older = not migrations_of(version) <= self.migrations
        if older and self.migrations:
            log.warning(
                "Label Studio %s migrates the database %s of an older version, which cannot use "
                "it any more.",
                version,
                self.name,
            )
        return older

    def _check(self, version: str) -> None:
        apps = {app for app, _ in migrations_of(version)}
        known = _recorded(migrated_database(version))  # including replaced ones
        newer = sorted(name for app, name in self.migrations - known if app in apps)
        if newer:
            raise LocalServerError(
                f"The database {self.name} was made or migrated by a newer Label Studio than "
                f"{version}, which does not know its migration {newer[-1]}. Use that newer "
                "version, or another folder or database."
            )


def migrations_of(version: str) -> frozenset[Migration]:
    """Return the migrations of a version."""
    files: Iterable[Path] = package(version).glob("*/migrations/[0-9]*.py")
    return frozenset((file.parent.parent.name, file.stem) for file in files)


def _recorded(path: Path) -> frozenset[Migration]:
    """Return the migrations recorded in an SQLite database; none for any other file."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as connection:
            rows = connection.execute("SELECT app, name FROM django_migrations").fetchall()
    except sqlite3.Error:
        rows = []
    return frozenset(rows)


def _inspect(database: PostgreSQL, version: str, environ: Sealed) -> dict[str, Any]:
    """Run the inspection script; raise `LocalServerError` with the error of the database."""
    command = [str(program(version, "python")), "-I", str(Path(inspect_postgresql.__file__))]
    report = _run_script(command, environ)
    if "error" in report:
        raise _unusable(database, _reason(database, report["error"]))
    return report


def _run_script(command: list[str], environ: Sealed) -> dict[str, Any]:
    """Return the output of the script, with the key as a secret, or {"error": …}."""
    try:
        done = subprocess.run(
            command,
            env={**environ},
            capture_output=True,
            text=True,
            timeout=INSPECT_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"error": f"it did not answer within {INSPECT_TIMEOUT:g} s."}
    if done.returncode:
        return {"error": without_guarded(done.stderr.strip().rpartition("\n")[2])}
    report = json.loads(done.stdout)
    if "error" in report:
        return {"error": without_guarded(report["error"])}
    return {**report, "key": Secret(report["key"]) if report["key"] else None}


def _unusable(database: PostgreSQL, why: str) -> LocalServerError:
    return LocalServerError(f"The database {database} cannot be used: {why}")


def _reason(database: PostgreSQL, error: str) -> str:
    """Return the last error of the driver, with a remedy."""
    if f'database "{database.name}" does not exist' in error:
        return f'it does not exist. Create it first: CREATE DATABASE "{database.name}";'
    return " ".join(error.rpartition("FATAL:")[2].split())
