"""What an annotation has on Enterprise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...orm.collection import Collection

if TYPE_CHECKING:
    from .history import AnnotationHistory


class EnterpriseAnnotation:
    """The fields, collections and verbs of an annotation that only Enterprise has."""

    history: Collection[AnnotationHistory] = Collection(
        "history_item",
        query="history:AnnotationHistory",
        doc="What was done to the annotation (Enterprise).",
    )
