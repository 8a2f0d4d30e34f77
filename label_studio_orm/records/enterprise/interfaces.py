"""Interfaces: labeling interfaces that are written in React, with versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict, cast

from attrs import evolve

from ...errors import InvalidInput, check_items
from ...orm.fields import DATETIME, Field, Reference
from ...orm.identity import checked_id
from ...orm.meta import Meta
from ...orm.query import Query
from ...orm.record import Record
from ...orm.saving import check_required
from ...signatures import given, takes
from .workspaces import Workspace

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ...orm.fields import ReadOnlyReference
    from ...orm.pagination import NumberedPages
    from ..user import User

FIELDS = "records.enterprise.interfaces:InterfaceFields"
VERSIONS = "records.enterprise.interfaces:VersionFields"


class Interface(Record):
    """A labeling interface that is written in React, and saved to be used by projects.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> interface = ls.interfaces.create(title="Grid", code="...", compiled="...")
    >>> interface.append_versions([{"code": "...", "compiled": "..."}])
    <Interface ...>
    """

    _meta = Meta(
        kind="interface",
        path="/api/interfaces/{id}/",
        page_size=100,
        list_filters={"workspace": "workspace"},
        leading=("id", "title"),
        required=("title", "code", "compiled"),
        identified_by=("title",),
    )

    title = Field[str]()
    description = Field[str | None]()
    code = Field[str]()  # the React source
    compiled = Field[str]()  # the same as JavaScript
    input_schema = Field[Any]()  # JSON schema of a task's data
    output_schema = Field[Any]()  # JSON schema of an annotation
    data_sample = Field[Any]()
    messages = Field[Any]()
    metadata = Field[Any]()
    artifacts = Field[Any]()
    versions = Field[Any]()  # a list of dicts, which append_versions() adds to
    workspace = Reference["Workspace | None"]("workspace")
    is_system = Field[bool](read_only=True)
    projects_count = Field[int](read_only=True)
    created_by: ReadOnlyReference[User | None] = Reference("user", read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)
    # Only of lists:
    accepts_submissions = Field[bool](read_only=True)
    published_versions_count = Field[int](read_only=True)
    type_name = Field[str](read_only=True)

    def publish(self, version: int) -> Self:
        """Publish a version, given by its id."""
        return self._change("publish", {"version_id": checked_id(version, of="version")})

    def unpublish(self, version: int) -> Self:
        """Take back a version that was published, given by its id."""
        return self._change("unpublish", {"version_id": checked_id(version, of="version")})

    def describe(self, version: int, description: str) -> Self:
        """Set the description of a version, given by its id."""
        if not isinstance(description, str):
            raise InvalidInput(f"description must be a text, not {description!r}.")
        number = checked_id(version, of="version")
        body = {"description": description, "version_id": number}
        return self._change("update_description", body)

    @takes(VERSIONS)
    def append_versions(
        self, versions: Iterable[Mapping[str, Any]], **fields: Unpack[VersionFields]
    ) -> Self:
        """Add versions, to which the server gives their ids; `fields` are set with them."""
        check_items(versions, name="versions", example='[{"code": "…", "compiled": "…"}]')
        body = {"versions": [dict(each) for each in versions], **self._body(fields)}
        return self._change("append_versions", body)

    @takes(FIELDS)
    def duplicate(self, **fields: Unpack[InterfaceFields]) -> Self:
        """Copy it under another title; `fields` are those that differ in the copy."""
        if "title" not in fields:
            raise InvalidInput("A copy needs title=.")
        own = {name: getattr(self, name) for name in ("code", "compiled") if name not in fields}
        given = {**own, **fields}
        answer = self.client.json("POST", f"{self._path()}duplicate/", json=self._body(given))
        return self._from_answer(self.client, answer, complete=True)

    @takes(FIELDS)
    def replace(self, **fields: Unpack[InterfaceFields]) -> Self:
        """Replace all of it: what is not given gets its default. `save()` sends changes only."""
        check_required(type(self), fields)
        return self._take(self.client.json("PUT", self._path(), json=self._body(fields)))

    def _change(self, verb: str, body: Mapping[str, Any]) -> Self:
        return self._take(self.client.json("POST", f"{self._path()}{verb}/", json=body))

    def _take(self, answer: Mapping[str, Any]) -> Self:
        """Take over an answer, and keep what was changed here and not saved."""
        self._invalidate_cache()
        self._state.update(self, answer, complete=True, keep=self._changes())
        return self

    def _body(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values by the server's names; raise what is wrong with them."""
        self._check_values(values)
        return {self.fields[name].wire: self.fields[name].checked(values[name]) for name in values}


class VersionFields(TypedDict, total=False):
    """What can be set with new versions of an interface."""

    title: str
    code: str
    compiled: str
    input_schema: Any
    output_schema: Any
    data_sample: Any
    messages: Any
    metadata: Any
    artifacts: Any


class InterfaceFields(VersionFields, total=False):
    """The fields of a new interface; `title`, `code` and `compiled` are required."""

    description: str | None
    versions: Any
    workspace: Workspace | int | None


class Interfaces(Query[Interface]):
    """The saved interfaces of the organization.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    @takes(FIELDS)
    def create(self, **fields: Unpack[InterfaceFields]) -> Interface:
        """Create an interface; `fields` are those of `Interface`.

        >>> ls.interfaces.create(title="Grid", code="...", compiled="...")
        <Interface ... 'Grid'>
        """
        return self._create(fields)

    def search(
        self,
        text: str | None = None,
        *,
        scope: str | None = None,
        has_published_versions: bool | None = None,
    ) -> Self:
        """Keep those that the server finds by a text, a scope, or by having published versions.

        >>> [interface.title for interface in ls.interfaces.search("grid")]
        ['title ...']
        """
        found = given(search=text, scope=scope, has_published_versions=has_published_versions)
        source = cast("NumberedPages", self._source)
        return evolve(self, source=evolve(source, params={**source.params, **found}))
