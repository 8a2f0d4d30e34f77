"""Fields that an older server does not have: None, or an error that names the first version."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Annotation, Prediction, Project, Task, User
from label_studio_orm.errors import FieldMissing, LabelStudioError, Unsupported
from label_studio_orm.server_version import edition_in

PROJECT = {"id": 1, "title": "Reviews", "label_config": "<View/>", "color": "#fff"}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient(Project, Task, Annotation, Prediction, User)
    client.is_of_version("1.18.0")
    client.answers["GET /api/projects/1/"] = PROJECT
    client.answers["PATCH /api/projects/1/"] = lambda options: {
        **PROJECT,
        **{name: value for name, value in options["json"].items() if name in PROJECT},
    }
    return client


@pytest.fixture
def project(client: FakeClient) -> Project:
    return Project(1, client=client)


# -- reading --------------------------------------------------------------------------------------


def test_the_error_names_the_first_version_that_has_a_field(project: Project) -> None:
    with pytest.raises(FieldMissing) as caught:
        _ = project.annotator_evaluation_enabled
    assert str(caught.value) == (
        "Project 1 has no annotator_evaluation_enabled on Label Studio 1.18.0; "
        "1.23 and later have it."
    )


def test_the_error_names_the_edition_that_has_a_field(client: FakeClient) -> None:
    client.answers["GET /api/tasks/3/"] = {"id": 3, "project": 1, "data": {}}
    with pytest.raises(FieldMissing, match="only Label Studio Enterprise has it"):
        _ = Task(3, client=client).agreement


def test_optional_fields_are_none_on_older_servers(client: FakeClient) -> None:
    client.is_of_version("1.10.1")
    client.answers["GET /api/predictions/3/"] = {"id": 3, "task": 1, "result": []}
    prediction = Prediction(3, client=client)
    assert (prediction.model, prediction.model_run) == (None, None)
    assert client.said == ["GET /api/predictions/3/"]


def test_an_unknown_version_does_not_hide_the_missing_field(
    project: Project, client: FakeClient
) -> None:
    client.answers["GET /api/version"] = LabelStudioError("no")
    client._facts.clear()
    with pytest.raises(FieldMissing, match=r"(Project 1|annotator_evaluation_enabled)"):
        _ = project.annotator_evaluation_enabled


@pytest.mark.parametrize("server", ["1.23.2", "1.23.0", "2.0"])
def test_a_newer_server_without_a_field_is_not_called_too_old(
    server: str, project: Project, client: FakeClient
) -> None:
    client.is_of_version(server)
    with pytest.raises(FieldMissing, match="sends no 'annotator_evaluation_enabled'"):
        _ = project.annotator_evaluation_enabled


def test_a_prediction_without_a_project_has_that_of_its_task(
    client: FakeClient,
) -> None:
    client.answers["GET /api/predictions/3/"] = {"id": 3, "task": 2, "result": []}
    client.answers["GET /api/tasks/2/"] = {"id": 2, "project": 1, "data": {}}
    assert Prediction(3, client=client).project == Project(1, client=client)


@pytest.mark.parametrize(
    ("answer", "edition"),
    [
        ({"release": "1.23.2", "edition": "Community"}, "Community"),
        ({"release": "2.20", "edition": "Enterprise"}, "Enterprise"),
        ({"release": "1.10.1dev", "label-studio-os-package": {}}, "Community"),
        ({"release": "2.4.0", "label-studio-enterprise-package": {}}, "Enterprise"),
    ],
    ids=["community", "enterprise", "old community", "old enterprise"],
)
def test_the_edition_of_an_older_server_follows_from_its_packages(
    answer: dict[str, Any], edition: str
) -> None:
    assert edition_in(answer) == edition


# -- writing --------------------------------------------------------------------------------------


def test_setting_a_field_of_a_newer_version_is_refused_before_sending(
    project: Project, client: FakeClient
) -> None:
    project.annotator_evaluation_enabled = True
    with pytest.raises(Unsupported, match=r"1\.18\.0; 1\.23 and later have it"):
        project.save()
    assert client.changed == []
    assert project.dirty == {"annotator_evaluation_enabled"}


def test_creating_a_record_with_a_field_of_a_newer_version_is_refused(client: FakeClient) -> None:
    with pytest.raises(Unsupported, match="Nothing was sent"):
        Project.create(client=client, title="Reviews", annotator_evaluation_enabled=True)
    assert client.changed == []


def test_a_received_field_is_saved_without_a_version_check(
    client: FakeClient,
) -> None:
    client.is_of_version("1.23.2")
    params = {**PROJECT, "annotator_evaluation_enabled": False}
    client.answers["GET /api/projects/1/"] = params
    client.answers["PATCH /api/projects/1/"] = {**params, "annotator_evaluation_enabled": True}
    project = Project(1, client=client)
    assert project.annotator_evaluation_enabled is False
    project.annotator_evaluation_enabled = True
    project.save()
    assert "GET /api/version" not in client.said
