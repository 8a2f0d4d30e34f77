"""What an ML backend has on Enterprise."""

from __future__ import annotations

from ...errors import InvalidInput
from ...signatures import given
from .owners import as_ml_backend


class EnterpriseMLBackend:
    """The verbs of an ML backend that only Enterprise has."""

    def predict_all(self, *, batch_size: int | None = None) -> None:
        """Have the server ask the backend for predictions of all tasks of the project (Enterprise).

        `batch_size` is the number of tasks in a request to the backend.
        """
        if batch_size is not None and (type(batch_size) is not int or batch_size < 1):
            raise InvalidInput(f"batch_size must be 1 or more tasks, not {batch_size!r}.")
        backend = as_ml_backend(self)
        try:
            params = given(batch_size=batch_size)
            backend._ask("predict", params=params)
        finally:
            backend._invalidate_cache()
