"""What errors of `label_studio_orm.compat` tell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from label_studio_orm.compat import Client
from label_studio_orm.compat.project import LabelStudioException
from label_studio_orm.testing import FakeServer


@pytest.fixture
def old_client() -> Iterator[Client]:
    with FakeServer() as server:
        yield Client(server.url, server.api_key)


def test_an_error_of_a_request_tells_what_the_server_said(old_client: Client) -> None:
    with pytest.raises(requests.HTTPError, match="404 Client Error") as caught:
        old_client.make_request("GET", "/api/projects/99/")
    assert caught.value.response.json()["detail"] in str(caught.value)
    assert isinstance(caught.value, LabelStudioException)


def test_a_file_that_is_not_there_is_named_as_it_was_given(old_client: Client) -> None:
    project = old_client.start_project(title="Reviews")
    with pytest.raises(LabelStudioException, match=r"https://example\.com/tasks\.json"):
        project.import_tasks("https://example.com/tasks.json")


def test_a_project_shows_its_id(old_client: Client) -> None:
    project = old_client.start_project(title="Reviews")
    assert repr(project) == f"<Project {project.id} {old_client.url}>"
    assert repr(old_client) == f"<Client {old_client.url}>"
