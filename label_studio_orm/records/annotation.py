"""Annotations: human answers for a task."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..errors import UnsavedChanges
from ..orm.class_only import class_only
from ..orm.context import Context
from ..orm.fields import DATETIME, Field, Reference
from ..orm.identity import id_of
from ..orm.meta import Meta
from ..orm.record import model_of
from ..signatures import takes
from .draft import Draft
from .enterprise.annotation import EnterpriseAnnotation
from .enterprise.stateful import Stateful
from .result_record import ResultRecord

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ..orm.fields import ReadOnlyReference
    from .options import AnnotationOptions, DraftOptions
    from .prediction import Prediction
    from .task import Task
    from .user import User


class Annotation(EnterpriseAnnotation, Stateful, ResultRecord):
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
    ground_truth = Field[bool]()
    was_cancelled = Field[bool]()  # the annotator skipped the task
    lead_time = Field[float | None]()  # seconds that the annotator took
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)
    import_id = Field[int | None]()
    last_action = Field[str | None]()
    bulk_created = Field[bool | None](since="1.16")
    draft_created_at = Field[datetime | None](converter=DATETIME)
    parent_prediction: Reference[Prediction | None] = Reference("prediction")
    parent_annotation: Reference[Annotation | None] = Reference("annotation")
    unique_id = Field[str](write_only=True)
    draft_id = Field[int](write_only=True)  # the draft that a new one is made of, and which goes
    state = Field[str](read_only=True, edition="Enterprise")
    updated_by: ReadOnlyReference[User | None] = Reference("user", read_only=True)
    last_created_by: ReadOnlyReference[User | None] = Reference("user", read_only=True)
    created_username = Field[str](read_only=True)
    created_ago = Field[str](read_only=True)

    @class_only
    @takes("records.options:AnnotationOptions")
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

    @takes("records.options:DraftOptions")
    def draft(self, result: Any, **options: Unpack[DraftOptions]) -> Draft:
        """Begin a change of this annotation, as the editor does; `draft.submit()` makes it.

        `result` and options are those of `Task.draft()`. Saving the annotation deletes its drafts.

        >>> annotation = task.annotations[0]
        >>> draft = annotation.draft({"sentiment": "Positive"})
        >>> annotation["sentiment"], draft["sentiment"]
        ('Negative', 'Positive')
        """
        return model_of(self.client, Draft).create(self.task, result, annotation=self, **options)

    def to_draft(self) -> Draft:
        """Take this annotation back: the server deletes it, and makes a draft of its result.

        The draft belongs to the key's user, whoever has annotated, and has the result and the
        `lead_time` only. It can be changed, and submitted again.

        >>> draft = task.annotations[0].to_draft()
        >>> task.refresh().annotations, task.drafts == [draft]
        ([], True)
        """
        if self.dirty:
            raise UnsavedChanges(f"{self!r} has unsaved changes: save() them first.")
        self._verify_parent()
        project = self._raw("project")
        try:
            row = self.client.json("POST", f"/api/annotations/{self.id}/convert-to-draft")
        finally:
            self.client._cache.clear()  # of the annotation, and of what counts it
        model, known = model_of(self.client, Draft), {"project": project}
        return model._from_answer(self.client, row, known=known, related=self._related)
