"""Each kind of record is created, read, changed, listed and deleted, by one request each."""

from __future__ import annotations

import pytest
from support.texts import SENTIMENT

from label_studio_orm import Annotation, LabelStudio, Prediction, Project, Task, User
from label_studio_orm.server import LocalServer


@pytest.mark.operations(
    "projects.create", "projects.get", "projects.update", "projects.list", "projects.delete"
)
def test_projects(ls: LabelStudio) -> None:
    made = ls.projects.create(title="Reviews", label_config=SENTIMENT)
    made.description = "Of films"
    made.save()
    found = Project.get(made.id, client=ls)
    assert (found.title, found.description) == ("Reviews", "Of films")
    assert found in ls.projects
    found.delete()
    assert made not in ls.projects


@pytest.mark.operations("tasks.create", "tasks.get", "tasks.update", "tasks.list", "tasks.delete")
def test_tasks(project: Project) -> None:
    made = project.tasks.create({"text": "good"})
    made.data["text"] = "bad"
    made.save()
    assert Task.get(made.id, client=project.client).data == {"text": "bad"}
    assert list(project.tasks) == [made]
    made.delete()
    assert list(project.tasks) == []


@pytest.mark.operations("tasks.delete_all_tasks")
def test_all_tasks_are_deleted(project: Project) -> None:
    project.import_tasks([{"text": "good"}, {"text": "bad"}])
    assert project.tasks.delete() == 2
    assert list(project.tasks) == []


@pytest.mark.operations(
    "annotations.create",
    "annotations.get",
    "annotations.update",
    "annotations.list",
    "annotations.delete",
)
def test_annotations(project: Project) -> None:
    task = project.tasks.create({"text": "good"})
    made = task.annotate({"sentiment": "Positive"})
    made.ground_truth = True
    made.save()
    found = Annotation.get(made.id, client=project.client)
    assert (found.result[0]["value"], found.ground_truth) == ({"choices": ["Positive"]}, True)
    assert task.refresh().annotations == [made]
    found.delete()
    assert task.refresh().annotations == []


@pytest.mark.operations(
    "predictions.create",
    "predictions.get",
    "predictions.update",
    "predictions.list",
    "predictions.delete",
)
def test_predictions(project: Project) -> None:
    task = project.tasks.create({"text": "good"})
    made = task.predict({"sentiment": "Positive"}, score=0.5, model_version="m1")
    made.score = 0.75
    made.save()
    found = Prediction.get(made.id, client=project.client)
    assert (found.model_version, found.score) == ("m1", 0.75)
    assert list(project.predictions) == [made]
    found.delete()
    assert list(project.predictions) == []


@pytest.mark.operations("users.whoami", "users.get", "users.list", "versions.get")
def test_users_and_the_server(ls: LabelStudio, local_server: LocalServer) -> None:
    me = ls.whoami()
    assert User.get(me.id, client=ls).email == me.email == local_server.username
    assert me in ls.users
    assert ls.info.edition == "Community"
