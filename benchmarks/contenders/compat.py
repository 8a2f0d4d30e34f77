"""Our drop-in for label-studio-sdk 0.0.34: what its users type, but for the import."""

from __future__ import annotations

from measuring import Given, count, main

from label_studio_orm.compat import Client
from label_studio_orm.compat.project import Project


def connect(given: Given) -> Project:
    client = Client(given.url, given.key)
    project = client.get_project(given.project)
    count(client.session, "request")
    return project


def annotated(project: Project, given: Given) -> int:
    """Read all there is, as the old one does."""
    tasks = project.get_tasks()
    return sum(len(task["annotations"]) for task in tasks if task["id"] and task["data"]["text"])


main(connect, annotated, packages="label-studio-orm requests")
