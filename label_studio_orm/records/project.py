"""Where tasks are labeled, and by which rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from ..data_manager.scores import MODEL_VERSION as VERSION
from ..errors import InvalidInput, check_names
from ..orm.collection import Collection
from ..orm.context import Context, current
from ..orm.fields import DATETIME, Converter, Field, Reference, length
from ..orm.identity import record_key
from ..orm.meta import NOTHING, Meta
from ..orm.query import Query
from ..orm.record import model_of
from .config_warnings import with_problems
from .configured import KIND, ConfigAttribute, known_config, with_config
from .export import Exports
from .renames import Moves
from .task import Task
from .transfers import Transfers
from .view import View

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from ..labeling.config import LabelConfig, Result
    from ..orm.fields import ReadOnlyReference
    from ..transfer.batches.batch import Batch
    from .annotations import Annotations
    from .predictions import Predictions
    from .storages.collections import ExportStorages, ImportStorages
    from .tasks import Tasks
    from .user import User


T = TypeVar("T")


def _as_it_is(value: Any) -> Any:
    return value


def _xml(value: Any) -> Any:
    """Return the XML of a LabelConfig; anything else is the server's to judge."""
    return str(value) if hasattr(value, "xml") else value


class Project(Transfers, Moves):
    """A labeling project: its settings, its tasks, its exports.

    >>> project = ls.projects.create(title="Reviews")
    >>> project.title = "Film reviews"
    >>> project.save()
    <Project ... 'Film reviews'>
    """

    _meta = Meta(
        kind="project",
        path="/api/projects/{id}/",
        leading=("id", "title"),
        # Counted before the change that a PATCH makes has had its effect.
        volatile=frozenset(
            {"finished_task_number", "num_tasks_with_annotations", "queue_total", "queue_done"}
        ),
    )

    title = Field[str](check=length(3, 50))
    description = Field[str | None]()
    label_config = Field[str](converter=Converter(load=_as_it_is, dump=_xml))
    expert_instruction = Field[str | None]()  # HTML
    show_instruction = Field[bool]()
    show_skip_button = Field[bool]()
    enable_empty_annotation = Field[bool]()
    show_annotation_history = Field[bool]()
    organization = Field[int | None]()
    color = Field[str | None](check=length(0, 16))
    maximum_annotations = Field[int]()  # a task with so many is labeled
    is_published = Field[bool]()
    is_draft = Field[bool]()
    model_version = Field[str | None]()  # whose predictions annotators see
    min_annotations_to_start_training = Field[int]()
    show_collab_predictions = Field[bool]()
    sampling = Field[str | None]()  # "Sequential sampling", "Uniform sampling", …
    show_ground_truth_first = Field[bool]()
    annotator_evaluation_enabled = Field[bool](since="1.23")
    show_overlap_first = Field[bool]()
    overlap_cohort_percentage = Field[int]()  # percent of the tasks
    task_data_login = Field[str | None](check=length(0, 256))
    task_data_password = Field[str | None](check=length(0, 256))
    control_weights = Field[dict[str, Any] | None]()
    evaluate_predictions_automatically = Field[bool]()
    skip_queue = Field[str | None]()  # "REQUEUE_FOR_ME", "REQUEUE_FOR_OTHERS", "IGNORE_SKIPPED"
    reveal_preannotations_interactively = Field[bool]()
    pinned_at = Field[datetime | None](converter=DATETIME)
    created_by: ReadOnlyReference[User] = Reference("user", read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    parsed_label_config = Field[dict[str, Any]](read_only=True)
    config_has_control_tags = Field[bool](read_only=True)
    config_suitable_for_bulk_annotation = Field[bool](read_only=True, since="1.16")
    start_training_on_annotation_update = Field[bool](read_only=True)
    task_number = Field[int](read_only=True)
    finished_task_number = Field[int](read_only=True)
    num_tasks_with_annotations = Field[int](read_only=True)
    total_annotations_number = Field[int](read_only=True)
    total_predictions_number = Field[int](read_only=True)
    useful_annotation_number = Field[int](read_only=True)  # neither skipped nor ground truth
    ground_truth_number = Field[int](read_only=True)
    skipped_annotations_number = Field[int](read_only=True)
    queue_total = Field[int](read_only=True, since="1.9")
    queue_done = Field[int](read_only=True, since="1.9")
    state = Field[str](read_only=True, since="1.22")

    # What a subclass may say of its projects:
    task_class: ClassVar[type[Task] | None] = None
    defaults: ClassVar[Mapping[str, Any]] = NOTHING  # other fields of new projects
    if TYPE_CHECKING:
        config: LabelConfig
    else:
        config = ConfigAttribute()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        given = cls.__dict__.get("config", cls.config)
        if "config" in cls.__dict__ and not isinstance(given, ConfigAttribute):
            cls.config = ConfigAttribute(given)  # type: ignore[assignment]

    @classmethod
    def create(cls, *, client: Context | None = None, **fields: Any) -> Self:
        """Create a project; `fields` are those of this class, and `title` is needed.

        What is not given comes from the class's `defaults`, and the labeling config from `config`.
        Raises `InvalidInput` or `UnknownName` before anything is sent, `Rejected` if the server
        rejects the labeling config; warns if the editor will not accept it (`ConfigWarning`).
        """
        own = {} if cls.config is None else {"label_config": str(cls.config)}
        if "config" in fields:
            fields = {"label_config": fields["config"], **fields}
            del fields["config"]
        fields = {**own, **cls.defaults, **fields}
        check_names(fields, cls.writable(), of=cls.__name__)
        if "title" not in fields:
            raise InvalidInput("A project needs a title: create(title='…').")
        context = current(client)

        def send() -> Any:
            return cls._create(context, "/api/projects/", fields)

        xml = fields.get("label_config")
        project: Self = send() if xml is None else with_problems(context, xml, send)
        return project

    def _save(self) -> Self:
        if "label_config" not in self._changes():
            return super()._save()
        return with_problems(self.client, self.label_config, super()._save)

    def _build_result(self, said: Any, **how: Any) -> Result:
        """Return what was said of a task as the server keeps it: see `LabelConfig.result`."""
        return self._with_config(lambda config: config.result(said, **how))

    def _with_config(self, do: Callable[[LabelConfig], T]) -> T:
        """Do something with the config; what it refuses, with the config as it is now."""
        return with_config(self, do)

    def _expire_counts(self) -> None:
        key = record_key(self.client, KIND, self.id)
        config = self.client._cache.get(key)  # which is no other for what was added
        super()._expire_counts()
        self.client._cache.replace(key, config)

    def _known_config(self) -> LabelConfig | None:
        """Return the labeling config if it was read within the last minute; ask for nothing."""
        return known_config(self)

    def _invalidate_cache(self) -> None:
        super()._invalidate_cache()
        for kind in (KIND, VERSION):
            self.client._cache.replace(record_key(self.client, kind, self.id), None)

    @property
    def url(self) -> str:
        """The address of the project's tasks in a browser."""
        return f"{self.client.server}/projects/{self.id}/data"

    @classmethod
    def matches(cls, project: Project) -> bool:
        """Tell whether a project is one of this class, once that is registered.

        Unless a subclass says otherwise: if it has the class's labeling config.
        """
        return cls.config is not None and _same_xml(project.label_config, str(cls.config))

    tasks: Collection[Tasks[Task]] = Collection(
        "task",
        query="tasks:Tasks",  # late, as half of all code is needed for it
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
    views: Collection[Query[View]] = Collection(
        "view", query=Query, doc="The saved views: the tabs of the Data Manager."
    )
    exports: Collection[Exports] = Collection(
        "export",
        query=Exports,
        doc="The export snapshots, newest first; the server lists the last 100.",
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

    def _classes(self) -> dict[str, Any]:
        """Return the classes of this project and of its tasks."""
        task = self.task_class or model_of(self.client, Task)
        return {"project": type(self), "task": task}

    def batch(self) -> Batch:
        """Let the many small writes of a `with` block become few large ones; see `Batch`."""
        from ..transfer.batches.batch import Batch

        return Batch(self)


def _same_xml(one: str | None, other: str) -> bool:
    """Tell whether two configs are the same, but for the space between tags."""
    return _packed(one or "") == _packed(other)


def _packed(xml: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", xml.strip()))
