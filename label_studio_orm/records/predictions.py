"""The query of a project's predictions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ..data_manager.annotation_pages import PredictionPages
from ..data_manager.version_removal import delete_version
from ..errors import EditionError
from ..orm.batches import batch_for
from ..orm.expressions import Condition
from ..orm.pagination import Source
from ..orm.record import Record
from .prediction import Prediction
from .regions import RegionQuery


class Predictions(RegionQuery[Prediction]):
    """The predictions of a project; as a table, one row a region."""

    _renamed = MappingProxyType({"model_version": "model_version", "score": "score"})

    @classmethod
    def _source_of(cls, model: type[Record], known: Mapping[str, Any]) -> Source:
        return PredictionPages(known["project"])

    def delete(self) -> int:
        """Delete the predictions; a whole model version in one request. Return how many."""
        version = self._whole_version()
        if version is None or batch_for(self.client, self._known):
            return super().delete()
        try:
            return delete_version(self.client, self._known["project"], version)
        except EditionError:  # servers before 1.13
            return super().delete()

    def _whole_version(self) -> str | None:
        """Return the model version that these predictions are all of, else None."""
        where, selection = self._selection.where, self._selection
        if not isinstance(where, Condition) or where.column is not Prediction.model_version:
            return None
        if where.operator != "==" or where.negated or selection.start or selection.stop is not None:
            return None
        return where.value if isinstance(where.value, str) and where.value else None
