"""label-studio-sdk 0.0.34, as its users type it."""

from __future__ import annotations

from label_studio_sdk import Client
from label_studio_sdk.project import Project
from measuring import RESULT, Given, count, main, own_result


def connect(given: Given) -> Project:
    client = Client(given.url, given.key)
    project = client.get_project(given.project)
    count(client.session, "request")
    return project


def texts(project: Project, given: Given) -> int:
    return sum(1 for task in project.get_tasks() if task["data"]["text"])


def annotated(project: Project, given: Given) -> int:
    """Read all there is, which is what `get_tasks` asks for: counts and annotations."""
    tasks = project.get_tasks()
    return sum(len(task["annotations"]) for task in tasks if task["id"] and task["data"]["text"])


def predict(project: Project, given: Given) -> int:
    for id in given.ids:
        project.create_prediction(id, result=RESULT, score=0.9, model_version="m1")
    return len(given.ids)


def annotate(project: Project, given: Given) -> int:
    for id in given.ids:
        project.create_annotation(id, result=RESULT)
    return len(given.ids)


def annotate_each(project: Project, given: Given) -> int:
    for id in given.ids:
        project.create_annotation(id, result=own_result(id))
    return len(given.ids)


main(
    connect,
    *(texts, annotated, predict, annotate, annotate_each),
    packages="label-studio-sdk requests pydantic",
)
