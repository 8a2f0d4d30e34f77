"""The summary, the annotators and the next task of a project, and the check of a config."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeClient
from support.texts import SENTIMENT

from label_studio_orm import LabelConfig, Project, ProjectSummary, Task, User
from label_studio_orm.errors import ConnectionFailed, InvalidInput, NotFound, Rejected

GOOD = SENTIMENT.replace("Positive", "Good")
SUMMARY = {
    "project": 7,
    "all_data_columns": {"text": 2},
    "common_data_columns": ["text"],
    "created_annotations": {"mood|text|choices": 1, "mood|title|choices": 2, "a|b|text|labels": 3},
    "created_labels": {"mood": {"Good": 3}},
}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient(Project, Task, User)
    client.answers["GET /api/projects/7/"] = {"id": 7, "label_config": SENTIMENT}
    client.answers["GET /api/projects/7/summary/"] = SUMMARY
    return client


@pytest.fixture
def project(client: FakeClient) -> Project:
    return Project(7, client=client)


# -- summary ---------------------------------------------------------------------------------------


def test_a_summary_is_read_once_when_a_value_is_asked_for(
    project: Project, client: FakeClient
) -> None:
    summary = project.summary
    assert repr(summary) == "<ProjectSummary of project 7>"
    assert client.said == []
    assert summary.labels == {"mood": {"Good": 3}}
    assert summary.controls == {"mood": 3, "a|b": 3}
    assert (summary.data_columns, summary.common_data_columns) == ({"text": 2}, ["text"])
    assert client.said == ["GET /api/projects/7/summary/"]


def test_an_older_server_counts_no_labels_of_drafts(project: Project) -> None:
    assert project.summary.draft_labels == {}


def test_what_is_changed_in_a_summary_is_a_copy(project: Project) -> None:
    summary = project.summary
    summary.labels["mood"]["Good"] = 0
    summary.data_columns.clear()
    assert (summary.labels["mood"], summary.data_columns) == ({"Good": 3}, {"text": 2})


@pytest.mark.parametrize("answer", [[], {**SUMMARY, "created_labels": None}, "<html>"])
def test_a_summary_of_another_shape_is_an_error(
    answer: Any, project: Project, client: FakeClient
) -> None:
    client.answers["GET /api/projects/7/summary/"] = answer
    with pytest.raises(ConnectionFailed):
        project.summary.labels  # noqa: B018


def test_a_recount_is_one_request_and_its_summary_is_read_later(
    project: Project, client: FakeClient
) -> None:
    client.answers["POST /api/projects/7/summary/reset/"] = None
    assert isinstance(project.recount(), ProjectSummary)
    assert client.said == ["POST /api/projects/7/summary/reset/"]


# -- annotators, next task -------------------------------------------------------------------------


def test_annotators_are_users(project: Project, client: FakeClient) -> None:
    client.answers["GET /api/projects/7/annotators/"] = [{"id": 2, "email": "ann@example.com"}]
    assert repr(project.annotators)
    assert client.said == []
    assert [user.email for user in project.annotators] == ["ann@example.com"]


def test_accounts_are_not_deleted_through_a_project(project: Project, client: FakeClient) -> None:
    with pytest.raises(InvalidInput, match=r"cannot be deleted from here, but in ls\.users"):
        project.annotators.delete()
    with pytest.raises(InvalidInput, match=r"cannot be changed from here, but in ls\.users"):
        project.annotators.filter(id=2).update(first_name="Ann")
    assert client.said == []


def test_the_next_task_belongs_to_the_project(project: Project, client: FakeClient) -> None:
    client.answers["GET /api/projects/7/next/"] = {"id": 3, "data": {"text": "resolved"}}
    task = project.next_task()
    assert task == Task(3, client=client)  # type: ignore[arg-type]
    assert client.said == ["GET /api/projects/7/next/"]


def test_without_a_next_task_there_is_none(project: Project) -> None:
    assert project.next_task() is None


def test_without_the_project_there_is_an_error(client: FakeClient) -> None:
    with pytest.raises(NotFound):
        Project(8, client=client).next_task()


# -- checking a config -----------------------------------------------------------------------------

VALIDATE = "POST /api/projects/7/validate/"


@pytest.mark.parametrize("config", [3, None, "", "  ", {"text": "Text"}])
def test_a_config_must_be_a_config(config: Any, project: Project, client: FakeClient) -> None:
    with pytest.raises(InvalidInput, match="config must be a LabelConfig or its XML, not "):
        project.check_config(config)
    assert client.said == []


def test_annotations_are_read_only_if_the_config_loses_something(
    project: Project, client: FakeClient
) -> None:
    client.answers[VALIDATE] = {"config_essential_data_has_changed": None}
    more = SENTIMENT.replace("</Choices>", '<Choice value="So-so"/></Choices>')
    check = project.check_config(LabelConfig.parse(more))
    assert more != SENTIMENT
    assert check
    assert not check.changes_essentials
    assert client.said == [VALIDATE, "GET /api/projects/7/"]
    assert client.calls[0][1] == {"label_config": more}


def test_the_reasons_of_the_server_come_first(project: Project, client: FakeClient) -> None:
    client.answers[VALIDATE] = Rejected("…", detail="Labels exist", validation_errors=None)
    check = project.check_config(SENTIMENT)
    assert (check.accepted, check.changes_essentials) == (False, True)
    assert str(check) == "the server: Labels exist"


def test_xml_that_cannot_be_parsed_has_the_servers_reason(
    project: Project, client: FakeClient
) -> None:
    errors = {"label_config": ["no element found"], "non_field_errors": "broken"}
    client.answers[VALIDATE] = Rejected("…", detail="Validation error", validation_errors=errors)
    check = project.check_config("<View>")
    assert [problem.message for problem in check.problems] == ["no element found", "broken"]
    assert check.diff is None
    assert client.said == [VALIDATE]


# -- fields ----------------------------------------------------------------------------------------


def test_an_unknown_sampling_is_refused_with_the_known_ones(
    project: Project, client: FakeClient
) -> None:
    with pytest.raises(InvalidInput, match="must be one of 'Sequential sampling', 'Uniform"):
        project.sampling = "random"
    with pytest.raises(InvalidInput, match=r"\(did you mean 'Uniform sampling'\?\)\.\n"):
        project.sampling = "uniform sampling"
    with pytest.raises(InvalidInput, match=r"\(did you mean 'IGNORE_SKIPPED'\?\)\.\n"):
        Project.create(title="Reviews", skip_queue="IGNORE_SKIP", client=client)  # type: ignore[arg-type]
    assert client.said == []


def test_no_model_version_is_sent_as_an_empty_text(project: Project, client: FakeClient) -> None:
    client.answers["PATCH /api/projects/7/"] = {"id": 7, "model_version": ""}
    project.model_version = None
    project.save()
    assert client.calls[-1] == ("PATCH /api/projects/7/", {"model_version": ""})
