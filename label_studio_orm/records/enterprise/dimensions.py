"""Dimensions: what agreement is measured on in a project."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn, cast

from attrs import evolve

from ...errors import InvalidInput
from ...orm.fields import DATETIME, Field, Reference
from ...orm.meta import Meta
from ...orm.query import Query
from ...orm.record import Record

if TYPE_CHECKING:
    from typing_extensions import Self

    from ...orm.fields import ReadOnlyReference
    from ...orm.pagination import WholeList
    from ..project import Project
    from ..user import User


class Dimension(Record):
    """Something that annotators can agree on: a control, or a part of what it says.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> [dimension.name for dimension in project.dimensions]
    ['name ...']
    """

    _meta = Meta(
        kind="dimension",
        path="/api/projects/{project}/dimensions/{id}/",
        list_filters={"is_active": "is_active"},
        leading=("id", "name"),
    )

    name = Field[str](read_only=True)
    description = Field[str | None](read_only=True)
    project: ReadOnlyReference[Project] = Reference("project", read_only=True)
    control_tag = Field[str | None](read_only=True)  # the control in the config
    order = Field[int | None](read_only=True)
    is_active = Field[bool](read_only=True)
    is_categorical = Field[bool](read_only=True)
    is_user_defined = Field[bool](read_only=True)
    metric_type = Field[str | None](read_only=True)
    metric_params = Field[Any](read_only=True)
    allowed_metrics_with_params = Field[dict[str, Any] | None](read_only=True)
    extraction_method = Field[str | None](read_only=True)
    extraction_method_params = Field[Any](read_only=True)
    values_enum = Field[Any](read_only=True)  # the values that a categorical one can have
    created_by: ReadOnlyReference[User | None] = Reference("user", read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)

    def delete(self) -> NoReturn:
        """Raise `InvalidInput`: the server makes the dimensions of a project from its config."""
        raise InvalidInput(f"{self!r} cannot be deleted: it belongs to the config of its project.")


class Dimensions(Query[Dimension]):
    """The dimensions of a project.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    def of_methodology(self, methodology: str) -> Self:
        """Keep those that a method of measuring agreement has, like "consensus"."""
        if not isinstance(methodology, str) or not methodology:
            raise InvalidInput(f"methodology must be a text, not {methodology!r}.")
        source = cast("WholeList", self._source)
        params = {**source.params, "agreement_methodology": methodology}
        return evolve(self, source=evolve(source, params=params))
