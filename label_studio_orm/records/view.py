"""Saved views: the tabs of the Data Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..data_manager.view_data import NO_FILTERS
from ..errors import InvalidInput
from ..orm.fields import Converter, Field, Reference, object_problem
from ..orm.meta import Meta
from ..orm.record import Record
from ..orm.tracked import MISSING
from ..tables import ordered
from ..text import shown
from .view_parts import (
    HINT_ORDER,
    ColumnsPart,
    FiltersPart,
    OrderPart,
    Title,
    check_parts,
    checked_title,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..orm.expressions import Column
    from ..orm.fields import ReadOnlyReference
    from .project import Project
    from .task import Task
    from .tasks import Tasks
    from .user import User

PARTS = ("title", "filters", "order_by", "columns")


def _object(value: Any) -> Any:
    return {} if value is None else value  # of a view that no editor has saved


class View(Record):
    """A tab of the Data Manager: a filter, an order and columns, saved at the server.

    >>> view = project.views.create("Done", Task.total_annotations > 0, order_by="-id")
    >>> view.title, view.filters, view.order_by
    ('Done', total_annotations > 0, -id)
    >>> project.tasks.filter(view=view).count()
    1
    >>> view.columns = ["id", "text"]
    >>> view.save()
    <View ... 'Done'>

    `data` is all that the Data Manager keeps of it; `save()` merges your changes into what is
    stored by then.
    """

    _meta = Meta(
        kind="view",
        path="/api/dm/views/{id}/",
        by_id=False,  # but tab by tab
        leading=("id", "title"),
        identified_by=("title",),
        merged=frozenset({"data"}),  # a PATCH replaces all of it
    )

    data = Field[dict[str, Any]](check=object_problem, converter=Converter(load=_object))
    order = Field[int | None](read_only=True, since="1.13")  # its place among the tabs
    project: ReadOnlyReference[Project] = Reference("project", read_only=True)
    user: ReadOnlyReference[User | None] = Reference("user", read_only=True)

    title = Title()
    filters = FiltersPart()
    order_by = OrderPart()
    columns = ColumnsPart()

    @property
    def url(self) -> str:
        """The address of the tab in a browser."""
        return f"{self.client.server}/projects/{self.project.id}/data?tab={self.id}"

    @classmethod
    def _columns(cls) -> Mapping[str, Column]:
        """Return what views can be filtered and ordered by: fields and the title, by name."""
        return {**cls.fields, "title": cls.title}

    @classmethod
    def writable(cls) -> list[str]:
        """Return the names of the fields and parts that can be set."""
        return [*super().writable(), *PARTS]

    def _patch(self, changes: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the body of a PATCH, in which a filter is removed by an empty one."""
        data, stored = changes["data"], self._state.received("data")
        stored = {} if stored is MISSING or stored is None else stored
        check_parts({name: data[name] for name in data if data[name] != stored.get(name)})
        if "title" in stored or "title" in data:
            checked_title(data.get("title"))
        if stored.get("ordering") and not data.get("ordering"):
            raise InvalidInput(f"{self!r} must keep an order. {HINT_ORDER}")
        removed = {"filters": NO_FILTERS} if not data.get("filters") else {}
        return {"data": {**data, **(removed if stored.get("filters") else {})}}

    @property
    def tasks(self) -> Tasks[Task]:
        """The tasks that it shows, ordered by id.

        >>> project.views.create("Done", Task.total_annotations > 0).tasks.count()
        1
        """
        tasks: Tasks[Task] = self.project.tasks.filter(view=self)
        return tasks

    def _row(self, first: Iterable[str] = ()) -> dict[str, Any]:
        row = super()._row(first)
        columns = {"title": self.title, **row} if "data" in row else row
        return ordered(columns, first)

    def _label(self) -> str:
        data = self._state.params.get("data")
        title = data.get("title") if isinstance(data, dict) else None
        return f" {shown(repr(title), 200)}" if title else ""
