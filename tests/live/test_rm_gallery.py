"""The methods of a typical hand-written client, each in one line of this package.

The methods are those of `LabelStudioClient` in RM-Gallery (rm_gallery/core/data/annotation).
There, a failure is a log line and None; here, it is an error.
"""

from __future__ import annotations

import pytest
from support.texts import SENTIMENT, sentiment

from label_studio_orm import LabelStudio
from label_studio_orm.errors import AuthenticationError, NotFound, Rejected
from label_studio_orm.server import LocalServer


def test_init_with_url_and_token(local_server: LocalServer) -> None:
    ls = LabelStudio(local_server.url, api_key=local_server.api_key)
    assert ls.whoami().email == local_server.username


def test_create_project(ls: LabelStudio) -> None:
    project = ls.projects.create(title="Reviews", label_config=SENTIMENT, description="Films")
    assert ls.projects.get(project.id).description == "Films"


def test_create_project_that_fails(ls: LabelStudio) -> None:
    with pytest.raises(Rejected):
        ls.projects.create(title="Reviews", label_config="<View>")


def test_import_tasks(ls: LabelStudio) -> None:
    project = ls.projects.create(title="Reviews", label_config=SENTIMENT)
    tasks = [{"data": {"text": "A fine film."}}, {"data": {"text": "Dull."}}]
    assert project.import_tasks(tasks).created == 2


def test_import_tasks_that_fails(ls: LabelStudio) -> None:
    with pytest.raises(NotFound):
        ls.projects.get(999_999).import_tasks([{"text": "A fine film."}])


def test_export_annotations(ls: LabelStudio) -> None:
    project = ls.projects.create(title="Reviews", label_config=SENTIMENT)
    project.import_tasks([{"text": "A fine film."}, {"text": "Dull."}])
    project.tasks[0].annotate(sentiment("Positive"))
    (task,) = project.export("JSON", only_finished=True)
    assert task["annotations"][0]["result"] == sentiment("Positive")


def test_delete_project(ls: LabelStudio) -> None:
    project = ls.projects.create(title="Reviews")
    project.delete()
    with pytest.raises(NotFound):
        project.delete()


def test_get_projects(ls: LabelStudio) -> None:
    made = [ls.projects.create(title=f"Project {number}") for number in range(101)]
    found = list(ls.projects)  # all of them, and not the first page
    assert set(made) <= set(found)
    assert len(found) == len(set(found)) == len(ls.projects)


def test_get_projects_with_a_wrong_token(local_server: LocalServer) -> None:
    with pytest.raises(AuthenticationError):
        list(local_server.client(api_key="0" * 40).projects)
