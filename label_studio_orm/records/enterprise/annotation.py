"""What an annotation has on Enterprise."""

from __future__ import annotations


class EnterpriseAnnotation:
    """The fields, collections and verbs of an annotation that only Enterprise has."""
