"""The parts of records that `transfer` uses besides fields and verbs."""

from __future__ import annotations

import pytest
from support.fake import FakeClient

import label_studio_orm
from label_studio_orm import Project, Task, transfer
from label_studio_orm.transfer.ports import column, kind_of, path_of, record_in, unchanged, wires


def test_a_record_and_its_class_have_a_kind_and_a_path() -> None:
    task = Task(7, client=FakeClient())
    assert kind_of(task) == kind_of(Task) == "task"
    assert path_of(task) == "/api/tasks/7/"


def test_another_object_of_a_record_has_no_unsaved_changes() -> None:
    class Reviews(Project):
        pass

    project = Reviews(1, client=FakeClient())
    project.title = "Reviews"
    other = unchanged(project)
    assert type(other) is Reviews
    assert other == project
    assert not other.dirty


def test_a_query_gives_the_columns_and_records_of_its_class() -> None:
    project = Project(1, client=FakeClient())
    assert repr(column(project.tasks, "id") > 3) == repr(Task.id > 3)
    assert {"id", "data", "meta"} <= wires(project.tasks)
    made = record_in(project.exports, {"id": 5, "status": "completed"})
    assert path_of(made) == "/api/projects/1/exports/5"


@pytest.mark.parametrize("name", transfer.__all__)
def test_every_verb_of_transfer_can_be_imported(name: str) -> None:
    assert getattr(transfer, name).__module__.startswith(("label_studio_orm.transfer", "typing"))


def test_an_unknown_verb_is_an_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'imports_'"):
        transfer.imports_  # noqa: B018
    assert label_studio_orm.ImportResult is transfer.ImportResult
