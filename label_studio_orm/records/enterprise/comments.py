"""Comments on annotations and drafts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from ... import transfer
from ...errors import InvalidInput
from ...labeling.results.region import Region
from ...orm.fields import DATETIME, Field, Reference
from ...orm.meta import Meta
from ...orm.query import Query
from ...orm.record import Record
from ...signatures import takes

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ...orm.fields import ReadOnlyReference
    from ..annotation import Annotation
    from ..draft import Draft
    from ..project import Project
    from ..task import Task
    from ..user import User


class Comment(Record):
    """A comment on an annotation or a draft, perhaps on one of its regions.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> comment = annotation.comments.create(text="Too wide.")
    >>> comment.text = "Much too wide."
    >>> comment.save()
    <Comment ...>
    >>> comment.resolve().is_resolved
    True
    """

    _meta = Meta(
        kind="comment",
        path="/api/comments/{id}/",
        leading=("id", "text", "is_resolved"),
        required=("text",),
        invalidates=("annotation", "draft", "task", "project"),
        list_filters={"project": "projects"},
        list_params={"expand_created_by": "true"},  # with the names of their authors
        read_params={"expand_created_by": "true"},
    )

    text = Field[str]()
    is_resolved = Field[bool]()
    resolved_at = Field[datetime | None](read_only=True, converter=DATETIME)
    created_by: ReadOnlyReference[User | None] = Reference("user", read_only=True)
    # As the editor writes it: {"region_id": "…"}, perhaps with a "control_name".
    region_ref = Field[dict[str, Any] | None]()
    classifications = Field[dict[str, Any] | None]()  # by the project's comment config
    annotation: ReadOnlyReference[Annotation | None] = Reference("annotation", read_only=True)
    draft: ReadOnlyReference[Draft | None] = Reference("draft", read_only=True)
    task: ReadOnlyReference[Task] = Reference("task", read_only=True)
    project: ReadOnlyReference[Project] = Reference("project", read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)
    state = Field[str](read_only=True)

    def resolve(self) -> Self:
        """Mark this comment as done, and save it."""
        self.is_resolved = True
        return self.save()

    def unresolve(self) -> Self:
        """Open this comment again, and save it."""
        self.is_resolved = False
        return self.save()


class CommentFields(TypedDict, total=False):
    """The fields of a new comment; `text` is required."""

    text: str
    region: Region | str | None
    region_ref: dict[str, Any] | None
    classifications: dict[str, Any] | None
    is_resolved: bool


class Comments(Query[Comment]):
    """The comments on an annotation, on a draft, or in a project.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> [comment.text for comment in annotation.comments]
    ['text ...']
    """

    @takes("records.enterprise.comments:CommentFields")
    def create(self, **fields: Unpack[CommentFields]) -> Comment:
        """Add a comment; `region=` is what it is about: a region of the annotation, or its id.

        >>> annotation.comments.create(text="Too wide.", region="r1").region_ref
        {'region_id': 'r1'}
        """
        if "project" in self._known:
            raise InvalidInput(
                "A comment belongs to an annotation or a draft: annotation.comments.create(…)."
            )
        values: dict[str, Any] = dict(fields)
        region = values.pop("region", None)
        if region is not None:
            values["region_ref"] = {"region_id": _region_id(region)}
        return self._create(values)

    def export(self, path: str | Path, *, timezone: str | None = None) -> Path:
        """Write these comments to a CSV file, or into a folder; return its path.

        `timezone` is that of the times in it: "Europe/Berlin". All comments are written: a
        filtered query cannot be exported so, but `to_pandas()` makes a table of it.

        >>> project.comments.export("comments.csv")
        PosixPath('comments.csv')
        """
        if not self._is_whole():
            raise InvalidInput(
                "export() writes all comments, not those of a query with conditions; "
                "to_pandas().to_csv(path) writes these."
            )
        names = self._model._meta.list_filters
        params = {names.get(name, name): str(value) for name, value in self._known.items()}
        params |= {} if timezone is None else {"tz": timezone}
        return transfer.download_csv(
            self.client, "/api/comments/export/", params, path, "comments.csv"
        )


def _region_id(region: Any) -> str:
    """Return the id of a region as comments have it."""
    id = region.id if isinstance(region, Region) else region
    if not isinstance(id, str) or not id:
        raise InvalidInput(f"region must be a region of the annotation, or its id, not {region!r}.")
    return id
