"""The classes that have a mixin of this package, for type checkers.

A mixin is a plain class: what it is a part of is known only here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from ...orm.context import Context
    from ..annotation import Annotation
    from ..member import Member
    from ..members import Members
    from ..organization import Organization
    from ..project import Project
    from ..task import Task
    from ..tasks import Tasks


def as_annotation(annotation: object) -> Annotation:
    """Cast an annotation to its class."""
    return cast("Annotation", annotation)


def as_client(client: object) -> Context:
    """Cast a client to its protocol."""
    return cast("Context", client)


def as_member(member: object) -> Member:
    """Cast a member of an organization to its class."""
    return cast("Member", member)


def as_members(members: object) -> Members:
    """Cast the members of an organization to their class."""
    return cast("Members", members)


def as_organization(organization: object) -> Organization:
    """Cast an organization to its class."""
    return cast("Organization", organization)


def as_project(project: object) -> Project:
    """Cast a project to its class."""
    return cast("Project", project)


def as_task(task: object) -> Task:
    """Cast a task to its class."""
    return cast("Task", task)


def as_tasks(tasks: object) -> Tasks[Any]:
    """Cast a query of tasks to its class."""
    return cast("Tasks[Any]", tasks)
