"""The settings of a project that only Enterprise has."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Project, Workspace
from label_studio_orm.errors import EditionError, FieldMissing, InvalidInput
from label_studio_orm.records.enterprise.project_settings import ProjectSettings

STORED = {
    "id": 1,
    "title": "Films",
    "label_config": "<View/>",
    "workspace": 7,
    "review_settings": {"id": 3, "project": 1, "review_criteria": "all"},
}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient()
    client.answers["GET /api/projects/1/"] = STORED
    client.answers["PATCH /api/projects/1/"] = lambda options: {**STORED, **options["json"]}
    return client


def test_a_key_that_is_changed_in_place_is_saved_without_the_keys_of_the_server(
    client: FakeClient,
) -> None:
    project = Project(1, client=client)
    project.review_settings["review_criteria"] = "one"
    project.save()
    assert client.calls[-1] == (
        "PATCH /api/projects/1/",
        {"review_settings": {"review_criteria": "one"}},
    )


def test_a_workspace_is_given_by_record_or_id(client: FakeClient) -> None:
    project = Project(1, client=client)
    assert project.workspace == Workspace(7, client=client)
    project.workspace = Workspace(8, client=client)
    project.save()
    assert client.calls[-1] == ("PATCH /api/projects/1/", {"workspace": 8})


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("review_settings", {"review_criterion": "one"}, r"\(did you mean 'review_criteria'\?\)\."),
        ("review_settings", {"review_criteria": "some"}, r"\['review_criteria'\] must be one of"),
        ("review_settings", ["one"], "must be an object"),
        ("assignment_settings", {"label_stream_task_distribution": "auto"}, "must be one of"),
        ("agreement_methodology", "mean", "must be one of 'consensus', 'pairwise'"),
        ("annotator_evaluation_metric", "agreement", "must be one of"),
        ("review_settings", {"show_instruction": "yes"}, r"\['show_instruction'\] must be True or"),
        ("dm_column_defaults", {"explore": {"order": "id"}}, r"\['explore'\]\['order'\] must be a"),
        ("agreement_threshold", 0.8, "must be a number as a text, like '0.80'"),
        ("annotation_limit_percent", "101", "at most 100"),
        ("collection_mode", "closed", "must be one of 'assigned', 'open'"),
    ],
)
def test_mistakes_are_refused_before_anything_is_sent(
    client: FakeClient, name: str, value: Any, problem: str
) -> None:
    project = Project(1, client=client)
    with pytest.raises(InvalidInput, match=problem):
        setattr(project, name, value)
    assert client.calls == []


def test_community_has_no_such_field(client: FakeClient) -> None:
    client.answers["GET /api/projects/1/"] = {"id": 1, "title": "Films"}
    with pytest.raises(FieldMissing, match="only Label Studio Enterprise has it"):
        _ = Project(1, client=client).workspace


def test_community_drops_it_and_the_error_says_what_was_saved(client: FakeClient) -> None:
    stored = {"id": 1, "title": "Films"}
    client.answers["GET /api/projects/1/"] = lambda options: dict(stored)

    def save(options: Any) -> Any:
        stored["title"] = options["json"]["title"]
        return dict(stored)

    client.answers["PATCH /api/projects/1/"] = save
    project = Project(1, client=client)
    project.title, project.strict_task_overlap = "Films of May", True
    with pytest.raises(EditionError, match=r"strict_task_overlap.*title was saved"):
        project.save()
    assert project.dirty == {"strict_task_overlap"}


def test_a_new_project_gets_by_a_second_request_what_the_first_does_not_take(
    client: FakeClient,
) -> None:
    client.answers["POST /api/projects/"] = STORED
    Project.create(title="Films", workspace=7, strict_task_overlap=True, client=client)
    sent = [call for call in client.calls if not call[0].startswith("GET")]
    assert sent == [
        ("POST /api/projects/", {"title": "Films", "workspace": 7}),
        ("PATCH /api/projects/1/", {"strict_task_overlap": True}),
    ]


def test_bad_settings_of_a_new_project_are_refused_before_it_is_created(
    client: FakeClient,
) -> None:
    with pytest.raises(InvalidInput, match="agreement_methodology must be one of"):
        Project.create(title="Films", agreement_methodology="mean", client=client)
    assert client.calls == []


def test_the_error_tells_that_a_project_was_created_without_its_settings(
    client: FakeClient,
) -> None:
    plain = {"id": 1, "title": "Films"}
    for request in ("POST /api/projects/", "GET /api/projects/1/", "PATCH /api/projects/1/"):
        client.answers[request] = plain
    with pytest.raises(EditionError, match=r"(?s)strict_task_overlap.*was created; set strict_t"):
        Project.create(title="Films", strict_task_overlap=True, client=client)
    with pytest.raises(EditionError, match=r"(?s)without workspace.*without strict_task_overlap"):
        Project.create(title="Films", workspace=7, strict_task_overlap=True, client=client)


def test_tables_have_such_fields_last() -> None:
    names = list(Project.fields)
    own = [name for name in names if name in vars(ProjectSettings)]
    assert names[-len(own) :] == own
