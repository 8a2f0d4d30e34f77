"""The tasks of a project: lists, filters, views, imports."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from ..orm.expressions import Order, wire_of
from .client import Row
from .exceptions import InvalidArgument, LabelStudioException, translated
from .parameters import Parameters

if TYPE_CHECKING:
    from ..http import Response
    from ..records.task import Task
    from ..records.tasks import Tasks as TaskQuery

ACTIONS = "/api/dm/actions"
PAST_THE_END = 404
IMPORT_TIMEOUT = (10.0, 600.0)  # seconds
ACTION_TIMEOUT = 600.0  # seconds: to delete 1,000 tasks takes the server about four


class Tasks(Parameters):
    """The tasks of a project, as dicts."""

    # -- lists ---------------------------------------------------------------------------------

    def get_tasks(
        self,
        filters: Mapping[str, Any] | None = None,
        ordering: Sequence[str] | None = None,
        view_id: int | None = None,
        selected_ids: Sequence[int] | None = None,
        only_ids: bool = False,
    ) -> list[Any]:
        """Return all tasks that match, with annotations, predictions and every other column.

        Now: `project.tasks.filter(…).order_by(…)`, whose annotations are read when they are used.
        """
        try:
            return self._all(filters, ordering, view_id, selected_ids, only_ids)
        except InvalidInput:  # such as a key that no task has; the server may know better
            if view_id and (filters or selected_ids):
                raise
            return self._page_by_page(filters, ordering, view_id, selected_ids, only_ids)

    @translated()
    def _all(
        self, filters: Any, ordering: Any, view_id: Any, selected_ids: Any, only_ids: bool
    ) -> list[Any]:
        from ..data_manager.whole_tasks import whole_tasks  # late, as it needs half of all code

        query = self._query(filters, ordering, view_id, selected_ids)
        if only_ids:
            return list(query.ids())
        return list(whole_tasks(query.client, self.id, query._selection))

    def _page_by_page(
        self, filters: Any, ordering: Any, view_id: Any, selected_ids: Any, only_ids: bool
    ) -> list[Any]:
        """Return all tasks of a query that the server is to check."""
        found: list[Any] = []
        for page in itertools.count(1):
            answer = self.get_paginated_tasks(
                filters, ordering, view_id, selected_ids, page, only_ids=only_ids
            )
            found += answer["tasks"]
            if answer.get("end_pagination") or not answer["tasks"]:
                break
        return found

    def _query(
        self,
        filters: Mapping[str, Any] | None,
        ordering: Sequence[str] | None,
        view_id: int | None,
        selected_ids: Sequence[int] | None,
    ) -> TaskQuery[Task]:
        """Return the query of the tasks that match everything."""
        from ..records.task import Task  # late, as it needs half of all code

        project = self.orm
        query = project.tasks
        if filters and not (isinstance(filters, dict) and filters.get("items") == []):
            query = query.filter(filters)
        if view_id:
            query = query.filter(view=view_id)
            ordering = ordering or project.views.get(view_id).data.get("ordering")
        if selected_ids:
            query = query.filter(Task.id.in_(list(selected_ids)))
        return query.order_by(_order(ordering[0])) if ordering else query

    def get_paginated_tasks(
        self,
        filters: Mapping[str, Any] | None = None,
        ordering: Sequence[str] | None = None,
        view_id: int | None = None,
        selected_ids: Sequence[int] | None = None,
        page: int = 1,
        page_size: int = 100,
        only_ids: bool = False,
        resolve_uri: bool = True,
    ) -> Row:
        """Return one page: {"tasks": […], "total": …, …}; of a page past the end, no tasks.

        Now: `project.tasks[0:100]`, or a loop over `project.tasks`.
        """
        chosen = {"all": False, "included": selected_ids}
        query = {
            "filters": filters,
            "ordering": ordering or [],
            "selectedItems": chosen if selected_ids else {"all": True, "excluded": []},
        }
        params = {
            **{"project": self.id, "page": page, "page_size": page_size, "view": view_id},
            **{"query": json.dumps(query), "fields": "all", "resolve_uri": resolve_uri},
            **({"include": "id"} if only_ids else {}),
        }
        response = self.make_request("GET", "/api/tasks", params, raise_exceptions=False)
        if response.status_code == PAST_THE_END:
            return {"tasks": [], "end_pagination": True}
        if response.status_code >= 400:
            self.log_response_error(response)
            raise LabelStudioException(f"The tasks could not be read: {response.text}")
        found: Row = response.json()
        return {**found, "tasks": [task["id"] for task in found["tasks"]]} if only_ids else found

    def get_tasks_ids(self, *args: Any, **kwargs: Any) -> list[int]:
        """Return the ids of the tasks that match. Now: `project.tasks.filter(…).ids()`."""
        return self.get_tasks(*args, **{**kwargs, "only_ids": True})

    def get_paginated_tasks_ids(self, *args: Any, **kwargs: Any) -> Row:
        """Return a page with ids for tasks. Now: `project.tasks.limit(100).ids()`."""
        return self.get_paginated_tasks(*args, **{**kwargs, "only_ids": True})

    @property
    def tasks(self) -> list[Row]:
        """All tasks. Now: `project.tasks` of the record."""
        return self.get_tasks()

    @property
    def tasks_ids(self) -> list[int]:
        """The ids of all tasks. Now: `project.tasks.ids()`."""
        return self.get_tasks_ids()

    def get_labeled_tasks(self, only_ids: bool = False) -> list[Any]:
        """Return the finished tasks. Now: `project.tasks.filter(~Task.completed_at.is_null())`."""
        return self.get_tasks(filters=_finished(True), only_ids=only_ids)

    def get_labeled_tasks_ids(self) -> list[int]:
        """Return the ids of the finished tasks. Now: `….ids()`."""
        return self.get_labeled_tasks(only_ids=True)

    def get_unlabeled_tasks(self, only_ids: bool = False) -> list[Any]:
        """Return the other tasks. Now: `project.tasks.filter(Task.completed_at.is_null())`."""
        return self.get_tasks(filters=_finished(False), only_ids=only_ids)

    def get_unlabeled_tasks_ids(self) -> list[int]:
        """Return the ids of the other tasks. Now: `….ids()`."""
        return self.get_unlabeled_tasks(only_ids=True)

    # -- one task ------------------------------------------------------------------------------

    def get_task(self, task_id: int) -> Row:
        """Return a task. Now: `project.tasks.get(12)`."""
        return self._object("GET", f"/api/tasks/{task_id}")

    def update_task(self, task_id: int, **kwargs: Any) -> Row:
        """Change a task. Now: `task.data["x"] = 1`, then `task.save()`."""
        return self._object("PATCH", f"/api/tasks/{task_id}", json=kwargs, raise_exceptions=True)

    def delete_task(self, task_id: int) -> Response:
        """Delete a task. Now: `task.delete()`."""
        if not isinstance(task_id, int):
            raise InvalidArgument(f"task_id must be an int, not {task_id!r}.")
        return self.make_request("DELETE", f"/api/tasks/{task_id}")

    def delete_tasks(self, task_ids: list[int]) -> Response:
        """Delete tasks. Now: `project.tasks.filter(Task.id.in_(ids)).delete()`."""
        if not isinstance(task_ids, list):
            raise InvalidArgument(f"task_ids must be a list of ids, not {task_ids!r}.")
        if not task_ids:
            from ..http import Response  # late, as it is slow to import

            return Response()
        return self._delete({"all": False, "included": task_ids})

    def delete_all_tasks(self, excluded_ids: list[int] | None = None) -> Response:
        """Delete all tasks but some. Now: `project.tasks.exclude(Task.id.in_(ids)).delete()`."""
        if not (excluded_ids is None or isinstance(excluded_ids, list)):
            raise InvalidArgument(f"excluded_ids must be a list of ids, not {excluded_ids!r}.")
        return self._delete({"all": True, "excluded": excluded_ids or []})

    def _delete(self, chosen: Row) -> Response:
        body = {"selectedItems": chosen, "project": self.id}
        params = self._action("delete_tasks")
        return self.make_request("POST", ACTIONS, params, json=body, timeout=ACTION_TIMEOUT)

    def _act(self, action: str, body: Row) -> Row:
        """Run an action of the Data Manager."""
        return self._object("POST", ACTIONS, params=self._action(action), json=body)

    def _action(self, action: str) -> Row:
        return {"id": action, "project": self.id}

    # -- imports -------------------------------------------------------------------------------

    def import_tasks(
        self,
        tasks: list[Any] | Mapping[str, Any] | str | Path,
        preannotated_from_fields: Sequence[str] | None = None,
    ) -> list[int]:
        """Import tasks, each once, and return their ids.

        `tasks` is a list of dicts, one dict, or the path of a file, which the server reads. Now:
        `project.import_tasks(rows)`, which checks them first, and reads more kinds of files.
        """
        if isinstance(tasks, (str, Path)):
            return self._import_file(Path(tasks), preannotated_from_fields or ())
        if not isinstance(tasks, (list, dict)):
            raise TypeError(
                f"tasks must be a list, a dict or the path of a file, not a {type(tasks).__name__}."
            )
        return self._import(tasks, preannotated_from_fields or ())

    @translated()
    def _import(self, source: Any, fields: Sequence[str]) -> list[int]:
        imported = self.orm.import_tasks(
            source, preannotated_from_fields=fields, validate=False, progress=False
        )
        return list(imported)

    def _import_file(self, path: Path, fields: Sequence[str]) -> list[int]:
        if not path.is_file():
            raise LabelStudioException(f"There is no file {path}.")
        if path.suffix.lower() == ".json":
            return self._import(path, fields)
        params = {"return_task_ids": "1"}
        params |= {"preannotated_from_fields": ",".join(fields)} if fields else {}
        with path.open("rb") as file:
            options: Row = {"files": {"file": file}, "timeout": IMPORT_TIMEOUT}
            answer = self._object("POST", f"{self._path}/import", params=params, **options)
        ids: list[int] = answer["task_ids"]
        return ids

    # -- views ---------------------------------------------------------------------------------

    def get_views(self) -> list[Row]:
        """Return the tabs of the Data Manager. Now: `project.views`."""
        return self._objects("/api/dm/views", params={"project": self.id})

    def create_view(
        self,
        filters: Mapping[str, Any] | None,
        ordering: Sequence[str] | None = None,
        title: str = "Tasks",
    ) -> Row:
        """Create a tab. Now: `project.tasks.filter(…).save_as_view("Title")`."""
        data = {"title": title, "ordering": ordering, "filters": filters}
        body = {"project": self.id, "data": data}
        return self._object("POST", "/api/dm/views", json=body)

    def delete_view(self, view_id: int) -> None:
        """Delete a tab. Now: `view.delete()`."""
        self.make_request("DELETE", f"/api/dm/views/{view_id}")


def _order(ordering: str) -> Order:
    """Return the order for one of the Data Manager, such as "-tasks:data.n"."""
    from ..records.task import Task

    wire = ordering.removeprefix("-").removeprefix("tasks:")
    by_wire = {wire_of(column): column for column in Task._columns().values()}
    is_data, key = wire.startswith("data."), wire.removeprefix("data.")
    column = Task.data[key] if is_data else by_wire.get(wire)
    if column is None:
        raise InvalidInput(f"The tasks have no column {wire!r} to order them by.")
    return Order(column, descending=ordering[0] == "-")


def _finished(whether: bool) -> Row:
    """Return the filter of the tasks with enough annotations, or of the others."""
    item = {"filter": "filter:tasks:completed_at", "operator": "empty", "type": "Datetime"}
    return {"conjunction": "and", "items": [{**item, "value": not whether}]}
