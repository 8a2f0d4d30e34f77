"""The base class of annotations and predictions: records with a result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..data_manager.project_config import config_of, known_config, with_config
from ..labeling.results import Result, control_names
from ..orm.context import Context
from ..orm.fields import Reference
from ..orm.identity import client_of, id_of
from ..orm.meta import kind_of
from ..orm.record import Record
from ..orm.response_shape import shaped
from ..orm.saving import parent_id
from ..orm.tracked import copied
from ..text import shown
from .configured import KnownTaskData, TaskData
from .result import ResultField, as_list

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..labeling.config import LabelConfig
    from ..labeling.results.coerce import GivenSize
    from ..labeling.results.edit import ResultEdit
    from ..labeling.results.reader import Reading
    from ..labeling.results.region import Region
    from ..labeling.results.relations import Relation
    from ..labeling.results.shapes import Shape
    from ..orm.fields import ReadOnlyReference
    from .project import Project
    from .task import Task


T = TypeVar("T")


class ResultRecord(Record):
    """An answer for a task: a list of regions, the `result`.

    It is read and edited in the terms of the config. `save()` checks and sends what was changed.

    >>> annotation = task.annotate({"sentiment": "Negative"})
    >>> annotation["sentiment"] = "Positive"
    >>> annotation.save()
    <Annotation ... of task ...>
    """

    result: ResultField = ResultField()
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
        return self.config.read(shaped(self.result, [dict]), data=self._data)

    @property
    def _data(self) -> TaskData:
        return TaskData(lambda: self.task)

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions as typed objects: `.label`, `.box.pixels`, `.span.text`, `.mask`, …

        Assign them to change them: what is left out is removed, with the answers and relations
        that refer to it; what was not changed stays as it is stored.

        >>> regions = annotation.regions
        >>> annotation.regions = [region.replace(label="ORG") for region in regions]
        """
        return self._reading.regions

    @regions.setter
    def regions(self, regions: Iterable[Region | Shape]) -> None:
        given = as_list(regions)
        self._edit(lambda edit: edit.set_regions(given))

    @property
    def relations(self) -> tuple[Relation, ...]:
        """Relations between regions; assign others to replace them."""
        return self._reading.relations

    @relations.setter
    def relations(self, relations: Iterable[Relation]) -> None:
        given = as_list(relations)
        self._edit(lambda edit: edit.set_relations(given))

    @property
    def answers(self) -> dict[str, Any]:
        """Answers about the task as a whole, by the names of the controls; a copy.

        Assign a dict to replace them all; `annotation["sentiment"] = …` replaces one.
        """
        return self._reading.answers

    @answers.setter
    def answers(self, answers: Mapping[str, Any]) -> None:
        self._edit(lambda edit: edit.set_answers(answers))

    def __getitem__(self, control: str) -> Any:
        """Return the answer of a control: a choice, a number, texts; or its regions as objects.

        None if there is none. Raises `NotFound` if the config has no such control.

        >>> task.annotations[0]["sentiment"]
        'Negative'
        """
        return self._with_reading(lambda reading: reading[control])

    def __setitem__(self, control: str, answer: Any) -> None:
        """Replace the answer of a control, or its regions, by what `Task.annotate()` takes for it.

        Nothing is sent before `save()`; all else in the result stays as it is. Regions that were
        read keep their ids and what refers to them; those that are left out are removed, with
        their answers and relations. None removes the answer. Raises `InvalidResult` for an
        unknown control.

        >>> annotation["sentiment"] = "Positive"
        >>> annotation["ner"] += [Span("PER", quote="Ada")]
        """
        given = as_list(answer)
        self._edit(lambda edit: edit.set(control, given))

    def __delitem__(self, control: str) -> None:
        """Remove the answer of a control, or its regions, with what refers to them."""
        self._edit(lambda edit: edit.remove(control))

    def _edit(self, change: Callable[[ResultEdit], list[Any]]) -> None:
        """Change the result; the task is read only if its text is quoted."""
        self.result = self._with_reading(lambda reading: change(reading.edit))

    def _with_reading(self, do: Callable[[Reading], T]) -> T:
        """Call a function with the result as the config reads it."""
        result, data = shaped(self.result, [dict]), self._data
        return with_config(
            self.client, project_id(self), lambda config: do(config.read(result, data=data))
        )

    def _as_stored(self, answers: Any) -> Result:
        """Return a result as the server stores it, and of its own; `save()` checks it."""
        result = with_config(
            self.client,
            project_id(self),
            lambda config: config.result(answers, data=self._data, validate=False),
        )
        return cast("Result", copied(result))

    def _ipython_key_completions_(self) -> list[str]:
        """Return the names of the controls, if the config was read lately, or of the result."""
        project, result = map(self._state.params.get, ("project", "result"))
        known = known_config(self.client, project) if isinstance(project, int) else None
        controls: Iterable[str] = known.controls if known else ()
        return control_names(controls, result if isinstance(result, list) else ())

    def __contains__(self, control: object) -> bool:
        return control in self._reading

    __iter__ = None  # not a sequence, although it has __getitem__

    def save(self, *, validate: bool = True) -> Self:
        """Send the changes, and only these; a new result is checked against the config.

        Raises `InvalidResult` before anything is sent, unless `validate=False`, and `FieldMissing`
        if it has no id.
        """
        _ = self.id  # without one there is nothing to save, which must not pass in silence
        if validate and "result" in self.dirty:
            result, data = self.result, KnownTaskData(lambda: self.task)
            self.result = with_config(
                self.client,
                project_id(self),
                lambda config: config.result(result, data=data),
            )
        return super().save()

    def _label(self) -> str:
        task = self._state.params.get("task")
        return f" of task {shown(task)}" if task else ""


def project_id(record: Task | ResultRecord) -> int:
    """Return the id of the project that a record belongs to."""
    id: int = shaped(record._raw("project"), int)
    return id


def _task_of(client: Context, task: Task | int) -> Task:
    if kind_of(task) == "task":
        return cast("Task", task)
    return cast("Task", client._registry.model("task")(id_of(task, of="Task"), client=client))
