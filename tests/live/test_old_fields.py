"""Fields on a server that lacks some of them, and values that PostgreSQL stores differently."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.cleaning import delete
from support.texts import SENTIMENT

from label_studio_orm import LabelStudio, Project, Task
from label_studio_orm.errors import FieldMissing, Unsupported
from label_studio_orm.server import LocalServer

ODD = {
    "uid": "a",
    "zero": -0.0,
    "big": 1e22,
    "bigger": 1.2345678901234568e25,
    "text": "x",
    "deep": {"b": [-0.0], "a": 1},
}


@pytest.fixture
def old_project(old_server: LocalServer) -> Iterator[Project]:
    """A project of an older server."""
    project = old_server.client().projects.create(title="Old", label_config=SENTIMENT)
    yield project
    delete(project)


@pytest.fixture(params=["old_server", "postgres_server"])
def ls(request: pytest.FixtureRequest) -> LabelStudio:
    """A client of an older server, and of one with another database."""
    server: LocalServer = request.getfixturevalue(request.param)
    return server.client()


def test_a_field_of_a_later_version_is_refused_before_saving(
    old_project: Project,
) -> None:
    old_project.description, old_project.annotator_evaluation_enabled = "new", True
    with pytest.raises(Unsupported, match=r"Label Studio 1\.20\.0; 1\.23 and later have it"):
        old_project.save()
    assert old_project.refresh(discard_changes=True).description in (None, "")
    with pytest.raises(FieldMissing, match=r"on Label Studio 1\.20\.0; 1\.23 and later have it"):
        _ = old_project.annotator_evaluation_enabled


def test_a_project_with_a_field_of_a_later_version_is_not_created(old_server: LocalServer) -> None:
    ls = old_server.client()
    with pytest.raises(Unsupported, match="Nothing was sent"):
        ls.projects.create(title="Never made", annotator_evaluation_enabled=True)
    assert ls.projects.filter(title="Never made").count() == 0


def test_tables_have_the_columns_that_the_server_has(
    old_project: Project, old_server: LocalServer
) -> None:
    old_project.tasks.create({"text": "a"}).annotate({"sentiment": "Positive"})
    assert "bulk_created" in old_project.annotations.to_pandas()
    assert "custom_hotkeys" not in old_server.client().users.to_pandas()


def test_the_numbers_and_key_order_of_postgresql_are_not_changes(project: Project) -> None:
    task = project.tasks.create(ODD)
    mine = Task(task.id, client=project.client)
    for value in (-0.0, 5, -0.0, 7):  # each time after an answer, and what the database made of it
        mine.data["zero"] = mine.data["deep"]["b"][0] = value
        mine.save()
        assert mine.dirty == set()
    mine.data = ODD
    mine.save()
    assert mine.dirty == set()


def test_existing_equal_rows_are_not_updated(project: Project) -> None:
    project.import_tasks([ODD], key="uid")
    again = project.import_tasks([ODD], key="uid", on_duplicate="update")
    assert (again.updated, again.skipped) == (0, 1)


def test_data_columns_follow_the_config(project: Project) -> None:
    project.import_tasks([ODD])
    assert list(project.tasks.only("data").to_pandas().columns)[:2] == ["id", "text"]
