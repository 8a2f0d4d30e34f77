"""What a task has on Enterprise."""

from __future__ import annotations


class EnterpriseTask:
    """The fields, collections and verbs of a task that only Enterprise has."""
