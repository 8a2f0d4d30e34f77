"""What a person said of a task."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..orm.class_only import class_only
from ..orm.context import Context
from ..orm.fields import DATETIME, Field, Reference
from ..orm.identity import client_of, id_of
from ..orm.meta import Meta
from ..orm.writable import project_of
from ..text import shown
from .result_record import ResultRecord, build_result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Self

    from ..labeling.results.coerce import GivenSize
    from ..labeling.results.relations import Relation
    from ..orm.fields import ReadOnlyReference
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

    _meta = Meta(kind="annotation", path="/api/annotations/{id}/", invalidates=("task", "project"))

    task: ReadOnlyReference[Task] = Reference("task", read_only=True)
    completed_by: Reference[User] = Reference("user")
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
        size: GivenSize | None = None,
        relations: Iterable[Relation] = (),
        validate: bool = True,
        client: Context | None = None,
        **fields: Any,
    ) -> Self:
        """Add an annotation to a task, in the name of the key's user; see `Task.annotate`."""
        task_id = id_of(task, of="Task")
        context = client_of(task, client)
        result = build_result(
            context, task, result, size=size, relations=relations, validate=validate
        )
        path = f"/api/tasks/{task_id}/annotations/"
        values = {"result": result, **fields}
        parents = {"task": task_id, "project": project_of(task)}
        return cls._create(context, path, values, parents=parents, owner=task)

    def _label(self) -> str:
        task = self._params.get("task")
        return f" of task {shown(task)}" if task else ""
