"""Projects and clients that have not sent anything yet."""

from __future__ import annotations

import copy
import pickle

import pytest

from label_studio_orm.compat import Client, Project
from label_studio_orm.compat.exceptions import LabelStudioAttributeError

URL = "http://localhost:8080"


@pytest.fixture
def read_project() -> Project:
    """A project whose parameters were read."""
    project = Project(URL + "/", "key", extra_headers={"X-Team": "vision"})
    project.params = {"id": 7, "title": "Reviews", "label_config": ""}
    return project


def test_a_client_is_made_without_a_request() -> None:
    client = Client(URL + "/", "key", extra_headers={"X-Team": "vision"})
    assert client.get_url("/api/version") == f"{URL}/api/version"
    assert client.headers == {"Authorization": "Token key", "X-Team": "vision"}


def test_parameters_that_were_read_are_attributes(read_project: Project) -> None:
    assert (read_project.title, read_project.parsed_label_config) == ("Reviews", {})


def test_a_project_that_was_not_created_has_no_parameters() -> None:
    with pytest.raises(LabelStudioAttributeError, match=r"no 'title' before start_project\(\)"):
        _ = Project(URL, "key").title
    assert not hasattr(Project(URL, "key"), "title")


def test_copies_and_pickles_keep_the_parameters(read_project: Project) -> None:
    for made in (copy.deepcopy(read_project), pickle.loads(pickle.dumps(read_project))):
        assert (made.url, made.title) == (URL, "Reviews")


def test_options_of_requests_are_checked() -> None:
    with pytest.raises(TypeError, match="not jsn"):
        Client(URL, "key").make_request("POST", "/api/projects", jsn={})
