"""The object-oriented SDK for Label Studio: active records over its REST API.

>>> from label_studio_orm import LabelStudio
>>> LabelStudio("http://localhost:8080", api_key="0123456789abcdef")
<LabelStudio http://localhost:8080>
"""

import logging as _logging

from .client import LabelStudio, ServerInfo, connect
from .errors import LabelStudioError
from .orm.fields import Field
from .orm.query import Query
from .records import Annotation, Draft, ExportSnapshot, Prediction, Project, Task, User
from .transfer.options import SnapshotOptions
from .transfer.result import ImportResult

__version__ = "0.1.0"

__all__ = [
    "Annotation",
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
    "User",
    "connect",
]

_logging.getLogger(__name__).addHandler(_logging.NullHandler())
