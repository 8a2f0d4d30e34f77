"""The parts of a view, which the server keeps in its `data`: title, filter, order and columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from ..data_manager.columns import COLUMN_TYPES
from ..data_manager.stored_filters import stored_filter
from ..data_manager.view_data import (
    filters_data,
    hidden_columns,
    order_data,
    visible_columns,
)
from ..errors import InvalidInput
from ..orm.expressions import Column, Expression, Order
from ..orm.tracked import copied

if TYPE_CHECKING:
    from typing_extensions import Self

    from .tasks import Tasks
    from .view import View

Filters: TypeAlias = "Expression | Mapping[str, Any]"  # conditions, or in the server's format
OrderBy: TypeAlias = "Order | Column | str"
Columns: TypeAlias = "Iterable[Column | str]"

SHAPES: Mapping[str, tuple[type, str]] = MappingProxyType(
    {
        "filters": (dict, "{'conjunction': 'and', 'items': […]}"),
        "ordering": (list, "['tasks:id']"),
        "hiddenColumns": (dict, "{'explore': […], 'labeling': […]}"),
    }
)

HINT_ORDER = "The server cannot remove it: set order_by='id', which is the order without one."


def checked_title(title: Any) -> str:
    """Return the title of a view, or raise `InvalidInput`: nobody finds a tab without one."""
    if not isinstance(title, str) or not title.strip():
        raise InvalidInput(f"The title of a view must be a text such as 'Done', not {title!r}.")
    return title


def check_parts(data: Mapping[str, Any]) -> None:
    """Raise `InvalidInput` for parts of another shape than the Data Manager's."""
    for name, (shape, example) in SHAPES.items():
        if data.get(name) and not isinstance(data[name], shape):
            raise InvalidInput(f"data[{name!r}] must be like {example}, not {data[name]!r}.")


class Part:
    """Base class of the parts of a view."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


class Title(Column):
    """The name on the tab."""

    name = "title"

    @overload
    def __get__(self, view: None, owner: type) -> Self: ...

    @overload
    def __get__(self, view: View, owner: type) -> str: ...

    def __get__(self, view: View | None, owner: type) -> Self | str:
        return self if view is None else str(view.data.get("title", ""))

    def __set__(self, view: View, title: str) -> None:
        view.data["title"] = checked_title(title)

    def __repr__(self) -> str:
        return "<Title title>"


class FiltersPart(Part):
    """The filter as conditions; in the server's format where it has no such conditions."""

    @overload
    def __get__(self, view: None, owner: type) -> Self: ...

    @overload
    def __get__(self, view: View, owner: type) -> Filters | None: ...

    def __get__(self, view: View | None, owner: type) -> Self | Filters | None:
        if view is None:
            return self
        stored = copied(_part(view, "filters"))
        try:
            return stored_filter(stored, lambda wire: task_column(view.project.tasks, wire))
        except InvalidInput:  # of another edition, or of a later version
            filters: dict[str, Any] = stored
            return filters

    def __set__(self, view: View, filters: Filters | None) -> None:
        tasks = view.project.tasks if filters is None else view.project.tasks.filter(filters)
        view.data["filters"] = filters_of(tasks)


class OrderPart(Part):
    """The order; None for that of the ids, which the server takes where there is none."""

    @overload
    def __get__(self, view: None, owner: type) -> Self: ...

    @overload
    def __get__(self, view: View, owner: type) -> Order | None: ...

    def __get__(self, view: View | None, owner: type) -> Self | Order | None:
        if view is None:
            return self
        ordering = view.data.get("ordering")
        stored = str(next(iter(ordering if isinstance(ordering, list) else ()), ""))  # as it does
        column = task_column(view.project.tasks, stored.lstrip("-").removeprefix("tasks:"))
        return None if column is None else Order(column, descending=stored.startswith("-"))

    def __set__(self, view: View, order_by: OrderBy | None) -> None:
        if order_by is None:
            if view.data.get("ordering"):
                raise InvalidInput(f"order_by must be a column such as '-id'. {HINT_ORDER}")
            return
        changes = order_of(view.project.tasks.order_by(order_by))
        types = {**_part(view, "columnsDisplayType"), **changes.get("columnsDisplayType", {})}
        view.data.update(changes, **({"columnsDisplayType": types} if types else {}))


class ColumnsPart(Part):
    """The names of the columns that it shows, in the order of the Data Manager.

    Reading and setting it needs the columns of the project: one request, which is cached.
    """

    @overload
    def __get__(self, view: None, owner: type) -> Self: ...

    @overload
    def __get__(self, view: View, owner: type) -> list[str]: ...

    def __get__(self, view: View | None, owner: type) -> Self | list[str]:
        if view is None:
            return self
        wires = visible_columns(view.data, view.client, view.project.id)
        return [_name_of(wire) for wire in wires]

    def __set__(self, view: View, columns: Columns) -> None:
        found = hidden_columns(columns, view.data, view.client, view.project.id)
        view.data["hiddenColumns"] = found


def _part(view: View, name: str) -> dict[str, Any]:
    """Return an object in the data of a view; an empty one where there is none."""
    return found if isinstance(found := view.data.get(name), dict) else {}


def filters_of(tasks: Tasks[Any]) -> dict[str, Any]:
    """Return the filter of a query as a view stores it."""
    where, project = tasks._selection.where, tasks._known["project"]
    return {**filters_data(where, tasks.client, project)}


def order_of(tasks: Tasks[Any]) -> dict[str, Any]:
    """Return the order of a query as a view stores it."""
    return {**order_data(tasks._selection.order, tasks.client, tasks._known["project"])}


def task_column(tasks: Tasks[Any], wire: str) -> Column | None:
    """Return the column of the tasks of a query by the server's name."""
    columns = tasks._model._columns().values()
    found = (each for each in columns if getattr(each, "wire", None) == wire)
    key = wire.removeprefix("data.")
    return next(found, None) or (tasks._model.data[key] if key != wire else None)


def _name_of(wire: str) -> str:
    """Return the name of a column, as in a table: a key of the data, unless a field has it too."""
    key = wire.removeprefix("data.")
    return wire if key in COLUMN_TYPES else key
