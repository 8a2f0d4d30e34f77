"""What a task has on Enterprise."""

from __future__ import annotations


class EnterpriseTask:
    """The fields, collections and verbs of a task that only Enterprise has."""

    def delete_annotation_history(self) -> int:
        """Delete the history of all annotations; return the number of items (Enterprise).

        Only administrators may do that.
        """
        from .history import delete_history_of_task

        return delete_history_of_task(self)
