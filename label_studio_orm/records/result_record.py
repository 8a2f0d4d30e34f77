"""The base class of annotations and predictions: records with a result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from ..data_manager.project_config import config_of, with_config
from ..orm.context import Context
from ..orm.fields import Field, Reference
from ..orm.identity import id_of
from ..orm.record import Record
from ..orm.response_shape import shaped
from .configured import TaskData
from .result import Result, result_problem

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..labeling.config import LabelConfig
    from ..labeling.results.reader import Reading, Region
    from ..labeling.results.relations import Relation
    from ..orm.fields import ReadOnlyReference
    from .project import Project
    from .task import Task


class ResultRecord(Record):
    """Base class of annotations and predictions: a `result` is a list of regions and answers."""

    result = Field[Result](check=result_problem)
    task: Reference[Task] = Reference("task")
    project: ReadOnlyReference[Project] = Reference("project", read_only=True)

    @property
    def config(self) -> LabelConfig:
        """The labeling config of the project."""
        return config_of(self.client, project_id(self))

    @property
    def _reading(self) -> Reading:
        return self.config.read(shaped(self.result, [dict]))

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions as typed objects: `.label`, `.box.pixels`, `.span.text`, `.mask`, …"""
        return self._reading.regions

    @property
    def relations(self) -> tuple[Relation, ...]:
        """Relations between regions."""
        return self._reading.relations

    @property
    def answers(self) -> dict[str, Any]:
        """Answers about the task as a whole, by the names of the controls."""
        return self._reading.answers

    def __getitem__(self, control: str) -> Any:
        """Return the answer of a control: a choice, a number, texts; or its regions as objects.

        None if there is none. Raises `NotFound` if the config has no such control.

        >>> task.annotations[0]["sentiment"]
        'Negative'
        """
        result = self.result
        return with_config(
            self.client, project_id(self), lambda config: config.read(result)[control]
        )

    def __contains__(self, control: object) -> bool:
        return control in self._reading

    __iter__ = None  # not a sequence, although it has __getitem__

    def save(self, *, validate: bool = True) -> Self:
        """Send what was changed, and only that; a new result is checked against the config.

        Raises `InvalidResult` before anything is sent, unless `validate=False`.
        """
        if validate and "result" in self.dirty:
            result = self.result
            self.result = with_config(
                self.client, project_id(self), lambda config: config.result(result)
            )
        return super().save()


def build_result(
    client: Context,
    task: Task | int,
    answers: Any,
    *,
    validate: bool,
    relations: Iterable[Relation],
    **how: Any,
) -> Result:
    """Return a result in the server's format, checked against the project's config.

    A list of dicts is sent as it is; an empty one fits any config.
    """
    relations = tuple(relations)
    raw = isinstance(answers, list) and all(isinstance(item, dict) for item in answers)
    if raw and not relations and (not validate or not answers):
        return cast("Result", answers)
    asked = _task(client, task)
    how = {**how, "data": TaskData(asked), "relations": relations, "validate": validate}
    return with_config(client, project_id(asked), lambda config: config.result(answers, **how))


def project_id(record: Task | ResultRecord) -> int:
    """Return the id of the project that a record belongs to."""
    id: int = shaped(record._raw("project"), int)
    return id


def _task(client: Context, task: Task | int) -> Task:
    if isinstance(task, Record) and task._meta.kind == "task":
        return task
    return cast("Task", client._registry.model("task")(id_of(task, of="Task"), client=client))
