"""Label Studio answers 200 for fields that it ignores: saving them is an error all the same."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import numpy as np
import pytest
from support.fake import FakeClient

from label_studio_orm import Project
from label_studio_orm.errors import Unsupported
from label_studio_orm.orm.ignored_fields import was_ignored
from label_studio_orm.orm.tracked import MISSING

STORED = {"id": 1, "title": "Reviews", "description": "old", "color": "#fff", "is_draft": False}


class Stubborn(FakeClient):
    """A server that does not take some fields: it keeps what it has, or does not know them."""

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


def test_a_field_that_keeps_its_old_value_is_named_and_stays_unsaved() -> None:
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


def test_a_field_that_is_not_in_the_answer_was_ignored() -> None:
    client = Stubborn("sampling")
    project = Project(1, client=client)
    project.sampling = "Uniform sampling"
    with pytest.raises(Unsupported, match="ignored sampling"):
        project.save()
    assert (project.dirty, project.sampling) == ({"sampling"}, "Uniform sampling")


def test_what_was_ignored_can_be_saved_again_or_given_up() -> None:
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


def test_an_answer_that_is_older_than_the_write_is_not_believed() -> None:
    client = Stubborn()
    client.answers["PATCH /api/projects/1/"] = lambda options: client.take(options) and STORED
    project = read(client)
    project.description = "new"
    project.save()  # no error: it was read again
    assert client.said[-1] == "GET /api/projects/1/"


def test_a_field_that_was_taken_costs_no_further_request() -> None:
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
def test_values_that_the_server_only_reformats_were_saved(sent: Any, came: Any) -> None:
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
def test_values_that_did_not_change_were_ignored(sent: Any, came: Any, was: Any) -> None:
    assert was_ignored(sent, came, was)


@pytest.mark.parametrize(("sent", "came", "was"), [("Ä", "ä", "b"), (500, 100, 50)], ids=str)
def test_values_that_the_server_adjusts_were_saved(sent: Any, came: Any, was: Any) -> None:
    assert not was_ignored(sent, came, was)
