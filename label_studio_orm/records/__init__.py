"""The nouns of Label Studio, one file each."""

from .annotation import Annotation
from .data_field import DataField
from .draft import Draft
from .export import ExportSnapshot
from .prediction import Prediction
from .project import Project
from .task import Task
from .user import User
from .view import View

__all__ = [
    "Annotation",
    "DataField",
    "Draft",
    "ExportSnapshot",
    "Prediction",
    "Project",
    "Task",
    "User",
    "View",
]
