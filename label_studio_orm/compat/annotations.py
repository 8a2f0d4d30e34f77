"""The annotations and predictions of a project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .client import Row
from .tasks import Tasks

if TYPE_CHECKING:
    from ..http import Response


class Annotations(Tasks):
    """The annotations and predictions of a project, as dicts."""

    def create_prediction(
        self,
        task_id: int,
        result: list[Row] | Row | str | None = None,
        score: float | None = 0,
        model_version: str | None = None,
    ) -> Row:
        """Create a prediction. Now: `task.predict(result, score=0.9)`."""
        body = {"task": task_id, "result": result, "score": score}
        body |= {} if model_version is None else {"model_version": model_version}
        return self._object("POST", "/api/predictions", json=body)

    def create_predictions(self, predictions: Sequence[Row]) -> Row:
        """Create predictions. Now: `with project.batch(): task.predict(result)`.

        Each is a dict with `task`, `result`, and perhaps `score` and `model_version`.
        """
        path = f"{self._path}/import/predictions"
        return self._object("POST", path, json=predictions)

    def create_annotations_from_predictions(self, model_versions: Any = None) -> Row:
        """Turn predictions into annotations. Now: `project.tasks.accept_predictions()`."""
        body = {
            "filters": {"conjunction": "and", "items": []},
            "model_version": model_versions,
            "ordering": [],
            "project": self.id,
            "selectedItems": {"all": True, "excluded": []},
        }
        return self._act("predictions_to_annotations", body)

    # These raise errors of the server in any case, as the old ones did.

    def list_annotations(self, task_id: int) -> list[Row]:
        """Return the annotations of a task. Now: `task.annotations`."""
        return self._sure("GET", f"/api/tasks/{task_id}/annotations").json()  # type: ignore[no-any-return]

    def create_annotation(self, task_id: int, **kwargs: Any) -> Row:
        """Create an annotation. Now: `task.annotate(result)`."""
        return self._sure("POST", f"/api/tasks/{task_id}/annotations/", json=kwargs).json()  # type: ignore[no-any-return]

    def get_annotation(self, annotation_id: int) -> Row:
        """Return an annotation. Now: `project.annotations.get(3)`."""
        return self._sure("GET", f"/api/annotations/{annotation_id}").json()  # type: ignore[no-any-return]

    def update_annotation(self, annotation_id: int, **kwargs: Any) -> Row:
        """Change an annotation. Now: `annotation.result = […]`, then `annotation.save()`."""
        return self._sure("PATCH", f"/api/annotations/{annotation_id}", json=kwargs).json()  # type: ignore[no-any-return]

    def delete_annotation(self, annotation_id: int) -> int:
        """Delete an annotation, and return the status 204. Now: `annotation.delete()`."""
        return self._sure("DELETE", f"/api/annotations/{annotation_id}").status_code

    def _sure(self, method: str, path: str, **options: Any) -> Response:
        return self.make_request(method, path, raise_exceptions=True, **options)
