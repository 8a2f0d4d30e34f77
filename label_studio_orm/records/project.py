"""Where tasks are labeled, and by which rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, overload

from ..errors import InvalidInput, check_names, checked_options
from ..orm.context import Context, current
from ..orm.fields import DATETIME, Field, Reference, length
from ..orm.job import ONE_HOUR
from ..orm.pages import WholeList
from ..orm.query import Query
from ..orm.record import Record, model_of
from ..orm.writable import NOTHING
from ..progress import Progress
from .annotation import Annotation, Annotations
from .export import Exports, ExportSnapshot
from .prediction import Prediction, Predictions
from .task import Task
from .view import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from typing_extensions import Self, Unpack

    from ..transfer.batch import Batch
    from ..transfer.options import SnapshotOptions
    from ..transfer.result import ImportResult
    from .tasks import Tasks
    from .user import User


class Project(Record):
    """A labeling project: its settings, its tasks, its exports.

    >>> project = ls.projects.create(title="Reviews")
    >>> project.title = "Film reviews"
    >>> project.save()
    <Project ... 'Film reviews'>
    """

    kind = "project"
    endpoint = "/api/projects/{id}/"
    # Counted before the change that a PATCH makes has had its effect.
    reshaped = frozenset(
        {"finished_task_number", "num_tasks_with_annotations", "queue_total", "queue_done"}
    )

    title = Field[str](check=length(3, 50))
    description = Field[str | None]()
    label_config = Field[str]()  # XML
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
    annotator_evaluation_enabled = Field[bool]()
    show_overlap_first = Field[bool]()
    overlap_cohort_percentage = Field[int]()  # percent of the tasks
    task_data_login = Field[str | None](check=length(0, 256))
    task_data_password = Field[str | None](check=length(0, 256))
    control_weights = Field[dict[str, Any] | None]()
    evaluate_predictions_automatically = Field[bool]()
    skip_queue = Field[str | None]()  # "REQUEUE_FOR_ME", "REQUEUE_FOR_OTHERS", "IGNORE_SKIPPED"
    reveal_preannotations_interactively = Field[bool]()
    pinned_at = Field[datetime | None](converter=DATETIME)
    created_by: Reference[User] = Reference("user", read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    parsed_label_config = Field[dict[str, Any]](read_only=True)
    config_has_control_tags = Field[bool](read_only=True)
    config_suitable_for_bulk_annotation = Field[bool](read_only=True)
    start_training_on_annotation_update = Field[bool](read_only=True)
    task_number = Field[int](read_only=True)
    finished_task_number = Field[int](read_only=True)
    num_tasks_with_annotations = Field[int](read_only=True)
    total_annotations_number = Field[int](read_only=True)
    total_predictions_number = Field[int](read_only=True)
    useful_annotation_number = Field[int](read_only=True)  # neither skipped nor ground truth
    ground_truth_number = Field[int](read_only=True)
    skipped_annotations_number = Field[int](read_only=True)
    queue_total = Field[int](read_only=True)
    queue_done = Field[int](read_only=True)
    state = Field[str](read_only=True)

    # What a subclass may say of its projects:
    task_class: ClassVar[type[Task] | None] = None
    config: ClassVar[Any] = None  # the labeling config of new projects
    defaults: ClassVar[Mapping[str, Any]] = NOTHING  # other fields of new projects

    @classmethod
    def create(cls, *, client: Context | None = None, **fields: Any) -> Self:
        """Create a project; `fields` are those of this class, and `title` is needed.

        What is not given comes from the class's `defaults`, and the labeling config from `config`.
        Raises `InvalidInput` or `UnknownName` before anything is sent, `Rejected` if the server
        does not take the labeling config.
        """
        own = {} if cls.config is None else {"label_config": str(cls.config)}
        fields = {**own, **cls.defaults, **fields}
        check_names(fields, cls.writable(), of=cls.__name__)
        if "title" not in fields:
            raise InvalidInput("A project needs a title: create(title='…').")
        return cls._create(current(client), "/api/projects/", fields)

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

    @property
    def tasks(self) -> Tasks[Task]:
        """The tasks, in the order of their ids, as objects of `task_class`."""
        from .tasks import tasks_of  # late, as half of all code is needed for it

        return tasks_of(self.client, self, self._classes()["task"])

    def _classes(self) -> dict[str, Any]:
        """Return the classes of this project and of its tasks."""
        task = self.task_class or model_of(self.client, Task)
        return {"project": type(self), "task": task}

    @property
    def annotations(self) -> Annotations:
        """All annotations, in the order of their tasks; as a table, one row a region.

        >>> project.annotations.to_dicts()[0]["label"]
        'Negative'
        """
        from ..data_manager.nested import AnnotationPages

        return Annotations(
            self.client,
            model_of(self.client, Annotation),
            AnnotationPages(self.id),
            {"project": self.id},
            related=self._classes(),
        )

    @property
    def predictions(self) -> Predictions:
        """All predictions; as a table, one row a region."""
        from ..data_manager.nested import PredictionPages

        return Predictions(
            self.client,
            model_of(self.client, Prediction),
            PredictionPages(self.id),
            {"project": self.id},
            related=self._classes(),
        )

    @property
    def views(self) -> Query[View]:
        """The saved views: the tabs of the Data Manager."""
        source = WholeList("/api/dm/views/", {"project": self.id})
        return Query(self.client, model_of(self.client, View), source)

    def batch(self) -> Batch:
        """Let the many small writes of a `with` block become few large ones; see `Batch`."""
        from ..transfer.batch import Batch

        return Batch(self)

    @property
    def exports(self) -> Exports:
        """The export snapshots, newest first; the server lists the last 100."""
        model = model_of(self.client, ExportSnapshot)
        source = WholeList(f"/api/projects/{self.id}/exports")
        return Exports(self.client, model, source, {"project": self.id})

    def export_formats(self, *, fitting: bool = False) -> list[str]:
        """Return the names of the formats that `export()` takes.

        With `fitting`, only those that the server thinks fit this project's labeling config.
        """
        answer = self.client.json("GET", f"/api/projects/{self.id}/export/formats")
        return [item["name"] for item in answer if not (fitting and item.get("disabled"))]

    @checked_options
    def import_tasks(
        self,
        source: Any,
        *,
        preannotated_from_fields: Sequence[str] = (),
        timeout: float = ONE_HOUR,
        progress: Progress = None,
    ) -> ImportResult:
        """Import tasks and return their ids.

        `source` is a list or generator of dicts, one dict, a DataFrame (pandas, polars, arrow),
        or the path of a .json, .jsonl, .csv, .tsv or .txt file (UTF-8). A dict is a task if its
        "data" is a dict ({"data": …, "predictions": …}), else it is the data of a task. Values of
        .csv and .tsv files stay text ("007" is not 7); each line of a .txt file is a task.

        `preannotated_from_fields` names data fields whose values become predictions for the
        controls of the same names. `timeout` is in seconds, for a server that imports in a queue.
        `progress=False` shows no bar; a callable is called with (done, total or None).

        Lists and files are checked to the end before the first task is sent. When the import is
        cut short, the error's `imported` has what was done until then.

        >>> project.import_tasks([{"text": "A fine film."}, {"text": "Dull."}])
        <ImportResult: 2 created>
        """
        from ..transfer.imports import import_tasks

        return import_tasks(
            self,
            source,
            preannotated_from_fields=preannotated_from_fields,
            timeout=timeout,
            progress=progress,
        )

    @overload
    def export(
        self,
        format: str = ...,
        path: None = ...,
        *,
        ids: Iterable[int] | None = ...,
        timeout: float = ...,
        progress: Progress = ...,
        **options: Unpack[SnapshotOptions],
    ) -> list[dict[str, Any]]: ...

    @overload
    def export(
        self,
        format: str = ...,
        path: str | Path = ...,
        *,
        ids: Iterable[int] | None = ...,
        timeout: float = ...,
        progress: Progress = ...,
        **options: Unpack[SnapshotOptions],
    ) -> Path: ...

    def export(
        self,
        format: str = "JSON",
        path: str | Path | None = None,
        *,
        ids: Iterable[int] | None = None,
        timeout: float = ONE_HOUR,
        progress: Progress = None,
        **options: Unpack[SnapshotOptions],
    ) -> Any:
        """Export the tasks: a list of dicts without a path, else the `Path` of what was written.

        `path` is a file, or a folder, in which the server's name for the file is used; formats of
        several files come as one .zip. Only JSON and JSON_MIN can do without. Folders are made
        as needed, and the file takes its name only when it is whole.

        `ids` are the tasks to export, else all; see `SnapshotOptions` for what goes into the
        export: `only_finished=True`, `predictions=True`, `ground_truth=False`, …
        `timeout` is in seconds, for each of the server's two jobs.

        >>> [task["data"] for task in project.export()]
        [{'text': 'Rarely seen a worse film.'}]
        """
        from ..transfer.exports import Export

        job = Export(
            project=self,
            format=format,
            ids=ids,
            options=options,
            timeout=timeout,
            progress=progress,
        )
        return job.read() if path is None else job.write(path)


def _same_xml(one: str | None, other: str) -> bool:
    """Tell whether two configs are the same, but for the space between tags."""
    return _packed(one or "") == _packed(other)


def _packed(xml: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", xml.strip()))
