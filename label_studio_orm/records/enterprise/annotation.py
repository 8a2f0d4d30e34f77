"""What an annotation has on Enterprise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ...orm.collection import Collection
from ...orm.query import Query
from ...orm.record import model_of
from ...signatures import takes
from .owners import as_annotation

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .comments import Comments
    from .history import AnnotationHistory
    from .reviews import AnnotationReview, ReviewOptions


class EnterpriseAnnotation:
    """The fields, collections and verbs of an annotation that only Enterprise has."""

    history: Collection[AnnotationHistory] = Collection(
        "history_item",
        query="history:AnnotationHistory",
        doc="What was done to the annotation (Enterprise).",
    )

    reviews: Collection[Query[AnnotationReview]] = Collection(
        "annotation_review", query=Query, doc="The reviews of this annotation (Enterprise)."
    )
    comments: Collection[Comments] = Collection(
        "comment", query="comments:Comments", doc="The comments on this annotation (Enterprise)."
    )

    @takes("records.enterprise.reviews:ReviewOptions")
    def review(self, *, accept: bool, **options: Unpack[ReviewOptions]) -> AnnotationReview:
        """Accept or reject this annotation; unsaved changes are not sent.

        `comment` is for its annotator. With `result`, in the config's terms or as it is stored, it
        is corrected on the way. `reject_action` is what becomes of a rejected one: "remove",
        "requeue" (it goes back to its annotator) or "redistribute".

        >>> annotation.review(accept=False, comment="One is missing.", reject_action="requeue")
        <AnnotationReview ...>
        """
        from .reviews import AnnotationReview as Base
        from .reviews import review

        annotation = as_annotation(self)
        return review(model_of(annotation.client, Base), annotation, accept, cast("Any", options))
