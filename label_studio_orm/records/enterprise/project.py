"""What a project has on Enterprise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...orm.collection import Collection
from ...orm.query import Query

if TYPE_CHECKING:
    from .comments import Comments
    from .reviews import AnnotationReview


class EnterpriseProject:
    """The fields, collections and verbs of a project that only Enterprise has."""

    reviews: Collection[Query[AnnotationReview]] = Collection(
        "annotation_review", query=Query, doc="The reviews of all annotations (Enterprise)."
    )
    comments: Collection[Comments] = Collection(
        "comment", query="comments:Comments", doc="The comments in this project (Enterprise)."
    )
