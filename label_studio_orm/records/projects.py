"""The query of a server's projects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from ..orm.context import Context
from ..orm.expressions import Condition, Expression, Group, wire_of
from ..orm.fields import Field
from ..orm.pagination import NumberedPages, Page, Source
from ..orm.query import Query
from ..orm.record import Record
from ..orm.selection import Selection
from ..signatures import takes
from .config_check import ConfigCheck, check_new_config
from .project import Project

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ..labeling.config import LabelConfig
    from .options import ProjectFields


@frozen
class ProjectPages(NumberedPages):
    """Pages of projects in the order of their ids; the server filters by a part of the title."""

    path: str = "/api/projects/"
    params: Mapping[str, Any] = field(factory=lambda: {"ordering": "id"})

    def split(self, selection: Selection) -> tuple[Selection, Selection]:
        done, left = super().split(selection)
        return evolve(done, where=selection.where, only=self._columns(selection)), left

    def pages(self, context: Context, selection: Selection) -> Iterator[Page]:
        params = {**self.params, **_title(selection.where)}
        if selection.only:
            params["include"] = ",".join(selection.only)
        return NumberedPages(self.path, params).pages(context, evolve(selection, where=None))

    def _columns(self, selection: Selection) -> tuple[str, ...] | None:
        """Return the fields to load of each project: those asked for, and those filtered by."""
        needed = (
            []
            if selection.where is None
            else [each.column for each in selection.where.conditions()]
        )
        needed += [order.column for order in selection.order]
        picked_by = map(wire_of, needed)
        return (
            None if selection.only is None else tuple(dict.fromkeys([*selection.only, *picked_by]))
        )


def _title(where: Expression | None) -> Mapping[str, str]:
    """Return the filter by title that the server can apply: fewer projects are read then."""
    parts = where.parts if isinstance(where, Group) and where.conjunction == "and" else (where,)
    for part in parts:
        if isinstance(part, Condition) and part.column is Project.title and _narrows(part):
            return {"title": part.value}
    return {}


def _narrows(part: Condition) -> bool:
    usable = part.operator in ("==", "contains") and isinstance(part.value, str)
    # The server's databases fold the case of ASCII letters only.
    return usable and bool(part.value) and part.value.isascii() and not part.negated


class Projects(Query[Project]):
    """The projects at the server."""

    @classmethod
    def _source_of(cls, model: type[Record], known: Mapping[str, Any]) -> Source:
        return ProjectPages()

    def only(self, *fields: Field[Any] | str) -> Self:
        """Load these fields, and those by which registered classes are chosen."""
        return super().only(*fields, *self.client._registry.match_fields(self._model._meta.kind))

    def check_config(self, config: LabelConfig | str) -> ConfigCheck:
        """Check whether a new project could have a labeling config; nothing is created.

        >>> ls.projects.check_config("<View/>").accepted
        True
        """
        return check_new_config(self.client, config)

    @takes("records.options:ProjectFields")
    def create(self, **fields: Unpack[ProjectFields]) -> Project:
        """Create a project; `fields` are those of `Project`, and `title` is needed."""
        return self._model.create(client=self.client, **fields)

    @takes("records.options:ProjectFields")
    def get_or_create(self, **fields: Unpack[ProjectFields]) -> Project:
        """Return the only project with this title, or create it with `fields`.

        One that was found is not changed: a warning names the other fields that differ.

        >>> ls.projects.get_or_create(title="Reviews") == project
        True
        """
        from ..orm.get_or_create import get_or_create  # late, as few programs need it

        values = self._model._with_defaults(fields)
        titled = self.filter(title=str(values.get("title")).strip())
        return get_or_create(self, values, lambda: self.create(**fields), among=titled)
