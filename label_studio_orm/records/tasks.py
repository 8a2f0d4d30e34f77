"""The query of a project's tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from .. import transfer
from ..data_manager.actions import delete_tasks
from ..data_manager.plan import LIGHT, NESTED
from ..data_manager.project_config import config_of, note_config
from ..data_manager.raw_filters import ViewFilter, raw_filter
from ..data_manager.task_pages import TaskPages
from ..errors import InvalidConfig, InvalidInput
from ..orm.batches import batch_for
from ..orm.expressions import Expression
from ..orm.identity import id_of
from ..orm.pagination import Source
from ..orm.record import Record
from ..orm.selection import Selection
from ..signatures import takes
from ..tables import Columns
from .enterprise.tasks import EnterpriseTasks
from .task_actions import T, TaskActions

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ..orm.loaded import Records
    from ..transfer.exports.exported import ExportedPath, ExportedTasks
    from ..transfer.exports.options import ExportOptions
    from .project import Project
    from .view import View
    from .views import Views


class Tasks(EnterpriseTasks, TaskActions[T]):
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
            parts.append(ViewFilter(id_of(view, of="View", client=self.client)))
        return super().filter(*parts, **equal)

    def show(self, count: int = 10) -> Records[T]:
        """Read the first tasks with their images; a notebook draws them one by one.

        The images go to the cache of `task.path()`, and from there into the notebook itself. One
        that cannot be fetched is shown as a link.

        >>> project.tasks.show(3)
        [<Task ...>]
        """
        whole = self.including("annotations", "predictions")
        found = super(Tasks, whole).show(count)
        self._loaded.take_over(whole._loaded)
        found.title = self._title()
        project = self._known["project"]
        if found:
            with suppress(InvalidConfig):
                data = {task.id: task.data for task in found}
                transfer.cache_images(self.client, config_of(self.client, project), data)
        return found

    def create(self, data: Mapping[str, Any] | None = None, **fields: Any) -> T:
        """Add one task; `project.import_tasks()` is the way for many.

        `fields` are those of the task's class. Without `data`, others are keys of the data.

        >>> project.tasks.create(text="Not for me.").data
        {'text': 'Not for me.'}
        """
        return self._model.create(self._known["project"], data, client=self.client, **fields)

    def delete(self) -> int:
        """Delete these tasks with their annotations, drafts and predictions; return their number.

        When no task of the project is left, the server deletes all views of the project, too.
        """
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

    @takes("transfer.exports.options:ExportOptions")
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
        project: Project[T] = self._parent("project")
        return project.export(format, path, ids=ids, **options)

    def save_as_view(self, title: str) -> View:
        """Save the filter and the order as a tab of the Data Manager.

        `project.views.create()` sets its columns, too.
        """
        views: Views = self._parent("project").views
        return views._create_for(title, self)

    def _columns(self) -> Columns:
        columns = super()._columns()
        fields = {*self._model.fields, *self._model._meta.nested}
        data = [name for name in columns if name not in fields]
        if len(data) < 2:  # a single column needs no order
            return columns
        shown = self._shown(fields)
        data.sort(key=lambda name: shown.index(name) if name in shown else len(shown))
        sorted_data = iter(data)
        names = [name if name in fields else next(sorted_data) for name in columns]
        return {name: columns[name] for name in names}

    def _read(self, selection: Selection) -> Iterator[T]:
        if self._owner is not None:  # whose config a notebook draws the tasks with
            xml = self._owner._state.params.get("label_config")
            note_config(self.client, self._known["project"], xml)
        return super()._read(selection)

    def _shown(self, fields: Set[str]) -> list[str]:
        """Return the columns of the data that the labeling config shows, in its order.

        They come first on every server: PostgreSQL does not keep the order of keys in the data.
        """
        try:
            variables = config_of(self.client, self._known["project"]).variables.values()
        except InvalidConfig:
            return []
        keys = dict.fromkeys(each.key for each in variables)
        return [f"data.{key}" if key in fields else key for key in keys]

    def _by_a_field(self, value: Any) -> str:
        return f"To get one by its data: filter(Task.data['…'] == {value!r}).one()."

    def _to_change(self) -> Iterable[T]:
        return self._exactly()  # read by key or by ids, so that changes move no other tasks
