"""The database that a server will use: of the same, an older or a newer version."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from label_studio_orm.errors import LocalServerError
from label_studio_orm.server.contents import Contents, migrations_of
from label_studio_orm.server.installation import home

VERSION = "1.20.0"
OWN = {("tasks", "0001_squashed"), ("tasks", "0002_later")}
REPLACED = {("tasks", "0001_initial")}  # by the squashed migration
OTHERS = {("auth", "0001_initial")}


def write(path: Path, migrations: Iterable[tuple[str, str]]) -> Path:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE django_migrations (app, name)")
        database.executemany("INSERT INTO django_migrations VALUES (?, ?)", migrations)
        database.commit()
    return path


@pytest.fixture(autouse=True)
def _server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed server: only its migrations, and a migrated database."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    venv = home(VERSION) / "venv"
    package = venv / "lib" / "python3" / "site-packages" / "label_studio"
    for app, name in OWN:
        (package / app / "migrations").mkdir(parents=True, exist_ok=True)
        (package / app / "migrations" / f"{name}.py").touch()
    (venv / "bin").mkdir()
    (venv / "bin" / "python").touch()
    (home(VERSION) / "installed").touch()
    write(home(VERSION) / "migrated.sqlite3", OWN | REPLACED | OTHERS)


def contents(tmp_path: Path, migrations: Iterable[tuple[str, str]]) -> Contents:
    return Contents.of_sqlite(write(tmp_path / "label_studio.sqlite3", migrations))


def test_the_migrations_of_a_version_are_read_from_its_source() -> None:
    assert migrations_of(VERSION) == OWN


def test_a_database_of_the_same_version_is_accepted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = contents(tmp_path, OWN | REPLACED | OTHERS | {("auth", "0099_of_a_newer_django")})
    assert not found.migrates(VERSION)
    assert caplog.messages == []


def test_migrating_a_database_of_an_older_version_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = contents(tmp_path, {("tasks", "0001_squashed"), *OTHERS})
    assert found.migrates(VERSION)
    (said,) = caplog.messages
    assert said.startswith("Label Studio 1.20.0 migrates the database ")
    assert "label_studio.sqlite3 of an older version" in said


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    found = contents(tmp_path, OWN | {("tasks", "0003_newer")})
    with pytest.raises(LocalServerError, match=r"newer Label Studio than 1\.20\.0") as error:
        found.migrates(VERSION)
    assert "its migration 0003_newer. Use that newer version, or another folder" in str(error.value)


def test_a_file_that_is_not_a_database_is_left_to_the_server(tmp_path: Path) -> None:
    (tmp_path / "label_studio.sqlite3").write_text("This is no database. " * 100)
    found = Contents.of_sqlite(tmp_path / "label_studio.sqlite3")
    assert found.migrates(VERSION)
    assert found.migrations == frozenset()
