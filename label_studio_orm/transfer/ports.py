"""Protocols of the records that the long-running verbs use, and internal operations on them.

Only fields and verbs are public on a record. For everything else, `transfer` calls the functions
here, so no other module of it depends on how records are built.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from ..orm.context import Context
from ..orm.expressions import Column
from ..orm.query import Query
from ..orm.record import Record

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..labeling.config import LabelConfig


class RecordPort(Protocol):
    """Anything that has an id at a server."""

    id: int

    @property
    def client(self) -> Context:
        """The client it belongs to."""

    def refresh(self, *, discard_changes: bool = False) -> Self:
        """Fetch it again."""


class ProjectPort(RecordPort, Protocol):
    """A project: its config, its tasks, and their results."""

    label_config: str
    config: LabelConfig
    parsed_label_config: dict[str, Any]  # as the server has parsed it
    maximum_annotations: int

    @property
    def tasks(self) -> Query[Any]:
        """The tasks."""

    @property
    def annotations(self) -> Query[Any]:
        """All annotations."""

    @property
    def predictions(self) -> Query[Any]:
        """All predictions."""

    @property
    def exports(self) -> Query[Any]:
        """The export snapshots."""

    def export_formats(self, *, fitting: bool = False) -> list[str]:
        """Return the names of the export formats."""

    def save(self) -> Self:
        """Send what was changed."""


class TaskPort(RecordPort, Protocol):
    """A task whose data an import updates."""

    data: dict[str, Any]
    meta: dict[str, Any] | None

    @property
    def dirty(self) -> set[str]:
        """The names of the fields that were changed."""

    def save(self) -> Self:
        """Send what was changed."""


class SnapshotPort(RecordPort, Protocol):
    """An export snapshot."""

    md5: str  # of its JSON file
    converted_formats: list[dict[str, Any]]  # and how far they are

    @property
    def project(self) -> ProjectPort:
        """The project that it was made of."""

    def wait(self, timeout: float = ...) -> Self:
        """Wait until the server has made it."""


class StoragePort(RecordPort, Protocol):
    """A storage, and what the server says of its last sync."""

    status: str
    last_sync_count: int | None  # tasks or annotations
    meta: dict[str, Any] | None  # when which part of the sync was
    traceback: str | None  # if it failed


R = TypeVar("R", bound=RecordPort)


def as_project(project: object) -> ProjectPort:
    """Return a project, typed by what verbs use of it.

    mypy sees that it is one. pyright does not: it takes no descriptor for an attribute of a
    protocol, so that methods with `self: ProjectPort` would be unknown to users of pyright.
    """
    return cast("ProjectPort", project)


def path_of(record: RecordPort) -> str:
    """Return the path of a record at the server."""
    return cast("Record", record)._path()


def kind_of(record: RecordPort | type[Record]) -> str:
    """Return the kind of a record or class, as in "task"."""
    return cast("Record", record)._meta.kind


def unchanged(record: R) -> R:
    """Return another object for a record: without the edits of the user, and not loaded."""
    return cast("R", type(cast("Record", record))(record.id, client=record.client))


def expire(record: RecordPort) -> None:
    """Let all of a record be read anew when it is next asked for."""
    cast("Record", record)._expire()


def expire_counts(record: RecordPort) -> None:
    """Let what was counted of a record be read anew: something was added to it."""
    cast("Record", record)._expire_counts()


def expire_kinds(client: Context, *kinds: str) -> None:
    """Let all records of these kinds be read anew."""
    for kind in kinds:
        client._cache.drop(kind)


def column(records: Query[Any], name: str) -> Column:
    """Return a field of the records of a query, to filter them by."""
    found: Column = records._model.fields[name]
    return found


def wires(records: Query[Any]) -> set[str]:
    """Return the server's names of the fields of the records of a query."""
    return {field.wire for field in records._model.fields.values()}


def record_in(records: Query[Any], answer: Mapping[str, Any]) -> Any:
    """Return the record of a query that the server has sent."""
    return records._model._from_answer(records.client, answer, known=records._known)


def pending(model: type[Record], client: Context, params: Mapping[str, Any]) -> Record:
    """Return a record that is still to be created."""
    return model._pending(client, params)


def save_now(record: Record) -> Record:
    """Save a record, whichever batch is open."""
    return record._save()


def delete_now(record: Record) -> Record:
    """Delete a record, whichever batch is open."""
    return record._delete()


def project_id(storage: StoragePort) -> int:
    """Return the id of the project that a storage belongs to."""
    id: int = cast("Record", storage)._raw("project")
    return id


def list_path(storage: StoragePort) -> str:
    """Return the path of all storages of the same provider."""
    path: str = cast("Any", storage)._list_path
    return path


def unit_of(storage: StoragePort) -> str:
    """Return what a sync of a storage creates: tasks or annotations."""
    unit: str = cast("Any", storage)._meta.brings
    return unit


def error_hint(storage: StoragePort, said: str) -> str:
    """Return what to do about an error of a storage, or ""."""
    hint: str = cast("Any", storage)._hint(storage.client, project_id(storage), said)
    return hint
