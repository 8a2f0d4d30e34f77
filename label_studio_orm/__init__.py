"""The object-oriented SDK for Label Studio: active records over its REST API.

>>> from label_studio_orm import LabelStudio
>>> LabelStudio("http://localhost:8080", api_key="0123456789abcdef")
<LabelStudio http://localhost:8080>
"""

import logging as _logging
from typing import TYPE_CHECKING as _TYPE_CHECKING

from .client import LabelStudio, ServerInfo, connect
from .errors import LabelStudioError
from .orm.fields import Field
from .orm.query import Query
from .records import (
    Annotation,
    DataField,
    Draft,
    ExportSnapshot,
    Prediction,
    Project,
    Task,
    User,
    View,
)
from .transfer.exports.options import SnapshotOptions
from .transfer.imports.result import ImportResult

if _TYPE_CHECKING:
    from .records.tasks import Tasks
    from .transfer.batches.batch import Batch

__version__ = "0.1.0"

__all__ = [
    "Annotation",
    "Batch",
    "DataField",
    "Draft",
    "ExportSnapshot",
    "Field",
    "ImportResult",
    "LabelStudio",
    "LabelStudioError",
    "Prediction",
    "Project",
    "Query",
    "ServerInfo",
    "SnapshotOptions",
    "Task",
    "Tasks",
    "User",
    "View",
    "connect",
]


def __getattr__(name: str) -> object:
    """Import late what is needed to name types only."""
    if name == "Tasks":
        from .records.tasks import Tasks

        return Tasks
    if name == "Batch":
        from .transfer.batches.batch import Batch

        return Batch
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


_logging.getLogger(__name__).addHandler(_logging.NullHandler())
