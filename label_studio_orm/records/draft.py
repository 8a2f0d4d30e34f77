"""Drafts: annotations that were begun and not submitted."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..orm.fields import DATETIME, Field, Reference
from ..orm.meta import Meta
from ..orm.record import Record

if TYPE_CHECKING:
    from .annotation import Annotation
    from .task import Task


class Draft(Record):
    """An annotation that was not submitted, saved by the editor; it can be read and deleted."""

    _meta = Meta(
        kind="draft",
        path="/api/drafts/{id}/",
        invalidates=("task", "project"),
        batched_by="project",
    )

    result = Field[list[dict[str, Any]]](read_only=True)
    user = Field[str](read_only=True)  # an email address
    task: Reference[Task] = Reference("task", read_only=True)
    annotation: Reference[Annotation | None] = Reference("annotation", read_only=True)
    lead_time = Field[float | None](read_only=True)  # seconds
    was_postponed = Field[bool](read_only=True)
    import_id = Field[int | None](read_only=True)
    created_username = Field[str](read_only=True)
    created_ago = Field[str](read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)
