"""What a member of an organization has on Enterprise."""

from __future__ import annotations


class EnterpriseMember:
    """The fields and verbs of a member that only Enterprise has."""
