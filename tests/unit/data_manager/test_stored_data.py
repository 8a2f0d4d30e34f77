"""Single tasks of servers before 1.23 have URLs of the server's own in their data."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Project, Task
from label_studio_orm.data_manager.stored_data import may_be_replaced
from label_studio_orm.errors import NotFound

STORED = {"image": "s3://photos/a b.png", "n": 1}
MADE = {"image": "/tasks/1/resolve/?fileuri=czM6Ly9waG90b3MvYSBiLnBuZw==", "n": 1}


def server(version: str, *, single: Any = MADE, stored: Any = STORED) -> FakeClient:
    client = FakeClient(Task, Project)
    client.is_of_version(version)
    client.answers["GET /api/tasks/1/"] = {"id": 1, "project": 1, "data": single}
    client.answers["GET /api/tasks/"] = {"tasks": [{"id": 1, "data": stored}], "total": 1}
    client.answers["PATCH /api/tasks/1/"] = lambda options: {
        "id": 1,
        "project": 1,
        **options["json"],
    }
    return client


@pytest.mark.parametrize("version", ["1.8.2", "1.20.0", "1.22.0"])
def test_saving_keeps_the_stored_urls(version: str) -> None:
    client = server(version)
    task = Task(1, client=client)
    assert task.data == STORED
    task.data["split"] = "train"
    task.save()
    assert client.calls[-1] == ("PATCH /api/tasks/1/", {"data": {**STORED, "split": "train"}})


def test_the_version_is_requested_once() -> None:
    client = server("1.20.0")
    for _ in range(3):
        Task(1, client=client).refresh()
    assert client.said.count("GET /api/version") == 1


def test_plain_data_costs_no_request() -> None:
    client = server("1.20.0", single={"text": "Good? Yes and no"})
    assert Task(1, client=client).data == {"text": "Good? Yes and no"}
    assert client.said == ["GET /api/tasks/1/"]


def test_from_1_23_on_the_response_is_used_as_it_is() -> None:
    client = server("1.23.0", single=STORED)
    assert Task(1, client=client).data == STORED
    assert client.said == ["GET /api/tasks/1/"]


def test_a_task_deleted_meanwhile_is_not_found() -> None:
    client = server("1.20.0")
    client.answers["GET /api/tasks/"] = {"tasks": [], "total": 0}
    with pytest.raises(NotFound, match="deleted while it was being read"):
        _ = Task(1, client=client).data


@pytest.mark.parametrize(
    "value",
    [
        "/tasks/1/resolve/?fileuri=czM6",
        "/tasks/1/presign/?fileuri=czM6",
        "<img src='/tasks/2/presign/?fileuri=czM6'>",
        "https://storage.googleapis.com/bucket/a.png?X-Goog-Algorithm=GOOG4",
        "data:image/png;base64,iVBORw0",
        "/projects/1/file-proxy/?url=aHR0cA==",
    ],
)
def test_urls_that_old_servers_put_into_data_are_recognized(value: str) -> None:
    assert may_be_replaced(value)
    assert may_be_replaced({"deep": [{"down": value}]})


@pytest.mark.parametrize(
    "value", ["s3://photos/a.png", "/data/local-files/?d=a/b.png", "Good?", "and/or", 1, None, []]
)
def test_other_values_need_no_extra_request(value: Any) -> None:
    assert not may_be_replaced({"key": value})
