"""The base class of annotations and predictions: records with a result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from ..data_manager.project_config import config_of, with_config
from ..labeling.results import Result
from ..orm.context import Context
from ..orm.fields import Field, Reference, kind_of
from ..orm.identity import client_of, id_of
from ..orm.record import Record
from ..orm.response_shape import shaped
from ..orm.saving import parent_id
from .result import result_problem

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..labeling.config import LabelConfig
    from ..labeling.results.coerce import GivenSize
    from ..labeling.results.reader import Reading
    from ..labeling.results.region import Region
    from ..labeling.results.relations import Relation
    from ..orm.fields import ReadOnlyReference
    from .project import Project
    from .task import Task


class ResultRecord(Record):
    """An answer for a task: a list of regions, the `result`."""

    result = Field[Result](check=result_problem)
    task: Reference[Task] = Reference("task")
    project: ReadOnlyReference[Project] = Reference("project", read_only=True)

    @classmethod
    def _create_for(
        cls,
        task: Task | int,
        path: str,
        values: Mapping[str, Any],
        *,
        client: Context | None,
        size: GivenSize | None = None,
        relations: Iterable[Relation] = (),
        validate: bool = True,
        **fields: Any,
    ) -> Self:
        """Build the result among the values, and send it with the fields for a task."""
        context = client_of(task, client)
        result = _task_of(context, task)._build_result(
            values["result"], size=size, relations=relations, validate=validate
        )
        values = {**values, "result": result, **fields}
        parents = {"task": id_of(task, of="Task"), "project": parent_id(task, "project")}
        return cls._create(context, path, values, parents=parents, owner=task)

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
        """Send the changes, and only these; a new result is checked against the config.

        Raises `InvalidResult` before anything is sent, unless `validate=False`.
        """
        if validate and "result" in self.dirty:
            result = self.result
            self.result = with_config(
                self.client, project_id(self), lambda config: config.result(result)
            )
        return super().save()


def project_id(record: Task | ResultRecord) -> int:
    """Return the id of the project that a record belongs to."""
    id: int = shaped(record._raw("project"), int)
    return id


def _task_of(client: Context, task: Task | int) -> Task:
    if kind_of(task) == "task":
        return cast("Task", task)
    return cast("Task", client._registry.model("task")(id_of(task, of="Task"), client=client))
