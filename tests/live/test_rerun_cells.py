"""A cell that is run twice on a real server creates nothing twice, and warns of nothing."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from support.newcomer import temporary_users
from support.texts import SENTIMENT

from label_studio_orm import LabelStudio, Project, Task
from label_studio_orm.server import LocalServer

DERIVED = {"model_version"}  # the server refuses one without predictions


@pytest.fixture(autouse=True)
def _temporary_users(local_server: LocalServer) -> Iterator[None]:
    with temporary_users(local_server.client()):
        yield


@pytest.fixture(autouse=True)
def _no_warning() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def cell(ls: LabelStudio, fields: dict[str, Any]) -> list[Any]:
    """Create records as a notebook does, with many fields."""
    project = ls.projects.get_or_create(**fields)
    project.import_tasks([{"text": "So good", "n": 1}], key="text")
    few = (Task.total_annotations == 0) & (Task.data["text"].contains("good"))
    return [
        project,
        project.views.get_or_create("Few", few, order_by="-id", columns=["id", "text"]),
        ls.users.get_or_create(email="Cell@example.com", first_name="Ann", phone="1"),
    ]


def test_a_cell_that_is_run_twice_creates_nothing_twice(ls: LabelStudio) -> None:
    usual = ls.projects.create(title="Usual", label_config=SENTIMENT)
    known = {name for name in Project.writable() if not Project.fields[name].edition}
    fields = {name: getattr(usual, name) for name in known - DERIVED}
    fields |= {"title": " Cell ", "expert_instruction": "<b>Read</b>", "color": "#ff8800"}
    made = cell(ls, fields)
    assert cell(ls, fields) == made
    assert [project.title for project in ls.projects].count("Cell") == 1
    assert made[0].tasks.count() == 1
    assert Project.get(title="Cell", client=ls) == made[0]
