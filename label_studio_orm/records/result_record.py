"""What annotations and predictions share: a result, and how it is read and checked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from ..labeling.results import Result
from ..orm.context import Context
from ..orm.fields import Field, Reference
from ..orm.identity import id_of
from ..orm.record import Record, model_of
from ..orm.response_shape import shaped
from .configured import TaskData, config_of, with_config
from .result import result_problem

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..labeling.config import LabelConfig
    from ..labeling.results.reader import Reading, Region
    from ..labeling.results.relations import Relation
    from ..orm.fields import ReadOnlyReference
    from .project import Project
    from .task import Task


class ResultRecord(Record):
    """Something that was said of a task: a list of regions and answers, the `result`."""

    result = Field[Result](check=result_problem)
    task: Reference[Task] = Reference("task")
    project: ReadOnlyReference[Project] = Reference("project", read_only=True)

    @property
    def config(self) -> LabelConfig:
        """The labeling config of the project."""
        return config_of(project_of(self))

    @property
    def _reading(self) -> Reading:
        return self.config.read(shaped(self.result, [dict]))

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions as typed objects: `.label`, `.box.pixels`, `.span.text`, `.mask`, …"""
        return self._reading.regions

    @property
    def relations(self) -> tuple[Relation, ...]:
        """How regions belong together."""
        return self._reading.relations

    @property
    def answers(self) -> dict[str, Any]:
        """What was said of the task as a whole, by the names of the controls."""
        return self._reading.answers

    def __getitem__(self, control: str) -> Any:
        """Return what was said with a control: a choice, a number, texts; regions as objects.

        None if nothing was said. Raises `NotFound` if the config has no such control.

        >>> task.annotations[0]["sentiment"]
        'Negative'
        """
        result = self.result
        return with_config(project_of(self), lambda config: config.read(result)[control])

    def __contains__(self, control: object) -> bool:
        return control in self._reading

    __iter__ = None  # no sequence, though it has names in brackets

    def save(self, *, validate: bool = True) -> Self:
        """Send what was changed, and only that; a new result is checked against the config.

        Raises `InvalidResult` before anything is sent, unless `validate=False`.
        """
        if validate and "result" in self.dirty:
            self.result = project_of(self)._build_result(self.result)
        return super().save()


def build_result(
    client: Context,
    task: Task | int,
    said: Any,
    *,
    validate: bool,
    relations: Iterable[Relation],
    **how: Any,
) -> Result:
    """Return what was said as the server keeps it, checked against the project's config.

    A list is sent as it is; an empty one fits any config.
    """
    relations = tuple(relations)
    raw = isinstance(said, list) and all(isinstance(item, dict) for item in said)
    if raw and not relations and (not validate or not said):
        return cast("Result", said)
    asked = _task(client, task)
    how = {**how, "data": TaskData(asked), "relations": relations, "validate": validate}
    return project_of(asked)._build_result(said, **how)


def project_of(record: Task | ResultRecord) -> Project:
    """Return the project of a record, which a server always tells."""
    if getattr(record.project, "kind", "") != "project":
        shaped(record._raw("project"), int)
    return record.project


def _task(client: Context, task: Task | int) -> Task:
    from .task import Task as Base  # late: tasks are made of what is said of them

    if isinstance(task, Base):
        return task
    return model_of(client, Base)(id_of(task, of="Task"), client=client)
