"""Reviews: whether an annotation was accepted or rejected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from ...errors import InvalidInput
from ...labeling.results import Result
from ...orm.fields import DATETIME, Field, Reference, one_of
from ...orm.meta import Meta
from ...orm.record import Record

if TYPE_CHECKING:
    from ...orm.fields import ReadOnlyReference
    from ..annotation import Annotation
    from ..user import User


class AnnotationReview(Record):
    """A verdict on an annotation: accepted or rejected.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> review = annotation.review(accept=True)
    >>> review.accepted
    True
    >>> review.accepted = False
    >>> review.save()
    <AnnotationReview ...>
    >>> review.delete()
    """

    _meta = Meta(
        kind="annotation_review",
        path="/api/annotation-reviews/{id}/",
        leading=("id", "annotation", "accepted"),
        required=("annotation",),
        invalidates=("annotation", "task", "project"),
        list_filters={"project": "annotation__task__project", "annotation": "annotation"},
    )

    annotation: Reference[Annotation] = Reference("annotation")
    accepted = Field[bool]()
    comment = Field[str](write_only=True)  # for the annotator
    reject_action = Field[str | None](check=one_of("remove", "requeue", "redistribute"))
    remove_from_queue = Field[bool]()
    result = Field[Result | None]()  # as the reviewer has corrected it
    started_at = Field[datetime | None](converter=DATETIME)
    # Ids of items of the annotation's history: the one under review, that before, the corrected.
    last_annotation_history = Field[int | None]()
    previous_annotation_history = Field[int | None](read_only=True)
    fixed_annotation_history = Field[int | None](read_only=True)
    created_by: ReadOnlyReference[User | None] = Reference("user", read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    state = Field[str](read_only=True)

    def delete(self) -> None:
        """Take this review back."""
        super().delete()


class ReviewOptions(TypedDict, total=False):
    """What a review can have besides the verdict."""

    comment: str
    reject_action: str | None
    remove_from_queue: bool
    result: Any
    started_at: datetime | None
    last_annotation_history: int | None
    async_postprocess: bool  # whether the server updates statistics after its answer


def review(
    model: type[AnnotationReview], annotation: Annotation, accept: bool, options: Mapping[str, Any]
) -> AnnotationReview:
    """Send a review of an annotation, which is read anew after that."""
    if not isinstance(accept, bool):
        raise InvalidInput(f"accept must be True or False, not {accept!r}.")
    fields = {"annotation": annotation, "accepted": accept, **options}
    later = fields.pop("async_postprocess", None)
    result = fields.get("result")
    if result is not None and not isinstance(result, list):
        fields["result"] = annotation._as_stored(result)
    path = model._meta.collection
    if later is not None:
        path += f"?async_postprocess={str(bool(later)).lower()}"
    try:
        made = model._create(annotation.client, path, fields)
    finally:
        annotation._expire()
    made._set(_related=annotation._related)
    return made
