"""Annotations: human answers for a task."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..orm.class_only import class_only
from ..orm.context import Context
from ..orm.fields import DATETIME, Field, Reference
from ..orm.identity import id_of
from ..orm.meta import Meta
from ..text import shown
from .result_record import ResultRecord

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ..orm.fields import ReadOnlyReference
    from .options import AnnotationOptions
    from .prediction import Prediction
    from .task import Task
    from .user import User


class Annotation(ResultRecord):
    """A person's answer for a task: a list of regions.

    >>> annotation = task.annotations[0]
    >>> annotation.ground_truth = True
    >>> annotation.save()
    <Annotation ... of task ...>
    """

    _meta = Meta(
        kind="annotation",
        path="/api/annotations/{id}/",
        invalidates=("task", "project"),
        batched_by="project",
    )

    task: ReadOnlyReference[Task] = Reference("task", read_only=True)
    completed_by: Reference[User | None] = Reference("user")
    was_cancelled = Field[bool]()  # the annotator skipped the task
    ground_truth = Field[bool]()
    lead_time = Field[float | None]()  # seconds that the annotator took
    import_id = Field[int | None]()
    last_action = Field[str | None]()
    bulk_created = Field[bool | None](since="1.16")
    draft_created_at = Field[datetime | None](converter=DATETIME)
    parent_prediction: Reference[Prediction | None] = Reference("prediction")
    parent_annotation: Reference[Annotation | None] = Reference("annotation")
    unique_id = Field[str](write_only=True)
    state = Field[str](read_only=True, edition="Enterprise")
    updated_by: ReadOnlyReference[User | None] = Reference("user", read_only=True)
    last_created_by: ReadOnlyReference[User | None] = Reference("user", read_only=True)
    created_username = Field[str](read_only=True)
    created_ago = Field[str](read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)

    @class_only
    def create(
        cls,
        task: Task | int,
        result: Any,
        *,
        client: Context | None = None,
        **options: Unpack[AnnotationOptions],
    ) -> Self:
        """Add an annotation to a task, in the name of the key's user; see `Task.annotate`."""
        path = f"/api/tasks/{id_of(task, of='Task')}/annotations/"
        return cls._create_for(task, path, {"result": result}, client=client, **options)

    def _label(self) -> str:
        task = self._state.params.get("task")
        return f" of task {shown(task)}" if task else ""
