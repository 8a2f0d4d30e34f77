"""What all storages share: import storages bring tasks, export storages take annotations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from ...errors import InvalidInput, LabelStudioError, check_names
from ...orm.context import Context
from ...orm.deadline import ONE_HOUR, checked_timeout
from ...orm.fields import DATETIME, Field, Reference, length
from ...orm.identity import client_of, id_of, record_key
from ...orm.meta import Meta
from ...orm.record import Record
from ...orm.tracked import MISSING
from ...progress import Progress
from .error_hints import hint_for
from .secret_field import SecretField, hidden_fields

if TYPE_CHECKING:
    from typing_extensions import Self

    from ...transfer.storages.syncing import Syncing
    from ..project import Project
    from ..task import Task
    from ..tasks import Tasks


# What the server says of the last sync, and of a storage as such.
LAST_SYNC = frozenset(
    {"status", "last_sync", "last_sync_count", "last_sync_job", "traceback", "meta"}
)
OWN = LAST_SYNC | {"type", "created_at"}


@frozen(kw_only=True)
class StorageMeta(Meta):
    """What differs from provider to provider."""

    root: str  # "/api/storages", or that of exports
    slash: str = ""  # at the end of paths of collections
    owner: str  # the collection of a project that has them
    brings: str  # what a sync brings
    provider: str = ""  # as the server calls it: "s3", "localfiles", …
    # What a PATCH must have with it: the server checks what is sent, not what it has.
    sent_with_every_patch: tuple[str, ...] = ()
    named_to_validate: bool = True  # whether validate() says which storage is meant
    # A task names its object for as long as the storage is there.
    invalidates: tuple[str, ...] = ("task",)
    volatile: frozenset[str] = LAST_SYNC  # what a write answers is as old as that

    @property
    def key(self) -> str:
        return f"{self.kind}.{self.provider}" if self.provider else self.kind

    @property
    def collection(self) -> str:
        return self.collection_of(self.provider)

    def collection_of(self, provider: str) -> str:
        """Return the path of all storages of a provider, or of all if it is ""."""
        return f"{self.root}{'/' * bool(provider)}{provider}{self.slash}"


class Storage(Record):
    """A place outside of the server: a bucket, a container, a folder, a database.

    >>> storage = project.import_storages.local.create(path=folder, use_blob_urls=True)
    >>> storage.sync().last_sync_count  # tasks
    2
    """

    _meta: ClassVar[StorageMeta]

    title = Field["str | None"](check=length(0, 256))
    description = Field["str | None"]()
    synchronizable = Field[bool](since="1.9")
    project: Reference[Project] = Reference("project", read_only=True)
    type = Field[str](read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    status = Field[str](read_only=True)  # initialized, queued, in_progress, completed, failed, …
    last_sync = Field["datetime | None"](read_only=True, converter=DATETIME)
    last_sync_count = Field["int | None"](read_only=True)  # tasks that were made, or annotations
    last_sync_job = Field["str | None"](read_only=True)
    traceback = Field["str | None"](read_only=True)  # of a sync that has failed
    meta = Field["dict[str, Any] | None"](read_only=True)  # when which part of a sync was

    _syncing: Syncing | None = None  # the last one, of which something may come still

    @classmethod
    def create(
        cls, project: Project | int, *, client: Context | None = None, **fields: Any
    ) -> Self:
        """Add a storage to a project; the server connects to it before it takes it.

        Raises `Rejected` with what the place said, `InvalidInput` or `UnknownName` before anything
        is sent.
        """
        fields = hidden_fields(cls, fields)  # before anything can fail
        context = client_of(project, client)
        number = id_of(project, of="Project")
        given = cls._given(context, fields)
        with cls._hinting(context, number):
            return cls._create(context, cls._meta.collection, given, also={"project": number})

    @classmethod
    def check(cls, project: Project | int, *, client: Context | None = None, **fields: Any) -> None:
        """Try to connect to a place as `create()` does, without making a storage of it."""
        fields = hidden_fields(cls, fields)
        context = client_of(project, client)
        number = id_of(project, of="Project")
        given = cls._given(context, fields)
        body = {cls.fields[name].wire: cls.fields[name].checked(given[name]) for name in given}
        cls._connect(context, cls._meta.provider, {**body, "project": number})

    @classmethod
    def _given(cls, client: Context, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the fields of a new storage, checked and completed."""
        check_names(fields, cls.writable(), of=cls.__name__)
        if not cls._meta.provider:
            raise InvalidInput(f"Which provider? As in project.{cls._meta.owner}.s3.create(…).")
        for name in cls._meta.required:
            if not fields.get(name):
                raise InvalidInput(f"{cls.__name__} needs {name}=.")
        return cls._completed(client, fields)

    @classmethod
    def _completed(cls, client: Context, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the fields with what can be found out."""
        return fields

    def validate(self) -> Self:
        """Have the server connect to the place, with what it has stored.

        Raises `Rejected` or `ServerError` with what the place said.
        """
        if self.dirty:
            raise InvalidInput(f"{self!r} has unsaved changes: save() them first.")
        # The server saves what it is sent, and defaults for some of what it is not.
        stored = {name: raw for name, raw in self.refresh().params.items() if name not in OWN}
        if not self._meta.named_to_validate:
            del stored["id"]
        self._connect(self.client, self._provider, stored)
        return self

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
        """Bring what is new: tasks from an import storage, annotations to an export storage.

        Returns when that is done, with `last_sync_count`; `wait=False` when it has begun. A sync
        that is under way is waited for, and not begun again; one whose answer was lost neither, as
        the server goes on with it. `timeout` is in seconds. Raises `JobFailed` with the server's
        reason, `JobTimeout` while it goes on: `sync()` again waits on.
        """
        from ...transfer.storages.syncing import Syncing

        checked_timeout(timeout)
        if self._syncing is None or self._syncing.is_settled():
            self._syncing = Syncing(self)
            self._syncing.begin()
        self._syncing.wait(timeout, progress=progress, until_begun=not wait)
        return self

    def _save(self) -> Self:
        with self._hinting(self.client, self._params.get("project")):
            return super()._save()

    @classmethod
    @contextmanager
    def _hinting(cls, client: Context, project: int | None) -> Iterator[None]:
        """Have errors say what to do about them, where that is known."""
        try:
            yield
        except LabelStudioError as error:
            hint = cls._hint(client, project, str(error))
            if hint:
                error.add(hint)
            raise

    @classmethod
    def _hint(cls, client: Context, project: int | None, said: str) -> str:
        """Return what to do about what the server has said, or ""."""
        return hint_for(said)

    @property
    def _identity(self) -> tuple[str, int, str]:
        # Ids are counted for each provider; those that have no class here share one.
        kind = f"{self._meta.kind}.{self._meta.provider or self._known.get('type')}"
        return record_key(self._client, kind, self._known.get("id", -id(self)))

    def _path(self) -> str:
        return f"{self._meta.root}/{self._provider}/{self._known['id']}"

    @property
    def _list_path(self) -> str:
        return self._meta.collection_of(self._provider)

    @property
    def _provider(self) -> str:
        found = self._meta.provider or self._known.get("type")
        if not found:
            number = self._known.get("id")
            raise InvalidInput(
                f"Storage {number} of which provider? See project.{self._meta.owner}."
            )
        return str(found)

    def _apply_response(
        self,
        answer: Mapping[str, Any],
        changes: Mapping[str, Any],
        *,
        ignored: Set[str] = frozenset(),
    ) -> None:
        # What a PATCH answers has no type; secrets do not stay here.
        shown = {n: v for n, v in changes.items() if n not in self.secrets()}
        super()._apply_response(answer, shown, ignored=ignored)
        for wire in self.secrets() & self._held.keys():
            self._untrack(wire)

    def _patch(self, changes: Mapping[str, Any]) -> Mapping[str, Any]:
        if not self._meta.sent_with_every_patch:
            return changes
        stored = self._fetch()  # somebody else may have changed what goes along
        return {
            **{name: stored[name] for name in self._meta.sent_with_every_patch if name in stored},
            **changes,
        }

    def _origin(self, field: Field[Any]) -> Any:
        # Whatever a server shows in its place, a secret that was set is to be sent.
        return MISSING if isinstance(field, SecretField) else super()._origin(field)

    @classmethod
    def secrets(cls) -> set[str]:
        """Return the names of what is never shown."""
        return {field.wire for field in cls.fields.values() if isinstance(field, SecretField)}

    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: Any) -> None:
            value = hidden_fields(type(self), {name: value})[name] if name[:1] != "_" else value
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        plumbing = {n for n, kind in Storage.__annotations__.items() if "ClassVar" in str(kind)}
        return sorted(set(super().__dir__()) - plumbing)

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        held = {wire: each for wire, each in state["_held"].items() if wire not in self.secrets()}
        return {**state, "_held": held, "_syncing": None}


def _pattern(value: Any) -> str | None:
    """Return what is wrong with a regular expression, or None."""
    try:
        re.compile("" if value is None else value)
        return None if value is None or isinstance(value, str) else f"is a text, not {value!r}"
    except (re.error, TypeError, OverflowError, RecursionError) as error:
        return f"is a regular expression, not {value!r}: {error}"


class ImportStorage(Storage):
    """A storage that tasks come from; one of a provider that has no class here is just this."""

    _meta = StorageMeta(
        kind="import_storage",
        root="/api/storages",
        slash="/",
        owner="import_storages",
        brings="tasks",
        # Seconds: the server tries to connect.
        write_options=MappingProxyType({"timeout": 180.0}),
    )

    # Each object is a task, by its address; else it has tasks in it, as JSON.
    use_blob_urls = Field[bool]()
    regex_filter = Field["str | None"](check=_pattern)  # what names of objects begin with

    @property
    def tasks(self) -> Tasks[Task]:
        """The tasks that came from this storage; it looks at the project's other storages first.

        Raises `InvalidInput` where they cannot be told from those of another storage.
        """
        from .source_filter import tasks_from

        return tasks_from(self)


class CloudImportStorage(ImportStorage):
    """A storage whose objects have addresses of their own, at S3, Google and Azure."""

    presign = Field[bool]()  # give out addresses that hold for a while; else pass the data on
    presign_ttl = Field[int]()  # minutes


class ExportStorage(Storage):
    """A storage that annotations go to, each as a file named by its id."""

    _meta = StorageMeta(
        kind="export_storage",
        root="/api/storages/export",
        owner="export_storages",
        brings="annotations",
        # Creating one writes all annotations, in the request.
        write_options=MappingProxyType({"timeout": ONE_HOUR}),
    )

    can_delete_objects = Field["bool | None"]()  # also remove the file of a deleted annotation
