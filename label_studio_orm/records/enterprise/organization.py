"""What an organization has on Enterprise."""

from __future__ import annotations


class EnterpriseOrganization:
    """The fields, collections and verbs of an organization that only Enterprise has."""
