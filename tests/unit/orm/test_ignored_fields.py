"""Label Studio answers 200 for fields that it ignores: saving them raises an error nevertheless."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import numpy as np
import pytest
from support.fake import FakeClient

from label_studio_orm import Field, Project
from label_studio_orm.errors import EditionError, Unsupported
from label_studio_orm.orm.ignored_fields import was_ignored
from label_studio_orm.orm.tracked import MISSING

STORED = {"id": 1, "title": "Reviews", "description": "old", "color": "#fff", "is_draft": False}


class Stubborn(FakeClient):
    """A server that ignores some fields: it keeps their values, or does not have them."""

    def __init__(self, *ignored: str) -> None:
        super().__init__(Project)
        self.stored: dict[str, Any] = dict(STORED)
        self.ignored = ignored
        self.answers["GET /api/projects/1/"] = lambda options: dict(self.stored)
        self.answers["PATCH /api/projects/1/"] = self.take
        self.answers["POST /api/projects/"] = self.take

    def take(self, options: Any) -> dict[str, Any]:
        sent = options["json"].items()
        self.stored.update({name: value for name, value in sent if name not in self.ignored})
        return dict(self.stored)


def read(client: FakeClient) -> Project:
    project = Project(1, client=client)
    assert project.title == "Reviews"
    return project


def test_an_ignored_field_is_named_in_the_error_and_stays_unsaved() -> None:
    client = Stubborn("description")
    project = read(client)
    project.title, project.description = "Films", "new"
    with pytest.raises(Unsupported) as caught:
        project.save()
    assert str(caught.value) == (
        "Label Studio 1.23.2 ignored description of <Project 1 'Films' unsaved: description>. "
        "title was saved."
    )
    assert (project.dirty, project.title, client.stored["title"]) == (
        {"description"},
        "Films",
        "Films",
    )


def test_a_field_missing_from_the_response_was_ignored() -> None:
    client = Stubborn("sampling")
    project = Project(1, client=client)
    project.sampling = "Uniform sampling"
    with pytest.raises(Unsupported, match="ignored sampling"):
        project.save()
    assert (project.dirty, project.sampling) == ({"sampling"}, "Uniform sampling")


def test_an_ignored_change_can_be_saved_again_or_discarded() -> None:
    client = Stubborn("description")
    project = read(client)
    project.description = "new"
    for _ in range(2):
        with pytest.raises(Unsupported):
            project.save()
    project.refresh(discard_changes=True)
    assert (project.dirty, project.description) == (set(), "old")


def test_create_raises_for_an_ignored_field() -> None:
    with pytest.raises(Unsupported, match=r"created <Project 1 'Films'> without is_draft\."):
        Project.create(client=Stubborn("is_draft"), title="Films", is_draft=True)


def test_a_stale_response_to_a_write_is_read_again() -> None:
    client = Stubborn()
    client.answers["PATCH /api/projects/1/"] = lambda options: client.take(options) and STORED
    project = read(client)
    project.description = "new"
    project.save()  # no error: the project was read again
    assert client.said[-1] == "GET /api/projects/1/"


def test_an_accepted_field_costs_no_further_request() -> None:
    client = Stubborn()
    project = Project(1, client=client)
    project.description = "new"
    project.save()
    assert client.said == ["PATCH /api/projects/1/"]


@pytest.mark.parametrize(
    ("sent", "came"),
    [
        (" a ", "a"),
        (" ", ""),
        (1, 1.0),
        (-0.0, 0),
        (None, ""),
        ((1, 2), [1, 2]),
        ("<b onclick='x'>a</b>", "<b>a</b>"),
        ("a & b > c", "a &amp; b &gt; c"),
        ("a\r\nb", "a\nb"),
        ("yes", True),
        ("0", False),
        (7, {"id": 7, "email": "a@example.com"}),
        ("2026-01-31T12:00:00+00:00", "2026-01-31T12:00:00Z"),
        ("2026-01-31T14:00:00+02:00", "2026-01-31T12:00:00.000000Z"),
        (np.float64(0.5), 0.5),
        (np.datetime64("1816-01-01"), "1816-01-01T00:00:00Z"),
        (datetime(2026, 1, 31, tzinfo=timezone.utc).isoformat(), "2026-01-31T00:00:00Z"),
        ({"a": [1, {"b": " x"}]}, {"a": [1.0, {"b": "x"}]}),
        ("nan", "nan"),
    ],
    ids=str,
)
def test_reformatted_values_count_as_saved(sent: Any, came: Any) -> None:
    assert not was_ignored(sent, came, was=came)


@pytest.mark.parametrize(
    ("sent", "came", "was"),
    [
        ("b", "a", "a"),
        (2, 1, 1),
        (True, False, MISSING),
        ("a", None, MISSING),
        ("a", MISSING, MISSING),
        ({"a": 1}, {"a": 2}, {"a": 2}),
    ],
    ids=str,
)
def test_unchanged_values_count_as_ignored(sent: Any, came: Any, was: Any) -> None:
    assert was_ignored(sent, came, was)


@pytest.mark.parametrize(("sent", "came", "was"), [("Ä", "ä", "b"), (500, 100, 50)], ids=str)
def test_adjusted_values_count_as_saved(sent: Any, came: Any, was: Any) -> None:
    assert not was_ignored(sent, came, was)


class Edition(Project):
    """A project with a field that only Enterprise has."""

    workspace = Field[int | None](edition="Enterprise")


@pytest.mark.parametrize("value", [3, None])
def test_an_ignored_field_of_another_edition_is_an_edition_error(value: int | None) -> None:
    client = Stubborn("workspace")
    project = Edition(1, client=client)
    project.workspace = value
    with pytest.raises(EditionError, match="only Label Studio Enterprise has workspace"):
        project.save()
