"""Drafts: annotations that were begun and not submitted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from ..errors import InvalidInput, NotFound
from ..orm.class_only import class_only
from ..orm.collection import Collection
from ..orm.context import Context
from ..orm.fields import DATETIME, Field, Reference
from ..orm.identity import client_of, id_of
from ..orm.meta import Meta
from ..orm.pagination import Source, WholeList
from ..orm.query import Query
from ..orm.record import Record
from ..orm.saving import parent_id
from ..signatures import takes
from .result_record import ResultRecord

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ..orm.fields import ReadOnlyReference
    from .annotation import Annotation
    from .enterprise.comments import Comments
    from .options import DraftOptions, SubmitOptions
    from .task import Task


class Draft(ResultRecord):
    """An annotation that was begun and not submitted; only its user sees it in the editor.

    >>> draft = task.draft({"sentiment": "Negative"})
    >>> draft["sentiment"]
    'Negative'
    >>> draft.submit()
    <Annotation ... of task ...>
    """

    _meta = Meta(
        kind="draft",
        path="/api/drafts/{id}/",
        invalidates=("task", "project"),
        batched_by="project",
    )

    task: ReadOnlyReference[Task] = Reference("task", read_only=True)
    user = Field[str](read_only=True)  # an email address
    annotation: ReadOnlyReference[Annotation | None] = Reference("annotation", read_only=True)
    lead_time = Field[float | None]()  # seconds
    was_postponed = Field[bool]()  # the annotator went on to another task
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)
    import_id = Field[int | None]()
    state = Field[str](read_only=True, edition="Enterprise")
    created_username = Field[str](read_only=True)
    created_ago = Field[str](read_only=True)

    comments: Collection[Comments] = Collection(
        "comment",
        query="enterprise.comments:Comments",
        doc="The comments on this draft (Enterprise).",
    )

    @class_only
    @takes("records.options:DraftOptions")
    def create(
        cls,
        task: Task | int,
        result: Any,
        *,
        annotation: Annotation | int | None = None,
        client: Context | None = None,
        **options: Unpack[DraftOptions],
    ) -> Self:
        """Add a draft to a task, or to one of its annotations; see `Task.draft`."""
        path = f"/api/tasks/{id_of(task, of='Task')}"
        if annotation is not None:
            path += f"/annotations/{_id_for(task, annotation, client_of(task, client))}"
        values = {"result": result}
        made = cls._create_for(task, f"{path}/drafts", values, client=client, **options)
        project = parent_id(task, "project")
        return made if project is None else made._belonging_to(project)

    @takes("records.options:SubmitOptions")
    def submit(self, **options: Unpack[SubmitOptions]) -> Annotation:
        """Make this an annotation of its task, and return that; the draft is gone then.

        A draft of an annotation becomes the new result of that. `options` are fields of the
        annotation: `ground_truth=True`, `was_cancelled=True`; it is checked as by
        `Task.annotate()` unless `validate=False`. Only one's own drafts can be submitted. Raises
        `NotFound` if it was submitted or deleted before, so that it can be called again after
        a lost answer.
        """
        self._check_that_it_is_there()
        if self.lead_time is not None:
            options.setdefault("lead_time", self.lead_time)
        try:
            annotation = self.annotation
            return self._applied(annotation, **options) if annotation else self._sent(**options)
        finally:
            self._invalidate_cache()

    def _check_that_it_is_there(self) -> None:
        """Read the draft: the server makes another annotation of one that is gone."""
        try:
            if self.dirty:
                self._fetch()
            else:
                self.refresh()
        except NotFound as error:
            error.add("It was submitted or deleted: see the task's annotations.")
            raise

    def _sent(self, **options: Any) -> Annotation:
        model = cast("type[Annotation]", self.client._registry.model("annotation"))
        made = model.create(self.task, self.result, draft_id=self.id, **options)
        made._set(_related=self._related)
        return made

    def _applied(
        self, annotation: Annotation, *, validate: bool = True, **fields: Any
    ) -> Annotation:
        """Save this as the result of its annotation, with which the server deletes it."""
        for name, value in {"result": self.result, **fields}.items():
            setattr(annotation, name, value)
        changed = bool(annotation.dirty)
        annotation.save(validate=validate)
        if not changed:
            self.delete()
        return annotation

    def _raw(self, wire: str) -> Any:
        if wire == "project" and wire not in self._state.params:  # the server does not send it
            self._belonging_to(self.task.project.id)
        return super()._raw(wire)

    def _belonging_to(self, project: int) -> Self:
        """Note the project, whose config explains the result."""
        state, known = self._state, {"project": project}
        state.known, state.params = {**state.known, **known}, {**state.params, **known}
        return self


def _id_for(task: Task | int, annotation: Annotation | int, client: Context) -> int:
    """Return the id of an annotation of this task; the server takes that of any."""
    id = id_of(annotation, of="Annotation", client=client)
    own = None if isinstance(annotation, int) else annotation._state.params.get("task")
    if own not in (None, id_of(task, of="Task")):
        raise InvalidInput(f"{annotation!r} must be of {task!r}, to which the draft belongs.")
    return id


class Drafts(Query[Draft]):
    """The drafts that all users have of a task."""

    @classmethod
    def _source_of(cls, model: type[Record], known: Mapping[str, Any]) -> Source:
        return WholeList(f"/api/tasks/{known['task']}/drafts")
