"""What a task has on Enterprise."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .stateful import Stateful

if TYPE_CHECKING:
    from ..task import Task


class EnterpriseTask(Stateful):
    """The fields, collections and verbs of a task that only Enterprise has."""

    def delete_annotation_history(self) -> int:
        """Delete the history of all annotations; return the number of items (Enterprise).

        Only administrators may do that.
        """
        from .history import delete_history

        task = cast("Task", self)
        return delete_history(task.client, {"task": task.id})
