"""Live tests: a real Label Studio that the suite starts itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.cleaning import delete
from support.editor import Editor, missing, running_editor
from support.texts import SENTIMENT

from label_studio_orm import LabelStudio, Project
from label_studio_orm.server import LocalServer


@pytest.fixture(scope="session")
def server() -> Iterator[LocalServer]:
    with LocalServer() as server:
        yield server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests of the real editor where there is no browser: one line a file says so."""
    if lacking := missing():
        for item in items:
            if "editor" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.skip(reason=f"the real editor: {lacking}"))


@pytest.fixture(scope="session")
def editor(server: LocalServer) -> Iterator[Editor]:
    with running_editor(server) as editor:
        yield editor


@pytest.fixture
def ls(server: LocalServer) -> LabelStudio:
    return server.client()


@pytest.fixture
def project(ls: LabelStudio) -> Iterator[Project]:
    project = ls.projects.create(title="Reviews", label_config=SENTIMENT)
    yield project
    delete(project)
