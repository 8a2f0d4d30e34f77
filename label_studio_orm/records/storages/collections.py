"""The queries of a project's storages: all of them, and those of each provider."""

# What is declared with `provided()` is never called.
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, cast

from ...errors import InvalidInput, UnknownName, nearest
from ...orm.collection import collections_of
from ...orm.completion import unlisted
from ...orm.pagination import Page, Source, WholeList
from ...orm.record import Record
from ...orm.response_shape import shaped
from .base import ExportStorage, ImportStorage
from .provider_storages import ProviderStorages, S, StorageQuery, provided

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ...orm.cache import Params
    from . import options as o
    from .azure import AzureExportStorage, AzureImportStorage
    from .azure_spi import AzureSPIExportStorage, AzureSPIImportStorage
    from .databricks import DatabricksExportStorage, DatabricksImportStorage
    from .gcs import GCSExportStorage, GCSImportStorage
    from .gcs_sa import GCSSAExportStorage, GCSSAImportStorage
    from .gcswif import GCSWIFExportStorage, GCSWIFImportStorage
    from .local import LocalExportStorage, LocalImportStorage
    from .redis import RedisExportStorage, RedisImportStorage
    from .s3 import S3ExportStorage, S3ImportStorage
    from .s3s import S3SExportStorage, S3SImportStorage


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

    @provided("import_storage.s3")
    def s3(self, **fields: Unpack[o.S3ImportFields]) -> S3ImportStorage:
        """The import storages of a project at S3."""

    @provided("import_storage.s3s")
    def s3s(self, **fields: Unpack[o.S3SImportFields]) -> S3SImportStorage:
        """The import storages of a project at S3, with a role (Enterprise)."""

    @provided("import_storage.gcs")
    def gcs(self, **fields: Unpack[o.GCSImportFields]) -> GCSImportStorage:
        """The import storages of a project at Google."""

    @provided("import_storage.gcs_sa")
    def gcs_sa(self, **fields: Unpack[o.GCSSAImportFields]) -> GCSSAImportStorage:
        """The import storages of a project at Google, as another account (Enterprise)."""

    @provided("import_storage.gcswif")
    def gcswif(self, **fields: Unpack[o.GCSWIFImportFields]) -> GCSWIFImportStorage:
        """The import storages of a project at Google, by workload identity (Enterprise)."""

    @provided("import_storage.azure")
    def azure(self, **fields: Unpack[o.AzureImportFields]) -> AzureImportStorage:
        """The import storages of a project at Azure."""

    @provided("import_storage.azure_spi")
    def azure_spi(self, **fields: Unpack[o.AzureSPIImportFields]) -> AzureSPIImportStorage:
        """The import storages of a project at Azure, as a service principal (Enterprise)."""

    @provided("import_storage.databricks")
    def databricks(self, **fields: Unpack[o.DatabricksImportFields]) -> DatabricksImportStorage:
        """The import storages of a project at Databricks (Enterprise)."""

    @provided("import_storage.redis")
    def redis(self, **fields: Unpack[o.RedisImportFields]) -> RedisImportStorage:
        """The import storages of a project at Redis."""

    @provided("import_storage.localfiles")
    def local(self, **fields: Unpack[o.LocalImportFields]) -> LocalImportStorage:
        """The import storages of a project on the server's machine."""


class ExportStorages(Storages[ExportStorage]):
    """The export storages of a project, of all providers or of one."""

    @provided("export_storage.s3")
    def s3(self, **fields: Unpack[o.S3ExportFields]) -> S3ExportStorage:
        """The export storages of a project at S3."""

    @provided("export_storage.s3s")
    def s3s(self, **fields: Unpack[o.S3SExportFields]) -> S3SExportStorage:
        """The export storages of a project at S3, with a role (Enterprise)."""

    @provided("export_storage.gcs")
    def gcs(self, **fields: Unpack[o.GCSExportFields]) -> GCSExportStorage:
        """The export storages of a project at Google."""

    @provided("export_storage.gcs_sa")
    def gcs_sa(self, **fields: Unpack[o.GCSSAExportFields]) -> GCSSAExportStorage:
        """The export storages of a project at Google, as another account (Enterprise)."""

    @provided("export_storage.gcswif")
    def gcswif(self, **fields: Unpack[o.GCSWIFExportFields]) -> GCSWIFExportStorage:
        """The export storages of a project at Google, by workload identity (Enterprise)."""

    @provided("export_storage.azure")
    def azure(self, **fields: Unpack[o.AzureExportFields]) -> AzureExportStorage:
        """The export storages of a project at Azure."""

    @provided("export_storage.azure_spi")
    def azure_spi(self, **fields: Unpack[o.AzureSPIExportFields]) -> AzureSPIExportStorage:
        """The export storages of a project at Azure, as a service principal (Enterprise)."""

    @provided("export_storage.databricks")
    def databricks(self, **fields: Unpack[o.DatabricksExportFields]) -> DatabricksExportStorage:
        """The export storages of a project at Databricks (Enterprise)."""

    @provided("export_storage.redis")
    def redis(self, **fields: Unpack[o.RedisExportFields]) -> RedisExportStorage:
        """The export storages of a project at Redis."""

    @provided("export_storage.localfiles")
    def local(self, **fields: Unpack[o.LocalExportFields]) -> LocalExportStorage:
        """The export storages of a project on the server's machine."""
