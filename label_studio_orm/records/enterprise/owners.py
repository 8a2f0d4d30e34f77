"""The records whose mixins these are, as type checkers see them.

A mixin cannot name its class as the type of `self`: pyright accepts no descriptor as an attribute
of a protocol, see `transfer.ports.as_project()`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from ..annotation import Annotation
    from ..task import Task
    from ..tasks import Tasks


def as_task(record: object) -> Task:
    """Cast what `EnterpriseTask` is a part of."""
    return cast("Task", record)


def as_annotation(record: object) -> Annotation:
    """Cast what `EnterpriseAnnotation` is a part of."""
    return cast("Annotation", record)


def as_tasks(query: object) -> Tasks[Any]:
    """Cast what `EnterpriseTasks` is a part of."""
    return cast("Tasks[Any]", query)
