"""The object-oriented SDK for Label Studio: active records over its REST API.

>>> from label_studio_orm import LabelStudio
>>> LabelStudio("http://localhost:8080", api_key="0123456789abcdef")
<LabelStudio http://localhost:8080>
"""

import importlib as _importlib
import logging as _logging
from typing import TYPE_CHECKING as _TYPE_CHECKING

from .client import LabelStudio, connect
from .errors import LabelStudioError
from .limits import Limits
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
from .server_version import ServerInfo
from .transfer.exports.options import SnapshotOptions
from .transfer.imports.result import ImportResult

if _TYPE_CHECKING:
    from .labeling.config import LabelConfig
    from .labeling.creation import choices, labels, tag, taxonomy
    from .labeling.results.brush import Brush
    from .labeling.results.relations import Relation
    from .labeling.results.shapes import Box, Ellipse, KeyPoint, Polygon
    from .labeling.results.spans import Frames, Interval, Span
    from .labeling.results.tracks import KeyFrame, Track
    from .records.storages import ExportStorage, ImportStorage, Storage, local_file_url
    from .records.tasks import Tasks
    from .transfer.batches.batch import Batch

__version__ = "0.1.0"

__all__ = [
    "Annotation",
    "Batch",
    "Box",
    "Brush",
    "DataField",
    "Draft",
    "Ellipse",
    "ExportSnapshot",
    "ExportStorage",
    "Field",
    "Frames",
    "ImportResult",
    "ImportStorage",
    "Interval",
    "KeyFrame",
    "KeyPoint",
    "LabelConfig",
    "LabelStudio",
    "LabelStudioError",
    "Limits",
    "Polygon",
    "Prediction",
    "Project",
    "Query",
    "Relation",
    "ServerInfo",
    "SnapshotOptions",
    "Span",
    "Storage",
    "Task",
    "Tasks",
    "Track",
    "User",
    "View",
    "choices",
    "connect",
    "labels",
    "local_file_url",
    "tag",
    "taxonomy",
]


# Imported when they are asked for: names for types, and what not everybody needs.
_LATE = {
    "Tasks": "records.tasks",
    "Batch": "transfer.batches.batch",
    "LabelConfig": "labeling.config",
    **dict.fromkeys(("choices", "labels", "tag", "taxonomy"), "labeling.creation"),
    "Brush": "labeling.results.brush",
    **dict.fromkeys(("Box", "Ellipse", "KeyPoint", "Polygon"), "labeling.results.shapes"),
    **dict.fromkeys(("Frames", "Interval", "Span"), "labeling.results.spans"),
    **dict.fromkeys(("KeyFrame", "Track"), "labeling.results.tracks"),
    "Relation": "labeling.results.relations",
    **dict.fromkeys(("ExportStorage", "ImportStorage", "Storage"), "records.storages"),
    "local_file_url": "records.storages",
}


def __getattr__(name: str) -> object:
    if name in _LATE:
        return getattr(_importlib.import_module(f".{_LATE[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


_logging.getLogger(__name__).addHandler(_logging.NullHandler())
