"""The base classes of storages: import storages bring tasks, export storages take annotations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from ... import transfer
from ...errors import InvalidInput, LabelStudioError, note
from ...orm.class_only import class_only
from ...orm.context import Context
from ...orm.deadline import ONE_HOUR, checked_timeout
from ...orm.fields import DATETIME, Field, Reference, length
from ...orm.identity import client_of, id_of, record_key
from ...orm.meta import Meta
from ...orm.saving import check_required
from ...progress import Progress, progress_bar
from ..secret_field import SecretRecord, hidden_fields
from .authentication import Authentication
from .error_hints import hint_for
from .files import StorageFiles, checked_limit, listed

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..project import Project
    from ..task import Task
    from ..tasks import Tasks


# The fields about the last sync, and all that only the server sets.
LAST_SYNC = frozenset(
    {"status", "last_sync", "last_sync_count", "last_sync_job", "traceback", "meta"}
)
SERVER_FIELDS = LAST_SYNC | {"type", "created_at"}


@frozen(kw_only=True)
class StorageMeta(Meta):
    """The plumbing of a storage class, which differs from provider to provider."""

    root: str  # "/api/storages", or that of exports
    slash: str = ""  # at the end of paths of collections
    owner: str  # the collection of a project that has them
    brings: str  # the noun of the records that a sync brings
    provider: str = ""  # the server's name: "s3", "localfiles", …
    # Where its files are, by provider, before what all have.
    leading: tuple[str, ...] = ("id", "title", "type", "bucket", "container", "path", "prefix")
    named_to_validate: bool = True  # whether validate() sends the id
    authentication: Authentication | None = None  # if there are several ways
    # Tasks name their object, `storage_filename`, only while the storage exists.
    invalidates: tuple[str, ...] = ("task",)
    volatile: frozenset[str] = LAST_SYNC  # in answers to writes, they are outdated

    @property
    def key(self) -> str:
        return f"{self.kind}.{self.provider}" if self.provider else self.kind

    @property
    def collection(self) -> str:
        return self.collection_of(self.provider)

    def collection_of(self, provider: str) -> str:
        """Return the path of all storages of a provider, or of all if it is ""."""
        return f"{self.root}{'/' * bool(provider)}{provider}{self.slash}"


class Storage(SecretRecord):
    """A place outside of the server: a bucket, a container, a folder, a database.

    >>> storage = project.import_storages.local.create(path=folder, use_blob_urls=True)
    >>> storage.sync().last_sync_count  # tasks
    2
    """

    _meta: ClassVar[StorageMeta]

    title = Field[str | None](check=length(0, 256))
    type = Field[str](read_only=True)
    status = Field[str](read_only=True)  # initialized, queued, in_progress, completed, failed, …
    last_sync = Field[datetime | None](read_only=True, converter=DATETIME)
    last_sync_count = Field[int | None](read_only=True)  # tasks created, or annotations written
    description = Field[str | None]()
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    project: Reference[Project] = Reference("project", read_only=True)
    synchronizable = Field[bool](since="1.9")
    last_sync_job = Field[str | None](read_only=True)
    traceback = Field[str | None](read_only=True)  # of a failed sync
    meta = Field[dict[str, Any] | None](read_only=True)  # the times of the steps of a sync

    _syncing: transfer.Syncing | None = None  # the last one, which may still go on

    @class_only
    def create(
        cls, project: Project | int, *, client: Context | None = None, **fields: Any
    ) -> Self:
        """Add a storage to a project; the server must be able to connect to it.

        Raises `Rejected` with the provider's error, `InvalidInput` or `UnknownName` before anything
        is sent.
        """
        fields = hidden_fields(cls, fields)  # before anything can fail
        context = client_of(project, client)
        number = id_of(project, of="Project")
        values = cls._new_fields(context, fields)
        with cls._hinting(context, number), cls._showing_creation():
            return cls._create(context, cls._meta.collection, values, also={"project": number})

    @classmethod
    @contextmanager
    def _showing_creation(cls) -> Iterator[None]:
        """Show that a storage is being created: an export storage writes all annotations first."""
        noun = cls._meta.noun
        try:
            with progress_bar(None, what=f"Creating the {noun}"):
                yield
        except KeyboardInterrupt as error:
            note(error, f"The server may still create the {noun}: see project.{cls._meta.owner}.")
            raise

    @classmethod
    def check(cls, project: Project | int, *, client: Context | None = None, **fields: Any) -> None:
        """Try to connect as `create()` does, without adding a storage."""
        fields = hidden_fields(cls, fields)
        context = client_of(project, client)
        cls._connect(context, cls._meta.provider, cls._settings(context, project, fields))

    @classmethod
    def _settings(
        cls, client: Context, project: Project | int, fields: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the checked settings of a storage that is not to be added."""
        number = id_of(project, of="Project")
        values = cls._new_fields(client, fields)
        body = {cls.fields[name].wire: cls.fields[name].checked(values[name]) for name in values}
        return {**body, "project": number}

    @classmethod
    def _new_fields(cls, client: Context, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the fields of a new storage, checked and completed."""
        cls._check_writable(fields)
        if not cls._meta.provider:
            raise InvalidInput(
                f"The provider must be named, as in project.{cls._meta.owner}.s3.create(…)."
            )
        check_required(cls, fields)
        if cls._meta.authentication is not None:
            cls._meta.authentication.check_new(cls, fields)
        return cls._completed(client, fields)

    @classmethod
    def _completed(cls, client: Context, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the fields, with defaults that the server can be asked for."""
        return fields

    def validate(self) -> Self:
        """Have the server connect with the settings that it has stored.

        Raises `Rejected` or `ServerError` with the provider's error.
        """
        self._connect(self.client, self._provider, self._stored())
        return self

    def _stored(self) -> dict[str, Any]:
        """Return the settings as stored, read anew, for the server to connect with."""
        if self.dirty:
            raise InvalidInput(f"{self!r} has unsaved changes: save() them first.")
        # The server saves the fields that it is sent, and resets some others to their defaults.
        kept_back = SERVER_FIELDS | self.secrets()
        stored = {name: raw for name, raw in self.refresh().params.items() if name not in kept_back}
        if not self._meta.named_to_validate:
            del stored["id"]
        return stored

    @classmethod
    def _connect(cls, client: Context, provider: str, body: Mapping[str, Any]) -> None:
        """Have the server try to connect."""
        with cls._hinting(client, body["project"]):
            client.json(
                "POST",
                f"{cls._meta.root}/{provider}/validate",
                json=body,
                **cls._meta.write_options,
            )

    def sync(
        self, *, wait: bool = True, timeout: float = ONE_HOUR, progress: Progress = None
    ) -> Self:
        """Import new tasks from an import storage, or write new annotations to an export storage.

        Returns when that is done, with `last_sync_count`; with `wait=False`, when it has begun. A
        sync that is running is waited for and not started again, also if the answer to its request
        was lost. `timeout` is in seconds. Raises `JobFailed` with the server's reason, `JobTimeout`
        if the sync is still running: `sync()` again continues to wait.
        """
        checked_timeout(timeout)
        if self._syncing is None or self._syncing.has_ended():
            self._syncing = transfer.Syncing(self)
            self._syncing.begin()
        self._syncing.wait(timeout, progress=progress, until_begun=not wait)
        return self

    def _save(self) -> Self:
        if self._meta.authentication is not None:
            self._meta.authentication.check_saved(self)
        with self._hinting(self.client, self._state.params.get("project")):
            return super()._save()

    @classmethod
    @contextmanager
    def _hinting(cls, client: Context, project: int | None) -> Iterator[None]:
        """Add hints to errors, where their cause is known."""
        try:
            yield
        except LabelStudioError as error:
            hint = cls._hint(client, project, str(error))
            if hint:
                error.add(hint)
            raise

    @classmethod
    def _hint(cls, client: Context, project: int | None, error: str) -> str:
        """Return what to do about an error of the server, or ""."""
        return hint_for(error)

    @property
    def _identity(self) -> tuple[str, int, str]:
        # Ids are unique for each provider; providers without a class here share one class.
        kind = f"{self._meta.kind}.{self._meta.provider or self._state.known.get('type')}"
        return record_key(self._client, kind, self._state.known.get("id", -id(self)))

    def _path(self) -> str:
        return f"{self._meta.root}/{self._provider}/{self._state.known['id']}"

    @property
    def _list_path(self) -> str:
        return self._meta.collection_of(self._provider)

    @property
    def _provider(self) -> str:
        found = self._meta.provider or self._state.known.get("type")
        if not found:
            number = self._state.known.get("id")
            raise InvalidInput(
                f"The provider of storage {number} must be known: get it from "
                f"project.{self._meta.owner}."
            )
        return str(found)

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "_syncing": None}


def _pattern(value: Any) -> str | None:
    """Return the problem of a regular expression, or None."""
    try:
        re.compile("" if value is None else value)
        return None if value is None or isinstance(value, str) else f"must be a text, not {value!r}"
    except (re.error, TypeError, OverflowError, RecursionError) as error:
        return f"must be a regular expression, not {value!r}: {error}"


class ImportStorage(Storage):
    """A storage that tasks come from, and the class of those of unknown providers."""

    _meta = StorageMeta(
        kind="import_storage",
        root="/api/storages",
        slash="/",
        owner="import_storages",
        brings="tasks",
        # Seconds: the server tries to connect.
        write_options=MappingProxyType({"timeout": 180.0}),
    )

    # Each object becomes a task with its address; otherwise it contains tasks as JSON.
    use_blob_urls = Field[bool]()
    regex_filter = Field[str | None](check=_pattern)  # must match the beginning of an object's name

    @classmethod
    def preview(
        cls,
        project: Project | int,
        *,
        limit: int = 100,
        client: Context | None = None,
        **fields: Any,
    ) -> StorageFiles:
        """List what a sync of a storage with these fields would take, without adding it."""
        fields = hidden_fields(cls, fields)
        checked_limit(limit)
        context = client_of(project, client)
        settings = cls._settings(context, project, fields)
        return cls._listed(context, cls._meta.provider, settings, limit)

    def files(self, *, limit: int = 100) -> StorageFiles:
        """List what a sync would look at, also what was imported before; nothing is imported.

        `limit` is the number of files; the list tells whether it is `complete`. Servers before 1.21
        cannot do it, nor can any for Redis.

        >>> storage = project.import_storages.local.create(path=folder, use_blob_urls=True)
        >>> storage.files(limit=1)
        <StorageFiles: 1 files, and more>
        """
        checked_limit(limit)
        return self._listed(self.client, self._provider, self._stored(), limit)

    @classmethod
    def _listed(
        cls, client: Context, provider: str, settings: Mapping[str, Any], limit: int
    ) -> StorageFiles:
        with cls._hinting(client, settings["project"]):
            return listed(client, f"{cls._meta.root}/{provider}/files", settings, limit)

    @property
    def tasks(self) -> Tasks[Task]:
        """The tasks that came from this storage; the project's other storages are read first.

        Raises `InvalidInput` if they cannot be told apart from those of another storage.
        """
        from .source_filter import tasks_from

        return tasks_from(self)


class CloudImportStorage(ImportStorage):
    """An import storage at S3, Google or Azure, whose objects have URLs."""

    presign = Field[bool]()  # serve signed URLs that expire; otherwise proxy the data
    presign_ttl = Field[int]()  # minutes


class ExportStorage(Storage):
    """A storage that annotations go to, each as a file named by its id."""

    _meta = StorageMeta(
        kind="export_storage",
        root="/api/storages/export",
        owner="export_storages",
        brings="annotations",
        # The request that creates one writes all annotations.
        write_options=MappingProxyType({"timeout": ONE_HOUR}),
    )

    can_delete_objects = Field[bool | None]()  # also remove the file of a deleted annotation
