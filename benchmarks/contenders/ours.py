"""This package, as its users type it."""

from __future__ import annotations

from itertools import islice

from measuring import RESULT, Given, count, main

from label_studio_orm import LabelStudio, Project, Task


def connect(given: Given) -> Project:
    ls = LabelStudio(given.url, api_key=given.key)
    count(ls._transport.session, "request")
    return ls.projects.get(given.project)


def texts(project: Project, given: Given) -> int:
    return sum(1 for task in project.tasks if task.data["text"])


def counts(project: Project, given: Given) -> int:
    return sum(task.total_annotations for task in project.tasks if task.id and task.data["text"])


def lean(project: Project, given: Given) -> int:
    tasks = project.tasks.only("data", "total_annotations")
    return sum(task.total_annotations for task in tasks if task.id and task.data["text"])


def annotated(project: Project, given: Given) -> int:
    return sum(len(task.annotations) for task in islice(project.tasks, given.count))


def including(project: Project, given: Given) -> int:
    return sum(len(task.annotations) for task in project.tasks.including("annotations"))


def predict(project: Project, given: Given) -> int:
    with project.batch():
        for id in given.ids:
            project.tasks.get(id).predict(RESULT, score=0.9, model_version="m1")
    return len(given.ids)


def annotate(project: Project, given: Given) -> int:
    with project.batch():
        for task in project.tasks.filter(Task.id.in_(given.ids)):
            task.annotate(RESULT)
    return len(given.ids)


main(
    connect,
    *(texts, counts, lean, annotated, including, predict, annotate),
    packages="label-studio-orm requests urllib3",
)
