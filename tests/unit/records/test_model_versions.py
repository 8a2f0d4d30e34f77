"""Model versions: counts by version, read late; one is deleted in one request."""

from __future__ import annotations

import pytest
from support.fake import FakeClient

from label_studio_orm import ConnectionFailed, EditionError, InvalidInput, NotFound, Project

PATH = "/api/projects/1/model-versions"
COUNTS = {"m2": 80, "m1": 120, "": 3}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient(Project)
    client.answers[f"GET {PATH}"] = COUNTS
    client.answers[f"DELETE {PATH}"] = {"deleted_predictions": 120}
    return client


@pytest.fixture
def project(client: FakeClient) -> Project:
    return Project(1, client=client)


def test_versions_are_a_mapping_that_is_read_once(project: Project, client: FakeClient) -> None:
    versions = project.model_versions
    assert repr(versions) == "<ModelVersions of project 1>"
    assert client.said == []
    assert versions["m1"] == 120
    assert list(versions) == ["m2", "m1", ""]
    assert versions == COUNTS
    assert versions.get("m3") is None
    assert repr(versions) == repr(COUNTS)
    assert client.said == [f"GET {PATH}"]


def test_the_traceback_of_a_mistyped_version_ends_at_the_call(project: Project) -> None:
    with pytest.raises(KeyError, match="m3") as caught:
        project.model_versions["m3"]
    assert "_render_traceback_" in vars(caught.value)
    assert caught.value.__suppress_context__


def test_a_version_is_deleted_in_one_request(project: Project, client: FakeClient) -> None:
    assert project.model_versions.delete("m1") == 120
    assert client.calls[-1] == (f"DELETE {PATH}", {"model_version": "m1"})
    assert client.changed == [f"DELETE {PATH}"]


def test_what_is_known_of_the_project_expires_with_its_version(
    project: Project, client: FakeClient
) -> None:
    client.answers["GET /api/projects/1/"] = {"id": 1, "model_version": "m1"}
    assert project.model_version == "m1"
    client.answers["GET /api/projects/1/"] = {"id": 1, "model_version": None}
    project.model_versions.delete("m1")
    assert project.model_version is None


def test_an_unknown_version_is_not_found(project: Project, client: FakeClient) -> None:
    client.answers[f"DELETE {PATH}"] = {"deleted_predictions": 0}
    with pytest.raises(NotFound, match=r"'m11'\. Did you mean 'm1'\?"):
        project.model_versions.delete("m11")
    with pytest.raises(NotFound, match=r"'yolo'\. There are 'm2', 'm1', ''"):
        project.model_versions.delete("yolo")


def test_a_known_version_without_predictions_is_deleted(
    project: Project, client: FakeClient
) -> None:
    answers = iter([{"m1": 0}, {}])  # the server counts the version of the project, too
    client.answers[f"GET {PATH}"] = lambda options: next(answers)
    client.answers[f"DELETE {PATH}"] = {"deleted_predictions": 0}
    versions = project.model_versions
    assert dict(versions) == {"m1": 0}
    assert versions.delete("m1") == 0
    assert dict(versions) == {}


def test_predictions_without_a_version_are_deleted_one_by_one(
    project: Project, client: FakeClient
) -> None:
    found = [{"id": 7, "model_version": ""}, {"id": 8, "model_version": "m1"}]
    client.answers["GET /api/projects/1/"] = {"id": 1, "total_predictions_number": 2}
    client.answers["GET /api/predictions/"] = found
    client.answers["DELETE /api/predictions/7/"] = None
    assert project.model_versions.delete("") == 1
    assert client.changed == ["DELETE /api/predictions/7/"]


def test_older_servers_delete_the_predictions_one_by_one(
    project: Project, client: FakeClient
) -> None:
    client.answers[f"DELETE {PATH}"] = EditionError("no DELETE", status=405)
    client.answers["GET /api/projects/1/"] = {"id": 1, "total_predictions_number": 1}
    client.answers["GET /api/predictions/"] = [{"id": 8, "model_version": "m1"}]
    client.answers["DELETE /api/predictions/8/"] = None
    assert project.model_versions.delete("m1") == 1


def test_a_version_must_be_a_text(project: Project, client: FakeClient) -> None:
    with pytest.raises(InvalidInput, match="model version must be a text such as 'm1', not None"):
        project.model_versions.delete(None)  # type: ignore[arg-type]
    assert client.said == []


def test_other_answers_are_errors(project: Project, client: FakeClient) -> None:
    client.answers[f"GET {PATH}"] = {"m1": "many"}
    with pytest.raises(ConnectionFailed, match="never sends"):
        len(project.model_versions)
