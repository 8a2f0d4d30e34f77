"""Fields of projects: what the server fails on, or loses a project by, is refused."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Project
from label_studio_orm.errors import InvalidInput


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("organization", None),
        ("color", None),
        ("color", "#" * 17),
        ("control_weights", None),
        ("control_weights", -1),
        ("control_weights", [1]),
    ],
)
def test_a_bad_value_is_refused_before_anything_is_sent(name: str, value: Any) -> None:
    client = FakeClient(Project)
    with pytest.raises(InvalidInput, match=f"{name} must"):
        setattr(Project(1, client=client), name, value)
    with pytest.raises(InvalidInput, match=f"{name} must"):
        Project.create(title="Reviews", client=client, **{name: value})
    assert client.calls == []


def test_a_table_of_projects_shows_no_password() -> None:
    row = {"id": 1, "title": "Reviews", "task_data_password": "hush-hush"}
    project = Project._from_answer(FakeClient(Project), row)
    assert project._row()["task_data_password"] == "***"
    assert project.task_data_password == "hush-hush"
