"""What a model said of a task."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..orm.context import Context
from ..orm.fields import DATETIME, Field, Reference
from ..orm.identity import client_of, id_of
from ..orm.record import Record
from ..orm.writable import project_of
from .regions import RegionQuery
from .result import Result, result_problem

if TYPE_CHECKING:
    from typing_extensions import Self

    from .project import Project
    from .task import Task


class Prediction(Record):
    """A model's answer for a task: a list of regions, with a score and the model's version.

    >>> prediction = task.predictions[0]
    >>> prediction.score, prediction.model_version
    (0.91, 'm1')
    """

    kind = "prediction"
    endpoint = "/api/predictions/{id}/"
    counted_by = ("task", "project")

    result = Field[Result](check=result_problem)
    score = Field[float | None]()
    model_version = Field[str]()
    task: Reference[Task] = Reference("task")
    project: Reference[Project] = Reference("project", read_only=True)
    cluster = Field[int | None]()
    neighbors = Field[list[int] | None]()  # task ids
    mislabeling = Field[float]()
    model = Field[int | None]()  # the id of an ML backend
    model_run = Field[int | None]()
    created_ago = Field[str](read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)

    @classmethod
    def create(
        cls, task: Task | int, result: Result, *, client: Context | None = None, **fields: Any
    ) -> Self:
        """Add a prediction to a task."""
        task_id = id_of(task, of="Task")
        values = {"task": task_id, "result": result, **fields}
        parents = {"task": task_id, "project": project_of(task)}
        return cls._create(
            client_of(task, client), "/api/predictions/", values, parents=parents, owner=task
        )

    def _label(self) -> str:
        task, version = self._params.get("task"), self._params.get("model_version")
        return (f" of task {task}" if task else "") + (f" by {version}" if version else "")


class Predictions(RegionQuery[Prediction]):
    """The predictions of a project; as a table, one row a region."""

    renamed = MappingProxyType({"model_version": "model_version", "score": "score"})
