"""The nouns of Label Studio, one file each."""

from .annotation import Annotation
from .draft import Draft
from .export import ExportSnapshot
from .prediction import Prediction
from .project import Project
from .task import Task
from .user import User

__all__ = ["Annotation", "Draft", "ExportSnapshot", "Prediction", "Project", "Task", "User"]
