"""Saved views: the tabs of the Data Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..orm.fields import Field, Reference
from ..orm.meta import Meta
from ..orm.record import Record
from ..text import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..orm.expressions import Column
    from ..orm.fields import ReadOnlyReference
    from .project import Project
    from .user import User


class View(Record):
    """A tab of the Data Manager: a filter and an order, saved at the server.

    >>> view = project.tasks.filter(Task.total_annotations > 0).save_as_view("Done")
    >>> view.title
    'Done'
    >>> project.tasks.filter(view=view).count()
    1
    """

    _meta = Meta(
        kind="view",
        path="/api/dm/views/{id}/",
        by_id=False,  # but tab by tab
        leading=("id", "title"),
    )

    data = Field[dict[str, Any]](read_only=True)  # title, filters, ordering and how it looks
    order = Field[int | None](read_only=True, since="1.13")  # its place among the tabs
    project: ReadOnlyReference[Project] = Reference("project", read_only=True)
    user: ReadOnlyReference[User | None] = Reference("user", read_only=True)

    @property
    def title(self) -> str:
        """The name on the tab."""
        return str(self.data.get("title", ""))

    @classmethod
    def _columns(cls) -> Mapping[str, Column]:
        """Return what views can be filtered and ordered by: fields and the title, by name."""
        return {**cls.fields, "title": cls.data["title"]}

    def _label(self) -> str:
        data = self._state.params.get("data")
        title = data.get("title") if isinstance(data, dict) else None
        return f" {shown(repr(title), 200)}" if title else ""
