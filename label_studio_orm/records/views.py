"""The query of a project's views."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..data_manager.view_data import NEW, hidden_columns
from ..errors import InvalidInput, check_items
from ..orm.get_or_create import get_or_create
from ..orm.identity import id_of
from ..orm.ignored_fields import alike
from ..orm.query import Query
from ..orm.selection import Selection
from ..text import listed
from .view import View
from .view_parts import Columns, Filters, OrderBy, checked_title, filters_of, order_of

if TYPE_CHECKING:
    from .tasks import Tasks

# The parts of a view by the server's names.
NAMES: Mapping[str, str] = MappingProxyType(
    {"filters": "filters", "ordering": "order_by", "hiddenColumns": "columns"}
)


class Views(Query[View]):
    """The views of a project: the tabs of the Data Manager, from left to right."""

    def create(
        self,
        title: str,
        *conditions: Filters,
        filters: Filters | None = None,
        order_by: OrderBy | None = None,
        columns: Columns | None = None,
    ) -> View:
        """Add a tab that shows the tasks that meet all conditions.

        `columns` are those that it shows, by name or as `Task.id`; by default the usual ones.
        Conditions are checked as by `project.tasks.filter()`.

        >>> project.views.create("Film", Task.data["text"].contains("film"), columns=["id", "text"])
        <View ... 'Film'>
        """
        return self._create_for(title, self._shown(conditions, filters, order_by), columns)

    def get_or_create(
        self,
        title: str,
        *conditions: Filters,
        filters: Filters | None = None,
        order_by: OrderBy | None = None,
        columns: Columns | None = None,
    ) -> View:
        """Return the only tab with this title, or add it as `create()` does.

        One that was found is not changed: a warning names what differs.

        >>> view = project.views.get_or_create("Done", Task.total_annotations > 0)
        >>> project.views.get_or_create("Done", Task.total_annotations > 0) == view
        True
        """
        data = self._data(title, self._shown(conditions, filters, order_by), columns)
        given = {"filters": conditions or filters, "ordering": order_by, "hiddenColumns": columns}
        wanted = {key: data[key] for key in data if given.get(key) is not None}

        def differing(view: View) -> list[str]:
            return [NAMES[key] for key in wanted if not alike(wanted[key], view.data.get(key))]

        return get_or_create(self, {"title": title}, lambda: self._add(data), differing=differing)

    def _shown(
        self, conditions: Iterable[Filters], filters: Filters | None, order_by: OrderBy | None
    ) -> Tasks[Any]:
        """Return the tasks that a new tab shows, in its order."""
        tasks = self._tasks().filter(*conditions, *([] if filters is None else [filters]))
        return tasks if order_by is None else tasks.order_by(order_by)

    def _create_for(self, title: str, tasks: Tasks[Any], columns: Columns | None = None) -> View:
        """Add a tab with the filter and the order of a query of tasks."""
        return self._add(self._data(title, tasks, columns))

    def _data(self, title: str, tasks: Tasks[Any], columns: Columns | None) -> dict[str, Any]:
        """Return the data of a tab with the filter and the order of a query of tasks."""
        if tasks._selection.start or tasks._selection.stop is not None:
            raise InvalidInput("A view cannot have a limit: save the query without it.")
        project = self._known["project"]
        data = {**NEW, "title": checked_title(title), "filters": filters_of(tasks)}
        data |= order_of(tasks)
        if columns is not None:
            data["hiddenColumns"] = hidden_columns(columns, data, self.client, project)
        return data

    def _add(self, data: Mapping[str, Any]) -> View:
        body = {"project": self._known["project"], "data": data}
        answer = self.client.json("POST", self._path(), json=body)
        return self._model._from_answer(self.client, answer, related=self._related)

    def reorder(self, views: Iterable[View | int]) -> None:
        """Put the tabs into this order, from left to right; all views are needed, each once.

        >>> project.views.reorder(project.views.order_by("title"))
        """
        check_items(views, name="views", example="project.views.order_by('title')")
        ids = [id_of(view, of="View", client=self.client) for view in views]
        _check_order(ids, self._all().ids())
        body = {"project": self._known["project"], "ids": ids}
        try:
            self.client.json("POST", f"{self._path()}order/", json=body)
        finally:
            self.client._cache.drop("view")

    def reset(self) -> None:
        """Delete all views of the project, in one request."""
        body = {"project": self._known["project"]}
        try:
            self.client.json("DELETE", f"{self._path()}reset/", json=body)
        finally:
            self.client._cache.drop("view")

    def delete(self) -> int:
        """Delete the views, all of a project in one request; return their number."""
        if self._selection != Selection():
            return super().delete()
        number = len(self)
        self.reset()
        return number

    def _all(self) -> Views:
        return self._select(where=None, order=(), start=0, stop=None)

    def _tasks(self) -> Tasks[Any]:
        tasks: Tasks[Any] = self._parent("project").tasks
        return tasks


def _check_order(ids: list[int], there: list[int]) -> None:
    """Raise `InvalidInput` unless these are all views that there are, each once."""
    wrong = [f"{id} is of another project or deleted" for id in ids if id not in there]
    wrong += [f"{id} comes twice" for id in sorted({*ids}) if ids.count(id) > 1]
    wrong += [f"{id} is missing" for id in there if id not in ids]
    if wrong:
        raise InvalidInput(
            f"reorder() must get all views of the project, each once: view {listed(wrong)}."
        )
