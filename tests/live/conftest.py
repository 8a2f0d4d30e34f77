"""Live tests: a real Label Studio that the suite starts.

It runs on SQLite, or on PostgreSQL if the environment has DATABASE=postgresql.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from support import postgres as postgresql
from support.cleaning import delete
from support.editor import Editor, missing, running_editor
from support.receiver import ENVIRON
from support.texts import SENTIMENT

from label_studio_orm import LabelStudio, Project
from label_studio_orm.server import LocalServer
from label_studio_orm.server.installation import COMMAND, is_installed

OLD = "1.20.0"  # it lacks child filters, the newest lists and much more; people run it still


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest) -> Iterator[postgresql.NewDatabase]:
    """Return the value of `LocalServer(database=…)` for this run of the suite."""
    kind = os.environ.get("DATABASE") or "sqlite"
    if kind not in ("sqlite", "postgresql"):
        pytest.fail(f"DATABASE is sqlite or postgresql, not {kind}.")
    if kind == "sqlite":
        yield lambda: None
        return
    if lacking := postgresql.missing():
        pytest.fail(f"DATABASE=postgresql: {lacking}")
    postgres: postgresql.Postgres = request.getfixturevalue("postgres")
    names = (f"suite {number}" for number in itertools.count(1))
    with ExitStack() as stack:
        yield lambda: stack.enter_context(postgres.database(next(names)))


@pytest.fixture(scope="session")
def local_server(new_database: postgresql.NewDatabase) -> Iterator[LocalServer]:
    with LocalServer(database=new_database()) as server:
        yield server


@pytest.fixture(scope="session")
def calling_server(new_database: postgresql.NewDatabase) -> Iterator[LocalServer]:
    """A server that calls receivers on loopback: webhooks and ML backends."""
    with LocalServer(database=new_database(), environ=ENVIRON) as server:
        yield server


@pytest.fixture(scope="session")
def old_server() -> Iterator[LocalServer]:
    """A server of an older version."""
    if not is_installed(OLD):
        pytest.skip(f"Label Studio {OLD} is not installed ({COMMAND} {OLD})")
    with LocalServer(version=OLD) as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgresql.Postgres]:
    if lacking := postgresql.missing():
        pytest.skip(f"PostgreSQL: {lacking}")
    with postgresql.running_postgres() as postgres:
        yield postgres


@pytest.fixture(scope="session")
def postgres_server(postgres: postgresql.Postgres) -> Iterator[LocalServer]:
    """A server that stores its data in PostgreSQL."""
    with postgres.database("live") as url, LocalServer(database=url) as server:
        yield server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests of the real editor without a browser, with one line per file."""
    if lacking := missing():
        for item in items:
            if "editor" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.skip(reason=f"the real editor: {lacking}"))


@pytest.fixture(scope="session")
def editor(local_server: LocalServer) -> Iterator[Editor]:
    with running_editor(local_server) as editor:
        yield editor


@pytest.fixture
def ls(local_server: LocalServer) -> LabelStudio:
    return local_server.client()


@pytest.fixture
def project(ls: LabelStudio) -> Iterator[Project]:
    project = ls.projects.create(title="Reviews", label_config=SENTIMENT)
    yield project
    delete(project)
