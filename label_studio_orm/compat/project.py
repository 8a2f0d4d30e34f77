"""Projects, as the old SDK had them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .annotations import Annotations
from .client import Client
from .exceptions import LabelStudioAttributeError, LabelStudioException
from .exports import Exports, ExportSnapshotStatus
from .members import AssignmentSamplingMethod, Members
from .parameters import ProjectSampling
from .storages import ProjectStorage, Storages

if TYPE_CHECKING:
    from ..client import LabelStudio
    from ..records.project import Project as Record

__all__ = [
    "AssignmentSamplingMethod",
    "ExportSnapshotStatus",
    "LabelStudioAttributeError",
    "LabelStudioException",
    "Project",
    "ProjectSampling",
    "ProjectStorage",
]


class Project(Annotations, Exports, Members, Storages):
    """A project; `project.title` and the other parameters are read when one is used.

    `project.orm` is the record of this package, and `record.compat` the way back:

    >>> project = Client().start_project(title="Reviews")
    >>> project.orm.title
    'Reviews'
    >>> project.orm.compat.title
    'Reviews'
    """

    @classmethod
    def of_record(cls, record: Record) -> Project:
        """Return the project of a record, on the same connections: `record.compat`."""
        client = Client._of_client(cast("LabelStudio", record.client))
        return cls._create_from_id(client, record.id)
