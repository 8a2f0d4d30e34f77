"""What a project has on Enterprise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...orm.collection import Collection

if TYPE_CHECKING:
    from .dimensions import Dimensions
    from .history import ProjectHistory


class EnterpriseProject:
    """The fields, collections and verbs of a project that only Enterprise has."""

    annotation_history: Collection[ProjectHistory] = Collection(
        "history_item",
        query="history:ProjectHistory",
        doc="What was done to the annotations of the project (Enterprise).",
    )
    dimensions: Collection[Dimensions] = Collection(
        "dimension",
        query="dimensions:Dimensions",
        doc="What agreement is measured on (Enterprise).",
    )
