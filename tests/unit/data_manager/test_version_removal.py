"""A deleted model version is counted no more, even by a server that has stopped to count."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Project, ServerError
from label_studio_orm.data_manager.version_removal import delete_version

DELETE = "DELETE /api/projects/1/model-versions"
RECOUNT = "POST /api/projects/1/import/predictions"
TASK = {"id": 7, "predictions": []}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient(Project)
    client.answers["GET /api/tasks/"] = {"tasks": [{"id": 7}], "total": 1}
    client.answers[DELETE] = {"deleted_predictions": 1}
    client.answers[RECOUNT] = {"created": 0}
    return client


@pytest.mark.parametrize(("count", "changes"), [(0, [DELETE]), (1, [DELETE, RECOUNT])])
def test_the_server_counts_anew_where_a_task_counts_what_was_deleted(
    count: int, changes: list[str], client: FakeClient
) -> None:
    client.answers["GET /api/tasks/7/"] = {**TASK, "total_predictions": count}
    assert delete_version(client, 1, "m1") == 1
    assert client.changed == changes


def test_a_deletion_succeeds_if_counting_fails(
    client: FakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(options: Any) -> Any:
        raise ServerError("It broke.", status=500)

    client.answers["GET /api/tasks/7/"] = {**TASK, "total_predictions": 1}
    client.answers[RECOUNT] = fails
    with caplog.at_level(logging.WARNING):
        assert delete_version(client, 1, "m1") == 1
    assert "may count deleted predictions: It broke." in caplog.text


@pytest.mark.parametrize("missing", ["GET /api/tasks/", "GET /api/tasks/7/"])
def test_a_deletion_succeeds_if_no_task_can_be_read(missing: str, client: FakeClient) -> None:
    client.answers["GET /api/tasks/7/"] = {**TASK, "total_predictions": 0}
    del client.answers[missing]
    assert delete_version(client, 1, "m1") == 1
    assert client.changed == [DELETE]
