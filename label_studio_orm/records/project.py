"""Projects: settings, tasks and results."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from .. import transfer
from ..data_manager.project_config import KIND as CONFIG
from ..data_manager.scores import MODEL_VERSION as VERSION
from ..orm.class_only import class_only
from ..orm.collection import Collection, records_of
from ..orm.context import Context, current
from ..orm.fields import DATETIME, Converter, Field, Reference, length, object_problem, one_of
from ..orm.identity import record_key
from ..orm.meta import NOTHING, Meta
from ..orm.record import Record, model_of
from ..orm.saving import check_required
from ..progress import Progress
from ..signatures import takes
from .config_warnings import with_problems
from .configured import ConfigAttribute
from .enterprise import new_projects
from .enterprise.project import EnterpriseProject
from .enterprise.project_settings import ProjectSettings
from .enterprise.stateful import Stateful
from .export import Exports
from .model_versions import ModelVersions
from .overview import Overview, next_task_id
from .renames import Renames
from .secret_field import PasswordField
from .task import Task
from .task_parameter import T, task_class_of
from .transfers import Transfers

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ..compat.project import Project as CompatProject
    from ..labeling.config import LabelConfig
    from ..orm.fields import ReadOnlyReference
    from .annotations import Annotations
    from .file import Files
    from .ml_backends import MLBackends
    from .options import ProjectFields
    from .predictions import Predictions
    from .storages.collections import ExportStorages, ImportStorages
    from .tasks import Tasks
    from .user import User
    from .views import Views
    from .webhooks import Webhooks


COMPAT = "label_studio_orm.compat.project"  # by name: no layer imports a front end
SAMPLING = ("Sequential sampling", "Uniform sampling", "Uncertainty sampling")
SKIP_QUEUE = ("REQUEUE_FOR_ME", "REQUEUE_FOR_OTHERS", "IGNORE_SKIPPED")


def organization_problem(value: Any) -> str | None:
    """Return what is wrong with the organization of a project, or None."""
    if value is not None:
        return None
    return "must be the id of an organization: without one nobody could open the project"


def color_problem(value: Any) -> str | None:
    """Return what is wrong with a color, or None: the server fails on null."""
    return "must be like '#FF8800', not None" if value is None else length(0, 16)(value)


def _xml(value: Any) -> Any:
    """Return the XML of a LabelConfig; anything else is the server's to judge."""
    return str(value) if hasattr(value, "xml") else value


def _text(value: Any) -> Any:
    return "" if value is None else value


class Project(
    Transfers, Renames, Overview, EnterpriseProject, ProjectSettings, Stateful, Record, Generic[T]
):
    """A labeling project: its settings, its tasks, its exports.

    `class Reviews(Project[Review])` has tasks of the class `Review`.

    >>> project = ls.projects.create(title="Reviews")
    >>> project.title = "Film reviews"
    >>> project.save()
    <Project ... 'Film reviews'>
    """

    _meta = Meta(
        kind="project",
        path="/api/projects/{id}/",
        leading=("id", "title"),
        required=("title",),
        identified_by=("title",),
        merged=frozenset({"review_settings", "assignment_settings", "dm_column_defaults"}),
        # The answer to a PATCH has them as they were before it.
        volatile=frozenset(
            {"finished_task_number", "num_tasks_with_annotations", "queue_total", "queue_done"}
        ),
    )

    # In the order of the columns of a table: what people look for first, internals last.
    title = Field[str](check=length(3, 50))
    task_number = Field[int](read_only=True)
    num_tasks_with_annotations = Field[int](read_only=True)
    finished_task_number = Field[int](read_only=True)
    total_annotations_number = Field[int](read_only=True)  # with skipped ones and ground truth
    total_predictions_number = Field[int](read_only=True)
    description = Field[str | None]()
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    created_by: ReadOnlyReference[User] = Reference("user", read_only=True)
    # The version whose predictions annotators see; None, which the server spells "", for none.
    model_version = Field[str | None](converter=Converter(dump=_text))
    is_published = Field[bool]()
    label_config = Field[str](converter=Converter(dump=_xml))  # XML
    expert_instruction = Field[str | None]()  # HTML
    useful_annotation_number = Field[int](read_only=True)  # neither skipped nor ground truth
    ground_truth_number = Field[int](read_only=True)
    skipped_annotations_number = Field[int](read_only=True)
    maximum_annotations = Field[int]()  # a task with this many is labeled
    overlap_cohort_percentage = Field[int]()  # percent of the tasks
    sampling = Field[str | None](check=one_of(*SAMPLING))  # how the next task is chosen
    show_instruction = Field[bool]()  # before annotators start
    show_skip_button = Field[bool]()
    enable_empty_annotation = Field[bool]()  # whether one without answers can be submitted
    show_annotation_history = Field[bool]()
    organization = Field[int | None](check=organization_problem)
    color = Field[str | None](check=color_problem)
    is_draft = Field[bool]()  # its creation in the browser is not complete
    min_annotations_to_start_training = Field[int]()  # of an ML backend
    show_collab_predictions = Field[bool]()  # to annotators
    show_ground_truth_first = Field[bool]()  # to each annotator
    annotator_evaluation_enabled = Field[bool](since="1.23")
    show_overlap_first = Field[bool]()
    task_data_login = Field[str | None](check=length(0, 256))  # for the URLs in task data
    task_data_password = PasswordField(check=length(0, 256))
    control_weights = Field[dict[str, Any] | None](check=object_problem)
    evaluate_predictions_automatically = Field[bool]()  # asks the ML backend when a task is opened
    skip_queue = Field[str | None](check=one_of(*SKIP_QUEUE))  # who gets a skipped task
    reveal_preannotations_interactively = Field[bool]()
    pinned_at = Field[datetime | None](converter=DATETIME)
    parsed_label_config = Field[dict[str, Any]](read_only=True)
    config_has_control_tags = Field[bool](read_only=True)
    config_suitable_for_bulk_annotation = Field[bool](read_only=True, since="1.16")
    start_training_on_annotation_update = Field[bool](read_only=True)
    queue_total = Field[int](read_only=True, since="1.9")  # tasks for the key's user
    queue_done = Field[int](read_only=True, since="1.9")  # of which that user has annotated
    state = Field[str](read_only=True, since="1.22")

    # What a subclass may set for its projects:
    task_class: ClassVar[type[Task] | None] = None
    defaults: ClassVar[Mapping[str, Any]] = NOTHING  # other fields of new projects
    if TYPE_CHECKING:
        config: LabelConfig
    else:
        config = ConfigAttribute()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        named = task_class_of(cls, Project)
        if named is not None:
            cls.task_class = named
        given = cls.__dict__.get("config", cls.config)
        if "config" in cls.__dict__ and not isinstance(given, ConfigAttribute):
            cls.config = ConfigAttribute(given)  # type: ignore[assignment]

    @class_only
    @takes("records.options:ProjectFields")
    def create(cls, *, client: Context | None = None, **fields: Unpack[ProjectFields]) -> Self:
        """Create a project; `fields` are those of this class, and `title` is required.

        Other values come from the class's `defaults`, the labeling config from its `config`.
        Raises `InvalidInput` or `UnknownName` before anything is sent, `Rejected` if the server
        rejects the labeling config; warns if the editor will not accept it (`ConfigWarning`).
        """
        values = cls._with_defaults(fields)
        cls._check_writable(values)
        check_required(cls, values)
        context = current(client)

        def send() -> Any:
            return new_projects.create(cls, context, values)

        xml = values.get("label_config")
        project: Self = send() if xml is None else with_problems(context, xml, send)
        return project

    @class_only
    @takes("records.options:ProjectFields")
    def get_or_create(
        cls, *, client: Context | None = None, **fields: Unpack[ProjectFields]
    ) -> Self:
        """Return the only project with this title, or create it; `fields` are those of `create()`.

        One that was found is not changed: a warning names the other fields that differ.

        >>> Project.get_or_create(title="Reviews", client=ls) == project
        True
        """
        projects: Any = records_of(current(client), cls)
        found: Self = projects.get_or_create(**fields)
        return found

    def _equals(self, name: str, value: Any) -> bool:
        if name == "label_config":
            return _same_xml(self.label_config, str(value))
        return super()._equals(name, value)

    @classmethod
    def _with_defaults(cls, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of a new project, completed by the class's own."""
        explicit = {"label_config" if name == "config" else name: fields[name] for name in fields}
        own = {} if cls.config is None else {"label_config": str(cls.config)}
        return {**own, **cls.defaults, **explicit}

    def _save(self) -> Self:
        if "label_config" not in self._changes():
            return super()._save()
        return with_problems(self.client, self.label_config, super()._save)

    def _expire_counts(self) -> None:
        key = record_key(self.client, CONFIG, self.id)
        config = self.client._cache.get(key)  # it stays valid when records are added
        super()._expire_counts()
        self.client._cache.replace(key, config)

    def _invalidate_cache(self) -> None:
        super()._invalidate_cache()
        for kind in (CONFIG, VERSION):
            self.client._cache.replace(record_key(self.client, kind, self.id), None)

    @property
    def url(self) -> str:
        """The address of the project's tasks in a browser."""
        return f"{self.client.server}/projects/{self.id}/data"

    @property
    def compat(self) -> CompatProject:
        """This project as an object of label-studio-sdk below 1; see `label_studio_orm.compat`.

        >>> project.compat.get_tasks_ids() == project.tasks.ids()
        True
        """
        made: CompatProject = import_module(COMPAT).Project.of_record(self)
        return made

    @classmethod
    def matches(cls, project: Project) -> bool:
        """Tell whether a project is of this class, if that is registered.

        By default it is if it has the class's labeling config.
        """
        return cls.config is not None and _same_xml(project.label_config, str(cls.config))

    tasks: Collection[Tasks[T]] = Collection(
        "task",
        query="tasks:Tasks",  # imported late, as it needs half of all code
        doc="The tasks, in the order of their ids, as objects of `task_class`.",
    )
    annotations: Collection[Annotations] = Collection(
        "annotation",
        query="annotations:Annotations",
        doc="All annotations, in the order of their tasks; as a table, one row a region.",
    )
    predictions: Collection[Predictions] = Collection(
        "prediction",
        query="predictions:Predictions",
        doc="All predictions; as a table, one row a region.",
    )
    views: Collection[Views] = Collection(
        "view", query="views:Views", doc="The saved views: the tabs of the Data Manager."
    )
    exports: Collection[Exports] = Collection(
        "export",
        query=Exports,
        doc="The export snapshots, newest first; the server lists the last 100.",
    )
    files: Collection[Files] = Collection(
        "file",
        query="file:Files",
        doc="The files that you have uploaded, ordered by id.",
    )
    import_storages: Collection[ImportStorages] = Collection(
        "import_storage",
        query="storages.collections:ImportStorages",
        doc="Where tasks come from: all storages, or of one provider (`.s3`, `.local`, …).",
    )
    export_storages: Collection[ExportStorages] = Collection(
        "export_storage",
        query="storages.collections:ExportStorages",
        doc="Where annotations go to: all storages, or of one provider (`.s3`, `.local`, …).",
    )

    webhooks: Collection[Webhooks] = Collection(
        "webhook",
        query="webhooks:Webhooks",
        doc="The webhooks of the project: URLs that the server calls when something happens.",
    )
    ml_backends: Collection[MLBackends] = Collection(
        "ml_backend",
        query="ml_backends:MLBackends",
        doc="The ML backends of the project, as the server saw them last.",
    )

    @property
    def model_versions(self) -> ModelVersions:
        """How many predictions each model version has; `.delete("m1")` deletes those of one."""
        return ModelVersions(self)

    def _classes(self) -> dict[str, Any]:
        """Return the classes of this project and of its tasks."""
        task = self.task_class or model_of(self.client, Task)
        return {"project": type(self), "task": task}

    def next_task(self) -> T | None:
        """Return the task that the server would show next to the key's user, or None.

        The server locks it for this user, for a day or until it is annotated: it offers the same
        task again, and to nobody else unless it needs more annotators.

        >>> project.next_task() is None
        True
        """
        id = next_task_id(self)
        return None if id is None else self.tasks.get(id)

    def batch(self, *, progress: Progress = None) -> transfer.Batch:
        """Collect the small writes of a `with` block into a few large requests; see `Batch`."""
        return transfer.Batch(self, progress)


def _same_xml(one: str | None, other: str) -> bool:
    """Tell whether two configs are equal, apart from the space between tags."""
    return _normalized(one or "") == _normalized(other)


def _normalized(xml: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", xml.strip()))
