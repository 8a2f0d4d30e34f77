"""The queries of a project's storages: all of them, and those of each provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from ...errors import InvalidInput, UnknownName, nearest
from ...orm.collection import Collection, collections_of
from ...orm.pagination import Page, Source, WholeList
from ...orm.record import Record
from ...orm.response_shape import shaped
from ..secret_field import SecretQuery, hidden_fields
from .azure import AzureExportStorage, AzureImportStorage
from .base import ExportStorage, ImportStorage, Storage
from .files import StorageFiles
from .gcs import GCSExportStorage, GCSImportStorage
from .local import LocalExportStorage, LocalImportStorage
from .redis import RedisExportStorage, RedisImportStorage
from .s3 import S3ExportStorage, S3ImportStorage
from .s3s import S3SExportStorage, S3SImportStorage

if TYPE_CHECKING:
    from ...orm.cache import Params

S = TypeVar("S", bound=Storage, covariant=True)
P = TypeVar("P", bound=Storage)
Importing = TypeVar("Importing", bound=ImportStorage)


class StorageQuery(SecretQuery[S], Generic[S]):
    """Storages, whose ids are unique only within a provider."""

    def __contains__(self, record: object) -> bool:
        return any(record == each for each in self)


class ProviderStorages(StorageQuery[S], Generic[S]):
    """The storages of a project at one provider."""

    def __repr__(self) -> str:
        return (
            super().__repr__().replace(f"{self._model._meta.noun}s", f"{self._model.__name__}s", 1)
        )

    def create(self, **fields: Any) -> S:
        """Add a storage; `fields` are those of its class. The server must be able to connect.

        >>> storage = project.import_storages.local.create(path=folder, use_blob_urls=True)
        >>> storage.status
        'initialized'
        """
        hidden_fields(self._model, fields)
        return self._model.create(self._known["project"], client=self.client, **fields)

    def check(self, **fields: Any) -> None:
        """Try to connect as `create()` does, without adding a storage."""
        hidden_fields(self._model, fields)
        self._model.check(self._known["project"], client=self.client, **fields)

    def preview(
        self: ProviderStorages[Importing], *, limit: int = 100, **fields: Any
    ) -> StorageFiles:
        """List what a sync of an import storage with these fields would take, without adding it.

        `fields` are those of `create()`. The list tells whether it is `complete`. Servers before
        1.21 cannot do it, nor can any for Redis.

        >>> found = project.import_storages.local.preview(path=folder, regex_filter=r".*\\.jpg")
        >>> [file.key.rpartition("/")[2] for file in found], found.complete
        (['cat.jpg', 'dog.jpg'], True)
        """
        hidden_fields(self._model, fields)
        project = self._known["project"]
        return self._model.preview(project, limit=limit, client=self.client, **fields)


class Storages(StorageQuery[S], Generic[S]):
    """The storages of a project, of all providers, each as an object of its own class."""

    @classmethod
    def _source_of(cls, model: type[Record], known: Mapping[str, Any]) -> Source:
        return WholeList(model._meta.collection, known, by_id=False)  # grouped by provider

    def types(self) -> dict[str, str]:
        """Return the storage types that this server supports, with their titles."""
        path = f"{self._model._meta.root}/types"
        found = shaped(self.client.json("GET", path), [{"name": str, "title": str}])
        return {each["name"]: each["title"] for each in found}

    def get(self, id: int | None = None, **match: Any) -> S:
        """Return the only storage that matches: `get(title="Photos")`.

        Ids are unique only within a provider: `project.import_storages.s3.get(3)`.
        """
        if id is not None:
            raise InvalidInput(
                f"The provider of storage {id} must be named, as in "
                f"project.{self._model._meta.owner}.s3.get({id})."
            )
        return super().get(**match)

    def _made(self, model: type[S], row: Params, page: Page) -> S:
        found = self.client._registry.model(f"{model._meta.kind}.{row.get('type')}", default=model)
        known = {**self._known, "type": row.get("type")}
        made = found._from_answer(self.client, row, known=known, related=self._related)
        return cast("S", made)

    if not TYPE_CHECKING:  # a type checker finds mistyped names by itself, if it is let

        def __getattr__(self, name: str) -> Any:
            if hasattr(type(self), name) or name.startswith("_"):
                return super().__getattr__(name)
            providers = collections_of(type(self))
            at = f"project.{self._model._meta.owner}"
            at_provider = f" As in {at}.s3.{name}()." if hasattr(ProviderStorages, name) else ""
            hint = at_provider or nearest(name, providers)
            raise UnknownName(f"{at} has no {name!r}, but {', '.join(providers)}.{hint}")


def _at(key: str) -> Collection[Any]:
    return Collection(key, query=ProviderStorages)


class ImportStorages(Storages[ImportStorage]):
    """The import storages of a project, of all providers or of one."""

    s3: Collection[ProviderStorages[S3ImportStorage]] = _at("import_storage.s3")
    s3s: Collection[ProviderStorages[S3SImportStorage]] = _at("import_storage.s3s")
    gcs: Collection[ProviderStorages[GCSImportStorage]] = _at("import_storage.gcs")
    azure: Collection[ProviderStorages[AzureImportStorage]] = _at("import_storage.azure")
    redis: Collection[ProviderStorages[RedisImportStorage]] = _at("import_storage.redis")
    local: Collection[ProviderStorages[LocalImportStorage]] = _at("import_storage.localfiles")


class ExportStorages(Storages[ExportStorage]):
    """The export storages of a project, of all providers or of one."""

    s3: Collection[ProviderStorages[S3ExportStorage]] = _at("export_storage.s3")
    s3s: Collection[ProviderStorages[S3SExportStorage]] = _at("export_storage.s3s")
    gcs: Collection[ProviderStorages[GCSExportStorage]] = _at("export_storage.gcs")
    azure: Collection[ProviderStorages[AzureExportStorage]] = _at("export_storage.azure")
    redis: Collection[ProviderStorages[RedisExportStorage]] = _at("export_storage.redis")
    local: Collection[ProviderStorages[LocalExportStorage]] = _at("export_storage.localfiles")
