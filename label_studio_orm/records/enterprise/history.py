"""History of annotations: who did what to them, and when."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

from ...errors import InvalidInput
from ...orm.fields import DATETIME, Field, Reference
from ...orm.meta import Meta
from ...orm.pagination import NumberedPages, Source
from ...orm.query import Query
from ...orm.record import Record
from ...orm.response_shape import count_of
from ...orm.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...orm.context import Context
    from ...orm.fields import ReadOnlyReference
    from ..annotation import Annotation
    from ..project import Project
    from ..task import Task
    from ..user import User

PATH = "/api/annotation-history/"


class HistoryItem(Record):
    """A change of an annotation: it was submitted, updated, accepted or the like.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> [item.action for item in annotation.history]
    ['prediction']
    """

    _meta = Meta(
        kind="history_item",
        path="/api/annotation-history/{id}/",
        leading=("id", "action"),
    )

    # prediction, propagated_annotation, imported, submitted, updated, skipped, accepted, rejected,
    # fixed_and_accepted or deleted_review:
    action = Field[str | None](read_only=True)
    annotation: ReadOnlyReference[Annotation | None] = Reference(
        "annotation", wire="annotation_id", read_only=True
    )
    task: ReadOnlyReference[Task | None] = Reference("task", wire="task_id", read_only=True)
    project: ReadOnlyReference[Project | None] = Reference(
        "project", wire="project_id", read_only=True
    )
    organization_id = Field[int | None](read_only=True)
    created_by: ReadOnlyReference[User | None] = Reference("user", read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    started_at = Field[datetime | None](read_only=True, converter=DATETIME)
    lead_time = Field[float | None](read_only=True)  # seconds
    result = Field[Any](read_only=True)  # the result as it was then, in the server's format
    draft_id = Field[int | None](read_only=True)
    review_id = Field[int | None](read_only=True)
    comment = Field[str | None](read_only=True)
    comment_id = Field[int | None](read_only=True)

    def delete(self) -> NoReturn:
        """Raise `InvalidInput`: a history is deleted as a whole."""
        raise InvalidInput(
            f"{self!r} cannot be deleted alone: annotation.history.delete() deletes the history of "
            "an annotation, task.delete_annotation_history() that of a task."
        )


class AnnotationHistory(Query[HistoryItem]):
    """The history of an annotation, in the order of ids.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    def delete(self) -> int:
        """Delete the whole history; return the number of items that were removed.

        Only administrators may do that. Raises `InvalidInput` for a part of a history.
        """
        if self._selection != Selection():
            raise InvalidInput("A history is deleted as a whole: call delete() without a filter.")
        return delete_history(self.client, self._known)


class ProjectHistory(AnnotationHistory):
    """The history of all annotations of a project, read page by page.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> from datetime import datetime, timezone
    >>> from label_studio_orm import HistoryItem
    >>> since = datetime(2026, 1, 1, tzinfo=timezone.utc)
    >>> len(list(project.annotation_history.filter(HistoryItem.created_at >= since)))
    1
    """

    @classmethod
    def _source_of(cls, model: type[Record], known: Mapping[str, Any]) -> Source:
        filters = {"created_at>=": "created_at_from", "created_at<=": "created_at_to"}
        path = f"/api/projects/{known['project']}/annotation-history/"
        return NumberedPages(path, filters=filters)


def delete_history(client: Context, of: Mapping[str, Any]) -> int:
    """Delete the history of {"annotation": 4}, a task or a project; return the number of items."""
    try:
        return count_of(client.json("DELETE", PATH, params=dict(of)), "removed")
    finally:
        client._cache.drop("history_item")
