"""The query of a project's tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

from attrs import evolve

from ..data_manager.actions import delete_tasks
from ..data_manager.dnf import HINT_SPLIT
from ..data_manager.filters import compile_filter
from ..data_manager.plan import LIGHT, NESTED, ordering_of
from ..data_manager.project_config import config_of
from ..data_manager.raw_filters import ViewFilter, raw_filter
from ..data_manager.task_pages import TaskPages
from ..errors import InvalidConfig, InvalidInput
from ..features import CHILD_FILTERS, require
from ..orm.batches import batch_for
from ..orm.expressions import Expression
from ..orm.identity import id_of
from ..orm.pagination import Source
from ..orm.query import Query
from ..orm.record import Record, model_of
from ..tables import Columns, columns_of
from .ml_predictions import request_predictions
from .task import Task
from .view import View

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ..transfer.exports.exported import ExportedPath, ExportedTasks
    from ..transfer.exports.options import ExportOptions

HINT_PARTS = (
    "Save a view for each part, or filter without a view: the parts are then read one by one."
)
T = TypeVar("T", bound=Task, covariant=True)


class Tasks(Query[T]):
    """The tasks of a project."""

    @classmethod
    def _source_of(cls, model: type[Record], known: Mapping[str, Any]) -> Source:
        wires = {field.wire for field in model.fields.values()}
        return TaskPages(known["project"], tuple(sorted(wires - {*LIGHT, *NESTED})))

    def filter(
        self,
        *conditions: Expression | Mapping[str, Any],
        view: View | int | None = None,
        **equal: Any,
    ) -> Self:
        """Keep the tasks that meet all conditions; the server picks them.

        Besides conditions like `Task.data["split"] == "train"`, a filter in the server's format
        can be given ({"conjunction": "and", "items": […]}), and `view=`, a saved view or its id,
        of which the filter is used and not the order.

        Conditions are checked against the project's columns before they are sent: `InvalidInput`
        tells what the server cannot express, and what to do instead.

        >>> project.tasks.filter(Task.data["text"].contains("worse"), Task.id > 0).count()
        1
        """
        parts = [raw_filter(each) if isinstance(each, Mapping) else each for each in conditions]
        if view is not None:
            parts.append(ViewFilter(id_of(view, of="View")))
        return super().filter(*parts, **equal)

    def create(self, data: Mapping[str, Any] | None = None, **fields: Any) -> T:
        """Add one task; `project.import_tasks()` is the way for many.

        `fields` are those of the task's class. Without `data`, others are keys of the data.

        >>> project.tasks.create(text="Not for me.").data
        {'text': 'Not for me.'}
        """
        return self._model.create(self._known["project"], data, client=self.client, **fields)

    def delete(self) -> int:
        """Delete these tasks with their annotations and predictions; return their number."""
        if batch_for(self.client, self._known):
            return super().delete()
        return delete_tasks(self.client, self._known["project"], self._exactly().ids())

    @overload
    def export(
        self, format: str = ..., path: None = ..., **options: Unpack[ExportOptions]
    ) -> ExportedTasks: ...

    @overload
    def export(
        self, format: str = ..., path: str | Path = ..., **options: Unpack[ExportOptions]
    ) -> ExportedPath: ...

    def export(
        self, format: str = "JSON", path: str | Path | None = None, **options: Unpack[ExportOptions]
    ) -> ExportedTasks | ExportedPath:
        """Export these tasks; `options` are those of `Project.export()`.

        >>> len(project.tasks.filter(Task.total_annotations > 0).export())
        1
        """
        ids = self._exactly().ids()
        if not ids:
            raise InvalidInput(f"An export needs at least one task: none is in {self!r}.")
        exported: ExportedTasks | ExportedPath = self._project().export(
            format, path, ids=ids, **options
        )
        return exported

    def request_predictions(self) -> int:
        """Have the project's ML backend predict these tasks; return how many predictions it made.

        It skips tasks that have a prediction of its version. Predictions that others add at the
        same time count, too. Raises `BackendFailed` if the server cannot reach the backend.
        """
        return request_predictions(self)

    def save_as_view(self, title: str) -> View:
        """Save the filter and the order as a tab of the Data Manager."""
        if self._selection.start or self._selection.stop is not None:
            raise InvalidInput("A view cannot have a limit: save the query without it.")
        project = self._known["project"]
        chosen = compile_filter(self._selection.where, self.client, project)
        if not chosen.exact:
            raise InvalidInput(
                f"A view cannot express this filter exactly: {self._selection.where!r}. The server "
                "would show other tasks too. Mark the tasks with a data key, and filter by that."
            )
        if not chosen.fits:
            if evolve(chosen, supports_children=True).fits:
                require(self.client, CHILD_FILTERS, project, instead=HINT_PARTS)
            raise InvalidInput(
                f"A view cannot hold this filter: {self._selection.where!r}.\n{HINT_SPLIT}"
            )
        ordering, numeric = ordering_of(self._selection, self.client, project)
        data = {"title": title, "filters": chosen.wire(), "ordering": [ordering]}
        if numeric:
            data["columnsDisplayType"] = {ordering.lstrip("-"): "Number"}
        body = {"project": project, "data": {"type": "list", "target": "tasks", **data}}
        answer = self.client.json("POST", View._meta.collection, json=body)
        return model_of(self.client, View)._from_answer(self.client, answer)

    def _columns(self) -> Columns:
        rows = list(self._rows())
        first = ["id", *self._shown({name for row in rows for name in row})]
        leading = ({name: row[name] for name in first if name in row} for row in rows)
        return columns_of([{**own, **row} for own, row in zip(leading, rows, strict=True)], first)

    def _shown(self, columns: Set[str]) -> list[str]:
        """Return the columns of the data that the labeling config shows, in its order.

        They come first on every server: PostgreSQL does not keep the order of keys in the data.
        """
        fields = {*self._model.fields, *self._model._meta.nested}
        if len(columns - fields) < 2:  # a single column needs no order
            return []
        try:
            variables = config_of(self.client, self._known["project"]).variables.values()
        except InvalidConfig:
            return []
        keys = dict.fromkeys(each.key for each in variables)
        names = [f"data.{key}" if key in fields else key for key in keys]
        return [name for name in names if name in columns]

    def _by_a_field(self, value: Any) -> str:
        return f"To get one by its data: filter(Task.data['…'] == {value!r}).one()."

    def _project(self) -> Any:
        model = self._related.get("project") or self.client._registry.model("project")
        return model._lazy(self.client, self._known["project"], {})

    def _to_change(self) -> Iterable[T]:
        return self._exactly()  # read by key or by ids, so that changes move no other tasks
