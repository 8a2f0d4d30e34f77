"""What can be done with many tasks on Enterprise."""

from __future__ import annotations


class EnterpriseTasks:
    """The verbs of a query of tasks that only Enterprise has."""
