"""The class of each kind of record: ours, or a registered one."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar, cast

from ..errors import InvalidInput
from ..orm.record import Record

if TYPE_CHECKING:
    from .project import Project

R = TypeVar("R", bound=Record)

PROVIDERS = {
    "s3": "S3",
    "s3s": "S3S",
    "gcs": "GCS",
    "azure": "Azure",
    "redis": "Redis",
    "localfiles": "Local",
}
# Every record class, by its key, with its module. A new resource is one line here.
RECORDS: Mapping[str, str] = MappingProxyType(
    {
        "annotation": "annotation:Annotation",
        "annotation_review": "enterprise.reviews:AnnotationReview",
        "assignment": "enterprise.assignments:Assignment",
        "comment": "enterprise.comments:Comment",
        "draft": "draft:Draft",
        "export": "export:ExportSnapshot",
        "export_storage": "storages:ExportStorage",
        "file": "file:UploadedFile",
        "import_storage": "storages:ImportStorage",
        "member": "member:Member",
        "metric": "enterprise.metric:Metric",
        "ml_backend": "ml_backend:MLBackend",
        "model_provider": "enterprise.model_providers:ModelProvider",
        "organization": "organization:Organization",
        "parent_model": "enterprise.prompts:Prompt",
        "pause": "enterprise.pauses:Pause",
        "prediction": "prediction:Prediction",
        "project": "project:Project",
        "project_member": "enterprise.project_members:ProjectMember",
        "project_role": "enterprise.project_roles:ProjectRole",
        "project_template": "enterprise.project_templates:ProjectTemplate",
        "prompt_run": "enterprise.prompt_runs:PromptRun",
        "prompt_version": "enterprise.prompts:PromptVersion",
        "review_rule": "enterprise.review_rules:ReviewRule",
        "session_policy": "organization_settings:SessionPolicy",
        "task": "task:Task",
        "token_settings": "organization_settings:TokenSettings",
        "user": "user:User",
        "view": "view:View",
        "webhook": "webhook:Webhook",
        "workspace": "enterprise.workspaces:Workspace",
        **{f"import_storage.{key}": f"storages:{n}ImportStorage" for key, n in PROVIDERS.items()},
        **{f"export_storage.{key}": f"storages:{n}ExportStorage" for key, n in PROVIDERS.items()},
    }
)


def record_class(key: str) -> type[Record]:
    """Return our class of a kind; raise KeyError if there is none."""
    module, _, name = RECORDS[key].partition(":")
    found: type[Record] = getattr(importlib.import_module(f".{module}", __package__), name)
    return found


class Registry:
    """The classes of one client."""

    def __init__(self) -> None:
        self._own: dict[str, type[Record]] = {}
        self._matching: dict[str, type[Project]] = {}  # by name: a redefined class replaces it

    def model(self, key: str, default: type[Record] | None = None) -> type[Record]:
        """Return the class of a kind of record ("project", "import_storage.s3", …)."""
        if key in self._own:
            return self._own[key]
        return record_class(key) if default is None or key in RECORDS else default

    def model_for(self, record: Record) -> type[Record]:
        """Return the registered class that a record matches, or its own class."""
        if record._meta.kind == "project":
            for model in reversed(self._matching.values()):
                if issubclass(model, type(record)) and model.matches(cast("Project", record)):
                    return model
        return type(record)

    def match_fields(self, kind: str) -> tuple[str, ...]:
        """Return the fields that matching needs, if classes with `matches()` are registered."""
        return ("title", "label_config") if kind == "project" and self._matching else ()

    def register(self, model: type[Record]) -> None:
        """Use this class for its kind of records."""
        base = _base(model)
        if base is None:
            raise InvalidInput(
                f"model must be your own class, like class Reviews(Project), not {model!r}."
            )
        if base._meta.kind == "project":
            self._register_project(cast("type[Project]", model), base)
        else:
            self._own[model._meta.key] = model

    def _register_project(self, model: type[Project], base: type[Record]) -> None:
        own = model.__mro__[: model.__mro__.index(base)]
        if model.config is None and not any("matches" in vars(each) for each in own):
            raise InvalidInput(
                f"{model.__name__} matches no projects: give it a config, or a classmethod "
                "matches(cls, project)."
            )
        name = f"{model.__module__}.{model.__qualname__}"
        self._matching.pop(name, None)
        self._matching[name] = model


def _base(model: object) -> type[Record] | None:
    """Return our base class of a user's class, or None."""
    if not (isinstance(model, type) and issubclass(model, Record)):
        return None
    meta = getattr(model, "_meta", None)
    base = record_class(meta.key) if meta is not None and meta.key in RECORDS else None
    return base if base is not None and issubclass(model, base) and model is not base else None
