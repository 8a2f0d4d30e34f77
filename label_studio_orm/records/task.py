"""What is to be labeled."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import frozen

from ..errors import IncompleteResult
from ..orm.cache import Params
from ..orm.context import Context
from ..orm.edits import MISSING
from ..orm.fields import DATETIME, Field, Reference, object_problem
from ..orm.identity import client_of, id_of
from ..orm.pages import read_page
from ..orm.query import Query
from ..orm.record import Record, model_of
from .annotation import Annotation
from .draft import Draft
from .prediction import Prediction
from .result import Result

if TYPE_CHECKING:
    from typing_extensions import Self

    from .project import Project

R = TypeVar("R", bound=Record)


class Task(Record):
    """One item to label: `data`, and what was said of it.

    >>> task = project.tasks[0]
    >>> task.data["text"]
    'Rarely seen a worse film.'
    >>> task.data["split"] = "train"
    >>> task.dirty
    {'data'}
    >>> task.save()
    <Task ...>
    """

    kind = "task"
    endpoint = "/api/tasks/{id}/"
    # As it was imported: addresses that the server has made of s3://… must not be written back.
    reading = MappingProxyType({"resolve_uri": "false"})
    reshaped = frozenset({"updated_by", "file_upload", "annotations", "predictions", "drafts"})
    counted_by = ("project",)

    data = Field[dict[str, Any]](check=object_problem)
    meta = Field[dict[str, Any] | None]()
    project: Reference[Project] = Reference("project", read_only=True)
    is_labeled = Field[bool]()
    overlap = Field[int]()  # how many annotators are to label it
    inner_id = Field[int]()  # counts from 1 in each project
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)
    completed_at = Field[datetime | None](read_only=True, converter=DATETIME)
    total_annotations = Field[int](read_only=True)  # without the cancelled ones
    cancelled_annotations = Field[int](read_only=True)
    total_predictions = Field[int](read_only=True)
    predictions_score = Field[float | None](read_only=True)  # the mean
    predictions_model_versions = Field[str](read_only=True)
    predictions_results = Field[str](read_only=True)
    annotations_results = Field[str](read_only=True)
    annotations_ids = Field[str](read_only=True)
    annotators = Field[list[int]](read_only=True)  # user ids
    avg_lead_time = Field[float | None](read_only=True)  # seconds
    draft_exists = Field[bool](read_only=True)
    file_upload = Field[str | None](read_only=True)
    storage_filename = Field[str | None](read_only=True)
    comment_count = Field[int](read_only=True)
    unresolved_comment_count = Field[int](read_only=True)
    last_comment_updated_at = Field[datetime | None](read_only=True, converter=DATETIME)
    comment_authors = Field[list[int]](read_only=True)
    updated_by = Field[list[dict[str, Any]]](read_only=True)
    state = Field[str](read_only=True)

    def __init__(self, id: int, *, client: Context | None = None) -> None:
        super().__init__(id, client=client)
        self._lists: dict[str, tuple[Any, list[Record]]] = {}

    @classmethod
    def create(
        cls,
        project: Project | int,
        data: dict[str, Any],
        *,
        client: Context | None = None,
        **fields: Any,
    ) -> Self:
        """Add one task to a project; `project.import_tasks()` is the way for many."""
        project_id = id_of(project, of="Project")
        values = {"data": data, **fields}
        client = client_of(project, client)
        return cls._create(client, "/api/tasks/", values, also={"project": project_id})

    @property
    def annotations(self) -> list[Annotation]:
        """What people said of this task, as it was when the task was read."""
        return self._nested("annotations", Annotation)

    @property
    def predictions(self) -> list[Prediction]:
        """What models said of this task, as it was when the task was read."""
        return self._nested("predictions", Prediction)

    @property
    def drafts(self) -> list[Draft]:
        """What annotators have begun and not submitted."""
        return self._nested("drafts", Draft)

    def annotate(self, result: Result, **fields: Any) -> Annotation:
        """Add an annotation, in the name of the key's user.

        `result` is a list of regions as in https://labelstud.io/guide/task_format; regions of
        images count in percent. `fields` are those of `Annotation`: `ground_truth=True`,
        `lead_time=12.5` (seconds), `was_cancelled=True`, …

        >>> region = {"from_name": "sentiment", "to_name": "text", "type": "choices",
        ...           "value": {"choices": ["Negative"]}}
        >>> task.annotate([region], ground_truth=True).ground_truth
        True
        """
        try:
            return model_of(self.client, Annotation).create(self, result, **fields)
        finally:
            self._forget()  # the counts and lists have changed, perhaps even if it failed

    def predict(self, result: Result, **fields: Any) -> Prediction:
        """Add a prediction; `fields` are those of `Prediction`: `score=0.9`, `model_version="m1"`.

        >>> task.predict([], score=0.2, model_version="m2").score
        0.2
        """
        try:
            return model_of(self.client, Prediction).create(self, result, **fields)
        finally:
            self._forget()

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "_lists": copy.deepcopy(self._lists)}

    def _nested(self, name: str, base: type[R]) -> list[R]:
        """Return records of the rows that came with this task.

        The same row is the same object for as long as the task lives: it may have been edited.
        """
        rows = self._raw(name)
        seen, records = self._lists.get(name, (MISSING, []))
        if rows is not seen or rows is MISSING:
            model = model_of(self.client, base)
            old = {record.id: record for record in records}
            records = [self._renewed(old.get(row["id"]), model, row) for row in _rows(rows)]
            self._lists[name] = rows, records
        return cast("list[R]", records)

    def _renewed(self, old: Record | None, model: type[Record], row: Params) -> Record:
        if old is None:
            return model._from_answer(self.client, row, complete=True)
        old._take(row, complete=True, keep=old._changes())
        return old


def _rows(rows: Any) -> list[Params]:
    return rows if isinstance(rows, list) else []  # null, or not sent


# What a list of tasks is asked for: all that the server has at hand. Each other column costs it
# a look at every annotation, and is fetched for the task that is asked for it.
LIGHT_COLUMNS = (
    "id,data,meta,created_at,updated_at,is_labeled,overlap,inner_id,total_annotations,"
    "cancelled_annotations,total_predictions,project,file_upload,storage_filename,comment_count,"
    "unresolved_comment_count,last_comment_updated_at"
)


@frozen
class TaskPages:
    """The tasks of a project in the order of their ids, read by key.

    Each page starts after the last id of the one before, so that tasks that come and go
    meanwhile move none across the edge of a page.
    """

    project: int
    page_size: int = 500

    def count(self, context: Context) -> int:
        return self._page(context, 1)[1]

    def rows(self, context: Context, start: int = 0, stop: int | None = None) -> Iterator[Params]:
        size = self.page_size if stop is None else min(self.page_size, max(stop - start, 1))
        end = None if stop is None else max(stop - start, 0)
        return itertools.islice(self._rows(context, start, size), end)

    def _rows(self, context: Context, start: int, size: int) -> Iterator[Params]:
        before, skip = divmod(start, size)
        tasks, total = self._page(context, size, number=before + 1)
        left = total - before * size
        while True:
            yield from tasks[skip:]
            if len(tasks) >= left:
                return
            if not tasks:
                raise IncompleteResult(
                    f"The server counts {left} more tasks in project {self.project}, "
                    "and sends none."
                )
            tasks, left = self._page(context, size, after=tasks[-1]["id"])
            skip = 0

    def _page(
        self, context: Context, size: int, *, number: int = 1, after: int = 0
    ) -> tuple[list[Params], int]:
        later = {
            "filter": "filter:tasks:id",
            "operator": "greater",
            "type": "Number",
            "value": after,
        }
        query = {
            "filters": {"conjunction": "and", "items": [later] if after else []},
            "ordering": ["tasks:id"],
        }
        params = {
            "project": self.project,
            "page": number,
            "page_size": size,
            "include": LIGHT_COLUMNS,
            "resolve_uri": "false",
            "query": json.dumps(query),
        }
        return read_page(context, "/api/tasks/", params, rows="tasks", count="total")


class Tasks(Query[Task]):
    """The tasks of a project."""

    def create(self, data: Mapping[str, Any], **fields: Any) -> Task:
        """Add one task; `project.import_tasks()` is the way for many."""
        return self.model.create(self.known["project"], dict(data), client=self.client, **fields)
