"""The query of a project's annotations."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ..data_manager.annotation_pages import AnnotationPages
from ..orm.batches import batch_for
from ..orm.pagination import Source
from ..orm.record import Record
from .annotation import Annotation
from .enterprise.bulk_deletion import delete_together
from .regions import RegionQuery


class Annotations(RegionQuery[Annotation]):
    """The annotations of a project; as a table, one row a region.

    >>> project.annotations.to_dicts()[0]["label"]
    'Negative'
    """

    _renamed = MappingProxyType({"completed_by": "annotator"})

    @classmethod
    def _source_of(cls, model: type[Record], known: Mapping[str, Any]) -> Source:
        return AnnotationPages(known["project"])

    def _delete_all(self, records: list[Record]) -> int:
        if not batch_for(self.client, self._known):
            ids = [record.id for record in records]
            done = delete_together(self.client, self._known["project"], ids)
            if done is not None:
                return done
        return super()._delete_all(records)
