"""What an ML backend has on Enterprise."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ...errors import InvalidInput

if TYPE_CHECKING:
    from ..ml_backend import MLBackend


class EnterpriseMLBackend:
    """The verbs of an ML backend that only Enterprise has."""

    def predict_all(self, *, batch_size: int | None = None) -> None:
        """Have the server ask the backend for predictions of all tasks of the project (Enterprise).

        `batch_size` is the number of tasks in a request to the backend.
        """
        predict_all(self, batch_size)


def predict_all(owner: object, batch_size: int | None) -> None:
    """Have the server ask a backend for predictions of all tasks."""
    if batch_size is not None and (type(batch_size) is not int or batch_size < 1):
        raise InvalidInput(f"batch_size must be 1 or more tasks, not {batch_size!r}.")
    backend = cast("MLBackend", owner)
    params = {} if batch_size is None else {"batch_size": batch_size}
    try:
        backend._ask("predict", params=params)
    finally:
        backend._invalidate_cache()
