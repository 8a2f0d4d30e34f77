"""The queries of a project's storages: all of them, and those of each provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, cast

from ...errors import InvalidInput, UnknownName, nearest
from ...orm.collection import Collection, collections_of
from ...orm.completion import unlisted
from ...orm.pagination import Page, Source, WholeList
from ...orm.record import Record
from ...orm.response_shape import shaped
from .base import ExportStorage, ImportStorage
from .provider_storages import ProviderStorages, S, StorageQuery
from .providers import (
    AzureExportStorages,
    AzureImportStorages,
    GCSExportStorages,
    GCSImportStorages,
    LocalExportStorages,
    LocalImportStorages,
    RedisExportStorages,
    RedisImportStorages,
    S3ExportStorages,
    S3ImportStorages,
    S3SExportStorages,
    S3SImportStorages,
)

if TYPE_CHECKING:
    from ...orm.cache import Params


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

        @unlisted
        def __getattr__(self, name: str) -> Any:
            if hasattr(type(self), name) or name.startswith("_"):
                return super().__getattr__(name)
            providers = collections_of(type(self))
            at = f"project.{self._model._meta.owner}"
            at_provider = f" As in {at}.s3.{name}()." if hasattr(ProviderStorages, name) else ""
            hint = at_provider or nearest(name, providers)
            raise UnknownName(f"{at} has no {name!r}, but {', '.join(providers)}.{hint}")


class ImportStorages(Storages[ImportStorage]):
    """The import storages of a project, of all providers or of one."""

    s3: Collection[S3ImportStorages] = Collection("import_storage.s3", query=S3ImportStorages)
    s3s: Collection[S3SImportStorages] = Collection("import_storage.s3s", query=S3SImportStorages)
    gcs: Collection[GCSImportStorages] = Collection("import_storage.gcs", query=GCSImportStorages)
    azure: Collection[AzureImportStorages] = Collection(
        "import_storage.azure", query=AzureImportStorages
    )
    redis: Collection[RedisImportStorages] = Collection(
        "import_storage.redis", query=RedisImportStorages
    )
    local: Collection[LocalImportStorages] = Collection(
        "import_storage.localfiles", query=LocalImportStorages
    )


class ExportStorages(Storages[ExportStorage]):
    """The export storages of a project, of all providers or of one."""

    s3: Collection[S3ExportStorages] = Collection("export_storage.s3", query=S3ExportStorages)
    s3s: Collection[S3SExportStorages] = Collection("export_storage.s3s", query=S3SExportStorages)
    gcs: Collection[GCSExportStorages] = Collection("export_storage.gcs", query=GCSExportStorages)
    azure: Collection[AzureExportStorages] = Collection(
        "export_storage.azure", query=AzureExportStorages
    )
    redis: Collection[RedisExportStorages] = Collection(
        "export_storage.redis", query=RedisExportStorages
    )
    local: Collection[LocalExportStorages] = Collection(
        "export_storage.localfiles", query=LocalExportStorages
    )
