"""Saved views are found by their titles, which are not fields of the server."""

from __future__ import annotations

import pytest
from support.fake import FakeClient

from label_studio_orm import NotFound, Project, View

ROWS = [
    {"id": 5, "project": 1, "data": {"title": "Done"}},
    {"id": 3, "project": 1, "data": {"title": "Open"}},
    {"id": 4, "project": 1, "data": {}},
]


@pytest.fixture
def project() -> Project:
    client = FakeClient(View)
    client.answers["GET /api/dm/views/"] = ROWS
    return Project(1, client=client)


def test_a_view_is_found_by_its_title(project: Project) -> None:
    assert project.views.get(title="Open").id == 3
    with pytest.raises(NotFound, match="No view with title='Other'"):
        project.views.get(title="Other")


def test_views_are_filtered_and_ordered_by_their_titles(project: Project) -> None:
    assert project.views.filter(title="Done").ids() == [5]
    assert project.views.order_by("-title").ids() == [3, 5, 4]


def test_views_are_listed_in_the_order_of_the_tabs(project: Project) -> None:
    assert project.views.ids() == [5, 3, 4]
