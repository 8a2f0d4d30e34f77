"""Tasks: the items to label."""

from __future__ import annotations

import copy
from collections.abc import Container, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from ..data_manager.project_config import with_config
from ..errors import InvalidResult, check_items
from ..labeling.results import BuiltResult
from ..orm.cache import Params
from ..orm.class_only import class_only
from ..orm.collection import Collection
from ..orm.context import Context
from ..orm.expressions import Column
from ..orm.fields import DATETIME, Field, Reference, object_problem
from ..orm.identity import client_of, id_of
from ..orm.loaded import Records
from ..orm.meta import Meta
from ..orm.pagination import in_order
from ..orm.record import Record, model_of
from ..orm.tracked import MISSING
from ..signatures import takes
from ..tables import ordered
from .annotation import Annotation
from .configured import TaskData
from .data_field import DataField
from .draft import Draft, Drafts
from .enterprise.stateful import Stateful
from .enterprise.task import EnterpriseTask
from .enterprise.user_ids import USER_IDS
from .new_task import new_task
from .prediction import Prediction
from .result_record import project_id
from .task_files import TaskFiles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Self, Unpack

    from ..labeling.results import Result
    from ..labeling.results.coerce import GivenSize
    from ..labeling.results.relations import Relation
    from ..orm.fields import ReadOnlyReference
    from .editor_frame import Frame
    from .options import AnnotationOptions, DraftOptions, PredictionOptions
    from .project import Project

# Fields that a new annotation or prediction does not change.
LASTING = frozenset(
    {"data", "meta", "project", "created_at", "inner_id", "file_upload", "storage_filename"}
)

R = TypeVar("R", bound=Record)
S = TypeVar("S", Annotation, Prediction, Draft)


class Task(TaskFiles, EnterpriseTask, Stateful, Record):
    """One item to label: its data, and the annotations and predictions for it.

    >>> task = project.tasks[0]
    >>> task.data["text"]
    'Rarely seen a worse film.'
    >>> task.data["split"] = "train"
    >>> task.dirty
    {'data'}
    >>> task.save()
    <Task ...>
    """

    _meta = Meta(
        kind="task",
        path="/api/tasks/{id}/",
        nested=("annotations", "predictions", "drafts"),
        invalidates=("project",),
        batched_by="project",
        volatile=frozenset({"updated_by", "file_upload", "annotations", "predictions", "drafts"}),
        merged=frozenset({"data", "meta"}),
        # As it was imported: addresses that the server has made of s3://… must not be written back.
        read_params=MappingProxyType({"resolve_uri": "false"}),
    )

    # In the order of the columns of a table: what people look for first, internals last.
    data = Field[dict[str, Any]](check=object_problem)
    total_annotations = Field[int](read_only=True)  # without the cancelled ones
    total_predictions = Field[int](read_only=True)
    is_labeled = Field[bool]()
    cancelled_annotations = Field[int](read_only=True)
    annotators = Field[list[int]](read_only=True, converter=USER_IDS)
    annotations_results = Field[str](read_only=True)
    predictions_results = Field[str](read_only=True)
    predictions_score = Field[float | None](read_only=True)  # the mean
    predictions_model_versions = Field[str](read_only=True)
    avg_lead_time = Field[float | None](read_only=True)  # seconds
    draft_exists = Field[bool](read_only=True)
    # Only of an Enterprise server:
    agreement = Field[float | None](read_only=True, edition="Enterprise")  # percent
    ground_truth = Field[bool](read_only=True, edition="Enterprise")
    reviewed = Field[bool](read_only=True, edition="Enterprise")
    reviewers = Field[list[int]](read_only=True, converter=USER_IDS, edition="Enterprise")
    reviews_accepted = Field[int](read_only=True, edition="Enterprise")
    reviews_rejected = Field[int](read_only=True, edition="Enterprise")
    state = Field[str](read_only=True, edition="Enterprise")

    meta = Field[dict[str, Any] | None]()
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)
    completed_at = Field[datetime | None](read_only=True, converter=DATETIME)
    overlap = Field[int]()  # how many annotators should label it
    inner_id = Field[int]()  # counts from 1 in each project
    project: ReadOnlyReference[Project] = Reference("project", read_only=True)
    storage_filename = Field[str | None](read_only=True)
    file_upload = Field[str | None](read_only=True)
    annotations_ids = Field[str](read_only=True)
    updated_by = Field[list[dict[str, Any]]](read_only=True)
    comment_count = Field[int](read_only=True)
    unresolved_comment_count = Field[int](read_only=True)
    last_comment_updated_at = Field[datetime | None](read_only=True, converter=DATETIME)
    comment_authors = Field[list[int]](read_only=True, converter=USER_IDS)

    data_fields: ClassVar[Mapping[str, DataField[Any]]] = MappingProxyType({})

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = {name: getattr(cls, name, None) for name in dir(cls)}
        found = {name: field for name, field in own.items() if isinstance(field, DataField)}
        cls.data_fields = MappingProxyType(found)

    @classmethod
    def _columns(cls) -> Mapping[str, Column]:
        """Return what tasks can be filtered and ordered by: fields and data fields, by name."""
        return {**cls.fields, **cls.data_fields}

    @classmethod
    def writable(cls) -> list[str]:
        """Return the names of the fields that can be set, with the data fields."""
        return [*super().writable(), *cls.data_fields]

    @classmethod
    def _completion_keys(cls, name: str) -> list[str]:
        if name != "data":
            return []
        from .completion_keys import completion_keys  # late, as only completion needs it

        return completion_keys(cls)

    _lists: Mapping[str, tuple[Any, Records[Any]]] = MappingProxyType({})

    @class_only
    def create(
        cls,
        project: Project | int,
        data: Mapping[str, Any] | None = None,
        *,
        client: Context | None = None,
        **fields: Any,
    ) -> Self:
        """Add one task to a project; `project.import_tasks()` is the way for many.

        `fields` are those of this class, with its data fields. Without `data`, others are keys of
        the data: `Task.create(project, text="A fine film.")`.
        """
        project_id = id_of(project, of="Project")
        values = new_task(cls, data, fields)
        client = client_of(project, client)
        return cls._create(client, cls._meta.collection, values, also={"project": project_id})

    @property
    def url(self) -> str:
        """The address of the task in the editor, in a browser."""
        return f"{self.client.server}/projects/{project_id(self)}/data?task={self.id}"

    def show(self, *, height: int = 600) -> Frame:
        """Return the editor with this task, which a notebook shows in a frame.

        `height` is in pixels. The frame shows what this browser is logged in to, and only on the
        same site: for a server at 127.0.0.1, open Jupyter at http://127.0.0.1:8888, not at
        localhost. Elsewhere it asks to log in; the link above it opens the task in a tab.

        >>> task.show(height=800)
        <Task ...: http://.../projects/.../data?task=...>
        """
        from .editor_frame import editor_frame  # late, as only notebooks need it

        return editor_frame(self.url, title=f"Task {self.id}", height=height)

    @property
    def annotations(self) -> Records[Annotation]:
        """The annotations of people, as of when the task was read."""
        return self._nested("annotations", Annotation)

    @property
    def predictions(self) -> Records[Prediction]:
        """The predictions of models, as of when the task was read."""
        return self._nested("predictions", Prediction)

    @property
    def drafts(self) -> Records[Draft]:
        """Your own drafts, as of when the task was read; `all_drafts` has those of all users."""
        return self._nested("drafts", Draft)

    all_drafts: Collection[Drafts] = Collection(
        "draft", query=Drafts, doc="The drafts that all users have of this task."
    )

    def _fetch(self, *wires: str) -> Mapping[str, Any]:
        from ..data_manager.stored_data import as_stored

        params = self._state.params
        own = {name: params[name] for name in ("project",) if name in params}
        return as_stored(self._client, {**own, **super()._fetch(*wires)})

    @takes("records.options:AnnotationOptions")
    def annotate(self, result: Any, **options: Unpack[AnnotationOptions]) -> Annotation:
        """Add an annotation, in the name of the key's user.

        `result` maps the names of the config's controls to answers: a choice, a number, a text;
        for regions a list of `Box`, `Span`, …. Regions in pixels need the image's
        `size=(width, height)`, or its file; `relations=` are between regions. A list of dicts, as
        in https://labelstud.io/guide/task_format, is sent as it is.

        It is checked against the labeling config before it is sent: `InvalidResult` lists all that
        does not fit; `validate=False` turns that off. Other options are the fields of an
        `Annotation`: `ground_truth=True`, `lead_time=12.5` (seconds), `was_cancelled=True`, …

        >>> task.annotate({"sentiment": "Negative"}, ground_truth=True)["sentiment"]
        'Negative'
        """
        return self._add(model_of(self.client, Annotation), result, **options)

    @takes("records.options:PredictionOptions")
    def predict(self, result: Any, **options: Unpack[PredictionOptions]) -> Prediction:
        """Add a prediction, as `annotate()` does an annotation.

        Other options are the fields of a `Prediction`: `score=0.9`, `model_version="m1"`.

        >>> task.predict({"sentiment": "Negative"}, score=0.2, model_version="m2").score
        0.2
        """
        return self._add(model_of(self.client, Prediction), result, **options)

    @takes("records.options:DraftOptions")
    def draft(self, result: Any, **options: Unpack[DraftOptions]) -> Draft:
        """Begin an annotation, with which the key's user goes on in the editor.

        `result` is built and checked as by `annotate()`. Other options are the fields of a `Draft`:
        `lead_time=12.5` (seconds), … `draft.submit()` makes it an annotation.

        >>> draft = task.draft({"sentiment": "Negative"})
        >>> draft.submit()["sentiment"]
        'Negative'
        """
        return self._add(model_of(self.client, Draft), result, **options)

    def _add(
        self,
        model: type[S],
        result: Any,
        /,
        *,
        size: GivenSize | None = None,
        relations: Iterable[Relation] = (),
        validate: bool = True,
        **fields: Any,
    ) -> S:
        """Add an annotation, prediction or draft, and expire the counts and lists of this task."""
        raw = self._build_result(result, size=size, relations=relations, validate=validate)
        sent = True
        try:
            made = model.create(self, raw, validate=False, **fields)
            made._set(_related=self._as_parent())
            sent = "id" in made._state.known  # else a batch will send it
            return made
        finally:
            if sent:  # perhaps even if it failed
                self._expire_counts()

    def _build_result(
        self, result: Any, *, validate: bool, relations: Iterable[Relation], size: GivenSize | None
    ) -> Result:
        """Return a result as the server stores it, checked against the project's config.

        Without that, and without relations, a raw one stays as it is; an empty one fits any config.
        """
        check_items(relations, name="relations", example="[Relation(one, other)]")
        relations = tuple(relations)
        raw = isinstance(result, list) and all(isinstance(item, dict) for item in result)
        if raw and not relations and (not validate or not result):
            return cast("Result", result)
        how: dict[str, Any] = {
            "size": size,
            "relations": relations,
            "validate": validate,
            "data": TaskData(lambda: self),
        }
        try:
            built = with_config(
                self.client, project_id(self), lambda config: config.result(result, **how)
            )
        except InvalidResult as error:
            error.prefix(f"task {self.id}")  # of many, in a loop
            raise
        return built if raw else BuiltResult(built)

    def _row(self, first: Iterable[str] = ()) -> dict[str, Any]:
        """Return the loaded fields, with the keys of the data as columns of their own."""
        params, nested = self._state.params, self._meta.nested
        taken = {*self.fields, *nested}
        lists = {name: _rows(params[name]) for name in nested if name in params}
        columns: dict[str, Any] = {}
        for name, value in ordered({**super()._row(), **lists}, first).items():
            columns |= data_columns(value, taken) if name == "data" else {name: value}
        return columns

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "_lists": copy.deepcopy(dict(self._lists))}

    def _nested(self, name: str, base: type[R]) -> Records[R]:
        """Return the records that the server sent with this task.

        A row stays the same object for as long as the task lives, as it may have been edited.
        """
        rows = self._raw(name)
        seen, records = self._lists.get(name, (MISSING, Records[Any]()))
        if rows is not seen or rows is MISSING:
            model = model_of(self.client, base)
            old = {record.id: record for record in records}
            found = [self._renewed(old.get(row["id"]), model, row) for row in _rows(rows)]
            records = Records(found, title=f"{name} of task {self.id}", total=len(found))
            for record in records:
                record._set(_related=self._as_parent())
            self._lists = {**self._lists, name: (rows, records)}
        return records

    def _expire_counts(self) -> None:
        self._expire(keep=LASTING)

    def _as_parent(self) -> Mapping[str, type[Record]]:
        """Return the classes of the parents of this task's annotations and predictions."""
        return {**self._related, "task": type(self)}

    def _renewed(self, old: Record | None, model: type[Record], row: Params) -> Record:
        params, complete = self._state.params, self._state.complete
        if old is None:
            known = {"project": params["project"]} if "project" in params else {}
            return model._from_answer(self.client, row, complete=complete, known=known)
        old._state.update(old, row, complete=complete, keep=old._changes())
        return old


def data_columns(data: Mapping[str, Any] | None, taken: Container[str]) -> dict[str, Any]:
    """Return the data of a task as columns; a key whose name is taken becomes data.<key>."""
    data = data or {}
    return {_free_name(key, taken, data): value for key, value in data.items()}


def _free_name(key: str, taken: Container[str], data: Container[str]) -> str:
    """Return a column name for a key of the data that neither a field nor another key has."""
    name = key
    while name in taken or (name != key and name in data):
        name = f"data.{name}"
    return name


def _rows(rows: Any) -> list[Params]:
    return in_order(rows) if isinstance(rows, list) else []  # null, or not sent
