"""Records that are found by what identifies them, or created."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import LabelConfig, Project, Projects, Task, User, Users, choices
from label_studio_orm.errors import (
    InvalidInput,
    MultipleFound,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    UnknownName,
)
from label_studio_orm.orm.collection import Collection, Creatable
from label_studio_orm.orm.fields import Field
from label_studio_orm.orm.meta import Meta
from label_studio_orm.orm.record import Record

LISTED = "GET /api/projects/"
CREATED = "POST /api/projects/"
CONFIG = LabelConfig.create({"text": "Text", "sentiment": choices("Good", "Bad")})


class Client(FakeClient):
    """A server with projects, of which those named like in the request are found."""

    projects: Collection[Projects] = Collection("project", query=Projects)
    users: Collection[Users] = Collection("user", query=Users)

    def __init__(self, *rows: dict[str, Any]) -> None:
        super().__init__(Project, User)
        self.rows = list(rows)
        self.answers[LISTED] = lambda options: {
            "results": [row for row in self.rows if options["params"]["title"] in row["title"]],
            "count": len(self.rows),
            "next": None,
        }
        self.answers[CREATED] = self._create

    def _create(self, options: dict[str, Any]) -> dict[str, Any]:
        made = {"id": len(self.rows) + 1, **options["json"]}
        self.rows.append({**made, "title": made["title"].strip()})
        return made


class Reviews(Project):
    config = CONFIG
    defaults = {"maximum_annotations": 2}  # noqa: RUF012


@pytest.fixture
def rerun_client() -> Client:
    return Client()


@pytest.fixture(autouse=True)
def _no_warning() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_a_cell_that_is_rerun_creates_one_project(rerun_client: Client) -> None:
    for _ in range(3):
        made = rerun_client.projects.get_or_create(title=" Reviews ", description="Films")
        assert made.id == 1
    assert rerun_client.changed == [CREATED]


def test_a_part_of_the_title_is_another_project(rerun_client: Client) -> None:
    rerun_client.projects.create(title="Reviews of films")
    assert rerun_client.projects.get_or_create(title="Reviews").id == 2


def test_a_project_that_was_found_is_not_changed_and_a_warning_names_what_differs(
    rerun_client: Client,
) -> None:
    rerun_client.projects.create(title="Reviews", description="Films", sampling="Uniform sampling")
    expected = (
        r"<Project 1 'Reviews'> exists with other values of description, and was not changed\. "
        r"To change it: project\.description = …, then project\.save\(\)\."
    )
    with pytest.warns(UserWarning, match=expected) as warned:
        found = rerun_client.projects.get_or_create(
            title="Reviews", description="Books", sampling="Uniform sampling"
        )
    assert warned[0].filename == __file__
    assert (found.description, found.dirty) == ("Films", set())
    assert rerun_client.changed == [CREATED]


def test_a_class_gets_and_creates_its_own_projects(rerun_client: Client) -> None:
    made = Reviews.get_or_create(title="Reviews", client=rerun_client)
    assert (made.maximum_annotations, made.label_config) == (2, str(CONFIG))
    again = Reviews.get_or_create(title="Reviews", client=rerun_client)
    assert type(again) is Reviews
    assert again == made == Reviews.get(title="Reviews", client=rerun_client)
    assert rerun_client.changed == [CREATED]


def test_the_config_of_a_class_is_compared_without_the_space_between_tags(
    rerun_client: Client,
) -> None:
    rerun_client.projects.create(title="Reviews", label_config=str(CONFIG).replace("\n", ""))
    rerun_client.rows[0]["maximum_annotations"] = 2
    Reviews.get_or_create(title="Reviews", client=rerun_client)
    rerun_client.rows[0]["label_config"] = "<View></View>"
    with pytest.warns(UserWarning, match="other values of label_config"):
        Reviews.get_or_create(title="Reviews", client=rerun_client)


def test_of_several_none_is_chosen(rerun_client: Client) -> None:
    rerun_client.projects.create(title="Reviews")
    rerun_client.projects.create(title="Reviews")
    expected = r"More than one project has this title: <Project 1 'Reviews'>, <Project 2 'Reviews'>"
    with pytest.raises(MultipleFound, match=expected):
        rerun_client.projects.get_or_create(title="Reviews")
    with pytest.raises(MultipleFound):
        Project.get(title="Reviews", client=rerun_client)


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({}, InvalidInput, r"get_or_create\(\) needs title=\."),
        ({"title": " "}, InvalidInput, "title must have 3 to 50 characters"),
        ({"titel": "Reviews"}, UnknownName, "Did you mean 'title'"),
        ({"title": "Reviews", "sampling": "x"}, InvalidInput, "sampling must be one of"),
    ],
)
def test_bad_fields_are_refused_before_anything_is_sent(
    fields: dict[str, Any], error: type[Exception], words: str, rerun_client: Client
) -> None:
    with pytest.raises(error, match=words):
        rerun_client.projects.get_or_create(**fields)
    with pytest.raises(error, match=words):
        Reviews.get_or_create(client=rerun_client, **fields)
    assert rerun_client.said == []


def test_a_part_of_the_projects_has_no_get_or_create(rerun_client: Client) -> None:
    with pytest.raises(InvalidInput, match="must have no filter, order or limit"):
        rerun_client.projects.filter(is_published=True).get_or_create(title="Reviews")
    assert rerun_client.said == []


def test_a_project_whose_answer_was_lost_is_found(rerun_client: Client) -> None:
    def lost(options: dict[str, Any]) -> None:
        rerun_client._create(options)
        raise OutcomeUnknown("The connection was lost.")

    rerun_client.answers[CREATED] = lost
    assert rerun_client.projects.get_or_create(title="Reviews").id == 1


def test_a_refusal_is_raised(rerun_client: Client) -> None:
    rerun_client.answers[CREATED] = PermissionDenied("You may not.")
    with pytest.raises(PermissionDenied):
        rerun_client.projects.get_or_create(title="Reviews")


def test_a_record_class_is_looked_up_by_its_fields(rerun_client: Client) -> None:
    rerun_client.answers["GET /api/users/"] = [{"id": 3, "email": "ann@example.com"}]
    assert User.get(email="ann@example.com", client=rerun_client).id == 3
    with pytest.raises(NotFound, match=r"No user with email='bob@example\.com'"):
        User.get(email="bob@example.com", client=rerun_client)


def test_a_class_whose_records_belong_to_others_needs_an_id(rerun_client: Client) -> None:
    for match in ({"overlap": 1}, {}):
        with pytest.raises(InvalidInput, match=r"Task\.get\(\) needs an id.*project\.views\.get"):
            Task.get(client=rerun_client, **match)
    assert rerun_client.said == []


class Note(Record):
    _meta = Meta(kind="note", path="/api/notes/{id}/", required=("text",), identified_by=("text",))

    text = Field[str]()
    pinned = Field[bool]()


class Server(FakeClient):
    notes: Collection[Creatable[Note]] = Collection("note")


def test_a_collection_of_ones_own_has_it_too() -> None:
    server = Server(Note)
    server.answers["GET /api/notes/"] = [{"id": 1, "text": "a", "pinned": False}]
    server.answers["POST /api/notes/"] = lambda options: {"id": 2, **options["json"]}
    assert server.notes.get_or_create(text="a").id == 1
    assert server.notes.get_or_create(text="b", pinned=True).id == 2
    with pytest.warns(UserWarning, match="other values of pinned"):
        server.notes.get_or_create(text="a", pinned=True)


def test_a_class_must_declare_what_identifies_its_records() -> None:
    class Plain(Record):
        _meta = Meta(kind="plain", path="/api/plain/{id}/")

        text = Field[str]()

    class Other(FakeClient):
        plain: Collection[Creatable[Plain]] = Collection("plain")

    with pytest.raises(InvalidInput, match=r"Plain must declare.*identified_by"):
        Other(Plain).plain.get_or_create(text="a")
