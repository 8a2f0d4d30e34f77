"""Answers of ML backends: predictions that are not saved, or errors with the status 200."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import BackendFailed
from ..orm.record import model_of
from ..orm.response_shape import shaped
from ..text import listed, shown
from .prediction import Prediction

if TYPE_CHECKING:
    from .ml_backend import MLBackend

NOT_INTERACTIVE = "not set to be used for interactive"


def answer_of(backend: MLBackend, answer: Any) -> Any:
    """Return the data of an answer, or raise `BackendFailed` with the errors in it."""
    errors = shaped(answer, {}).get("errors")
    if not errors:
        return answer.get("data")
    text = listed(errors if isinstance(errors, list) else [errors], between="; ")
    hint = "\nbackend.interactive = True; backend.save()" if NOT_INTERACTIVE in text else ""
    raise BackendFailed(f"{backend!r} failed: {text}{hint}")


def prediction_of(backend: MLBackend, task: int, answer: Any) -> Prediction:
    """Return what a backend predicts for a task, as a prediction without id."""
    found = answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
    if not isinstance(found, dict) or not isinstance(found.get("result"), list):
        raise BackendFailed(
            f"{backend!r} must answer a task with one prediction, like {{'result': […]}}, "
            f"not {shown(repr(answer))}."
        )
    known = backend._state.params
    params = {
        "task": task,
        "project": backend._raw("project"),
        "result": found["result"],
        "score": found.get("score"),
        "model_version": found.get("model_version", known.get("model_version")),
    }
    return model_of(backend.client, Prediction)._pending(backend.client, params)
