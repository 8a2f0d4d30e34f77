"""Protocols of the records that the long-running verbs use, and internal operations on them.

The functions here are the only access of `transfer` to private parts of records.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from ..orm.context import Context
from ..orm.expressions import Column
from ..orm.meta import kind_of as kind_of  # "as": transfer takes it from here
from ..orm.query import Query
from ..orm.record import Record
from ..orm.response_shape import count_of
from ..orm.saving import parent_id as parent_id
from ..progress import Progress

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..labeling.config import LabelConfig


class RecordPort(Protocol):
    """A record with an id."""

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
    parsed_label_config: dict[str, Any]  # parsed by the server
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
    def annotators(self) -> Query[Any]:
        """The users who have annotated."""

    @property
    def exports(self) -> Query[Any]:
        """The export snapshots."""

    def export_formats(self, *, fitting: bool = False) -> list[str]:
        """Return the names of the export formats."""

    def save(self) -> Self:
        """Send the changed fields."""


class TaskPort(RecordPort, Protocol):
    """A task whose data an import updates."""

    data: dict[str, Any]
    meta: dict[str, Any] | None

    @property
    def dirty(self) -> set[str]:
        """The names of the changed fields."""

    def save(self) -> Self:
        """Send the changed fields."""


class SnapshotPort(RecordPort, Protocol):
    """An export snapshot."""

    md5: str  # of its JSON file
    converted_formats: list[dict[str, Any]]  # with their status

    @property
    def project(self) -> ProjectPort:
        """The project that it belongs to."""

    def wait(self, timeout: float = ..., *, progress: Progress = ...) -> Self:
        """Wait until the server has created it."""


class StoragePort(RecordPort, Protocol):
    """A storage, with the status of its last sync."""

    status: str
    last_sync_count: int | None  # tasks or annotations
    meta: dict[str, Any] | None  # times of the sync
    traceback: str | None  # if it failed


R = TypeVar("R", bound=RecordPort)


def as_project(project: object) -> ProjectPort:
    """Cast a project to its protocol.

    pyright needs this: it accepts no descriptor as an attribute of a protocol, so methods with
    `self: ProjectPort` would be unknown to its users.
    """
    return cast("ProjectPort", project)


def as_task(task: object) -> TaskPort:
    """Cast a task to its protocol, as `as_project()` does a project."""
    return cast("TaskPort", task)


def path_of(record: RecordPort) -> str:
    """Return the path of a record at the server."""
    return cast("Record", record)._path()


def read_count(client: Context, project: RecordPort, name: str) -> int:
    """Return a counter of a project as it is now, asked for through a client."""
    return count_of(client.json("GET", path_of(project), params={"include": f"id,{name}"}), name)


def unchanged(record: R) -> R:
    """Return a new, unloaded object for a record, without unsaved edits."""
    return cast("R", type(cast("Record", record))(record.id, client=record.client))


def expire(record: RecordPort) -> None:
    """Mark all fields of a record as stale, except for unsaved edits."""
    cast("Record", record)._expire()


def expire_counts(record: RecordPort) -> None:
    """Mark the counts of a record as stale, after something was added to it."""
    cast("Record", record)._expire_counts()


def expire_kinds(client: Context, *kinds: str) -> None:
    """Mark all records of these kinds as stale."""
    for kind in kinds:
        client._cache.drop(kind)


def facts(client: Context) -> dict[str, Any]:
    """Return what a client knows of its server, and keeps."""
    return client._facts


def column(records: Query[Any], name: str) -> Column:
    """Return a field of the records of a query, to filter them by."""
    found: Column = records._model.fields[name]
    return found


def wires(records: Query[Any]) -> set[str]:
    """Return the server's names of the fields of the records of a query."""
    return {field.wire for field in records._model.fields.values()}


def record_in(records: Query[Any], answer: Mapping[str, Any]) -> Any:
    """Return the record of a response, as an item of a query."""
    return records._model._from_answer(records.client, answer, known=records._known)


def pending(model: type[Record], client: Context, params: Mapping[str, Any]) -> Record:
    """Return a record that is still to be created."""
    return model._pending(client, params)


def is_verified(record: Record) -> bool:
    """Tell whether a record is known to belong to its parent."""
    return record._is_verified()


def verify(record: Record) -> None:
    """Raise `NotFound` unless a record belongs to its parent; a request if that is not known."""
    record._verify_parent()


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


def error_hint(storage: StoragePort, error: str) -> str:
    """Return what to do about an error of a storage, or ""."""
    hint: str = cast("Any", storage)._hint(storage.client, project_id(storage), error)
    return hint
