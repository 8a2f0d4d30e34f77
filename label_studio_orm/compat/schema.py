"""The values of `objects`, under the name that earlier versions had."""

from .objects import AnnotationValue, PredictionValue, TaskValue

__all__ = ["AnnotationValue", "PredictionValue", "TaskValue"]
