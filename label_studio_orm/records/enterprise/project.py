"""What a project has on Enterprise."""

from __future__ import annotations


class EnterpriseProject:
    """The fields, collections and verbs of a project that only Enterprise has."""
