"""This package, as its users type it."""

from __future__ import annotations

from itertools import islice

from measuring import RESULT, Given, count, main, own_result, rows

from label_studio_orm import LabelStudio, Project


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
        for id in given.ids:
            project.tasks.get(id).annotate(RESULT)
    return len(given.ids)


def annotate_each(project: Project, given: Given) -> int:
    with project.batch():
        for id in given.ids:
            project.tasks.get(id).annotate(own_result(id))
    return len(given.ids)


def idle(project: Project, given: Given) -> int:
    return 0


def load(project: Project, given: Given) -> int:
    return project.import_tasks(rows(given.count), progress=False).created


def stream(project: Project, given: Given) -> int:
    return sum(1 for task in project.iter_export() if task["data"]["text"])


def first(project: Project, given: Given) -> int:
    tasks = project.iter_export()
    return len(list(islice(tasks, 1)))


main(
    connect,
    *(texts, counts, lean, annotated, including, predict, annotate, annotate_each),
    *(idle, load, stream, first),
    packages="label-studio-orm requests urllib3",
)
