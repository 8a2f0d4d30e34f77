"""Values of tasks, as the old SDK built them."""

from __future__ import annotations

from typing import Any

from attrs import define, field


@define
class PredictionValue:
    """A prediction without a task. Now: `task.predict(result, score=0.9)`.

    >>> PredictionValue(model_version="m1", score=0.9, result=[]).serialize()
    {'model_version': 'm1', 'score': 0.9, 'result': []}
    """

    model_version: Any = field(default=None, kw_only=True)
    score: float | None = field(default=0.0, kw_only=True)
    result: list[Any] | None = field(factory=list, kw_only=True)

    def serialize(self) -> dict[str, Any]:
        """Return the prediction as the API takes it."""
        return {"model_version": self.model_version, "score": self.score, "result": self.result}


@define
class AnnotationValue:
    """An annotation without a task. Now: `task.annotate(result)`."""

    result: list[dict[str, Any]] | None = field(default=None, kw_only=True)


@define
class TaskValue:
    """A task with its annotations and predictions. Now: a dict to import."""

    data: dict[str, Any] | None = field(default=None, kw_only=True)
    annotations: list[AnnotationValue] | None = field(default=None, kw_only=True)
    predictions: list[PredictionValue] | None = field(default=None, kw_only=True)
