"""Filters and orders match Python's results on an older version and on PostgreSQL.

`make reach` runs the same cases and many more steps on all servers of docs/explanation/servers.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from support.cleaning import delete
from support.filter_cases import CASES, by_ids, check, rows
from support.texts import SENTIMENT

from label_studio_orm import Project
from label_studio_orm.server import LocalServer

COUNT = 520  # tasks: more than a page


@pytest.fixture(scope="module", params=["old_server", "postgres_server"])
def project(request: pytest.FixtureRequest) -> Iterator[Project]:
    server: LocalServer = request.getfixturevalue(request.param)
    project = server.client().projects.create(title="Filters", label_config=SENTIMENT)
    yield project
    delete(project)


@pytest.fixture(scope="module")
def ids(project: Project) -> Sequence[int]:
    return list(project.import_tasks(rows(COUNT)))


@pytest.mark.parametrize("name", CASES)
def test_a_filter_finds_what_python_finds(name: str, project: Project, ids: Sequence[int]) -> None:
    check(CASES[name], project, ids)


def test_tasks_of_many_ids(project: Project, ids: Sequence[int]) -> None:
    check(by_ids(ids), project, ids)
