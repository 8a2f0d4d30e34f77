"""Predictions: the answers of models for a task."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..data_manager.scores import set_version
from ..orm.class_only import class_only
from ..orm.context import Context
from ..orm.fields import DATETIME, Field, fraction_problem
from ..orm.identity import id_of
from ..orm.meta import Meta
from ..orm.tracked import MISSING
from ..signatures import takes
from ..text import shown
from .result_record import ResultRecord

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from .options import PredictionOptions
    from .task import Task


class Prediction(ResultRecord):
    """A model's answer for a task: a list of regions, with a score and the model's version.

    >>> prediction = task.predictions[0]
    >>> prediction.score, prediction.model_version
    (0.91, 'm1')
    """

    _id_hint = " task.predict(prediction.result) saves what an ML backend predicts."
    _meta = Meta(
        kind="prediction",
        path="/api/predictions/{id}/",
        invalidates=("task", "project"),
        batched_by="project",
    )

    score = Field[float | None](check=fraction_problem)
    model_version = Field[str]()
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)
    cluster = Field[int | None]()
    neighbors = Field[list[int] | None]()  # task ids
    mislabeling = Field[float]()
    model = Field[int | None](since="1.12")  # the id of an ML backend
    model_run = Field[int | None](since="1.12")
    created_ago = Field[str](read_only=True)

    @class_only
    @takes("records.options:PredictionOptions")
    def create(
        cls,
        task: Task | int,
        result: Any,
        *,
        client: Context | None = None,
        **options: Unpack[PredictionOptions],
    ) -> Self:
        """Add a prediction to a task; see `Task.predict`."""
        values = {"task": id_of(task, of="Task"), "result": result}
        made = cls._create_for(task, "/api/predictions/", values, client=client, **options)
        params, project = made._state.params, made._state.params.get("project")
        if params.get("model_version") and isinstance(project, int) and "id" in made._state.known:
            set_version(made.client, project, made.model_version)
        return made

    def _raw(self, wire: str) -> Any:
        raw = super()._raw(wire)
        if raw is MISSING and wire == "project":  # servers before 1.9 do not send it
            raw = self.task.project.id
            self._state.params = {**self._state.params, wire: raw}
        return raw

    def _label(self) -> str:
        version = self._state.params.get("model_version")
        return super()._label() + (f" by {shown(version)}" if version else "")
