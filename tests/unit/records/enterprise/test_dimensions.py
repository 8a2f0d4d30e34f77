"""The dimensions of a project."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Project
from label_studio_orm.errors import InvalidInput, UnknownName

PATH = "/api/projects/2/dimensions/"
ROWS = [
    {"id": 2, "name": "length", "is_active": False, "project": 2},
    {"id": 1, "name": "sentiment", "is_active": True, "project": 2},
]


@pytest.fixture
def asked_params() -> list[Any]:
    return []


@pytest.fixture
def project(asked_params: list[Any]) -> Project:
    client = FakeClient()

    def answer(options: dict[str, Any]) -> list[dict[str, Any]]:
        asked_params.append(options["params"])
        return ROWS

    client.answers[f"GET {PATH}"] = answer
    return Project.get(2, client=client)


def test_dimensions_are_a_table(project: Project) -> None:
    rows = project.dimensions.to_dicts()
    assert [(row["id"], row["name"]) for row in rows] == [(1, "sentiment"), (2, "length")]


def test_conditions_are_sent_and_checked(project: Project, asked_params: list[Any]) -> None:
    found = project.dimensions.of_methodology("consensus").filter(is_active=True)
    assert [each.name for each in found] == ["sentiment"]
    assert asked_params == [{"agreement_methodology": "consensus", "is_active": True}]


def test_a_dimension_is_only_read(project: Project, asked_params: list[Any]) -> None:
    dimension = project.dimensions.get(1)
    with pytest.raises(UnknownName, match="read-only"):
        dimension.name = "mood"  # type: ignore[misc]
    with pytest.raises(InvalidInput, match="belongs to the config"):
        dimension.delete()
    with pytest.raises(InvalidInput, match="methodology must be a text"):
        project.dimensions.of_methodology("")
    assert asked_params == []
