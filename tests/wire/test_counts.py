"""Counts of requests over the wire."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from support.stub import Stub
from support.texts import LEGACY_KEY

from label_studio_orm import LabelStudio, Project, Task

PARAMS = {"id": 1, "title": "Reviews", "description": None, "control_weights": {"a": 1}}


@pytest.fixture
def project(ls: LabelStudio, stub: Stub) -> Project:
    stub.on("GET", "/api/projects/1/", PARAMS)
    return ls.projects.get(1)


@pytest.mark.parametrize(
    "silent",
    [
        repr,
        hash,
        dir,
        copy.copy,
        copy.deepcopy,
        lambda project: pickle.loads(pickle.dumps(project)),
        lambda project: project == Project(1, client=project.client),
        lambda project: hasattr(project, "titel"),
        lambda project: (project.id, project.url, project.dirty),
        lambda project: (project.tasks, repr(project.tasks), project.exports),
        lambda project: (project.client.projects, project.client.users),
    ],
)
def test_looking_at_a_project_makes_no_request(
    silent: Any, project: Project, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", LEGACY_KEY)
    silent(project)
    assert stub.said == []


def test_reading_a_title_twice_makes_one_request(project: Project, stub: Stub) -> None:
    assert project.title == project.title == "Reviews"
    assert stub.said == ["GET /api/projects/1/"]


def test_saving_one_change_sends_one_patch_with_that_one_key(project: Project, stub: Stub) -> None:
    stub.on("PATCH", "/api/projects/1/", {**PARAMS, "title": "Film reviews"})
    project.title = "Film reviews"
    project.save()
    assert stub.said == ["PATCH /api/projects/1/"]
    assert stub.requests[0].json == {"title": "Film reviews"}


def test_saving_task_data_first_reads_the_current_data(ls: LabelStudio, stub: Stub) -> None:
    task = {"id": 1, "data": {"text": "a"}, "overlap": 1}
    stub.on("GET", "/api/tasks/1/", task)
    patched = {**task, "data": {"text": "a", "split": "train"}}
    stub.on("PATCH", "/api/tasks/1/", patched)
    mine = Task(1, client=ls)
    mine.data["split"] = "train"
    mine.save()
    assert stub.said == ["GET /api/tasks/1/", "GET /api/tasks/1/", "PATCH /api/tasks/1/"]
    assert stub.requests[1].query["include"] == "id,data"  # and neither annotations nor predictions
    stub.on("PATCH", "/api/tasks/1/", {**patched, "overlap": 2})
    mine.overlap = 2
    mine.save()
    assert len(stub.said) == 4  # no look for other fields


def test_saving_without_a_change_sends_nothing(project: Project, stub: Stub) -> None:
    project.save()
    assert stub.said == []
    _ = project.title, project.control_weights
    project.save()
    assert stub.said == ["GET /api/projects/1/"]


def test_a_server_under_a_path_is_found_there(stub: Stub) -> None:
    stub.on("GET", "/labels/api/projects/1/", PARAMS)
    ls = LabelStudio(f"{stub.url}/labels/", api_key=LEGACY_KEY)
    assert ls.projects.get(1).title == "Reviews"


def test_headers_of_the_client_go_with_every_request(stub: Stub) -> None:
    stub.on("GET", "/api/projects/1/", PARAMS)
    ls = LabelStudio(stub.url, api_key=LEGACY_KEY, headers={"X-Gate": "open"})
    _ = ls.projects.get(1).title
    assert stub.requests[0].headers["X-Gate"] == "open"


def test_the_servers_cookies_are_not_kept(ls: LabelStudio, stub: Stub) -> None:
    from support.stub import Answer

    stub.on("GET", "/api/version", Answer({}, headers={"Set-Cookie": "sessionid=1; Path=/"}))
    ls.request("GET", "/api/version")
    ls.request("GET", "/api/version")
    assert "Cookie" not in stub.requests[1].headers
