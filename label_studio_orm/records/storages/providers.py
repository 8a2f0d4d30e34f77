"""The queries of a project's storages at each provider."""

# The base class takes the fields of any provider.
# mypy: disable-error-code="override"

from __future__ import annotations

from typing import TYPE_CHECKING

from .azure import AzureExportStorage, AzureImportStorage
from .gcs import GCSExportStorage, GCSImportStorage
from .local import LocalExportStorage, LocalImportStorage
from .provider_storages import ProviderStorages, of_fields
from .redis import RedisExportStorage, RedisImportStorage
from .s3 import S3ExportStorage, S3ImportStorage
from .s3s import S3SExportStorage, S3SImportStorage

if TYPE_CHECKING:  # the fields of a new storage, which differ from provider to provider
    from typing_extensions import Unpack

    from . import options


@of_fields("S3ImportFields")
class S3ImportStorages(ProviderStorages[S3ImportStorage]):
    """The import storages of a project at S3."""

    if TYPE_CHECKING:

        def create(self, **fields: Unpack[options.S3ImportFields]) -> S3ImportStorage: ...

        def get_or_create(self, **fields: Unpack[options.S3ImportFields]) -> S3ImportStorage: ...


@of_fields("S3ExportFields")
class S3ExportStorages(ProviderStorages[S3ExportStorage]):
    """The export storages of a project at S3."""

    if TYPE_CHECKING:

        def create(self, **fields: Unpack[options.S3ExportFields]) -> S3ExportStorage: ...

        def get_or_create(self, **fields: Unpack[options.S3ExportFields]) -> S3ExportStorage: ...


@of_fields("S3SImportFields")
class S3SImportStorages(ProviderStorages[S3SImportStorage]):
    """The import storages of a project at S3, accessed with a role."""

    if TYPE_CHECKING:

        def create(self, **fields: Unpack[options.S3SImportFields]) -> S3SImportStorage: ...

        def get_or_create(self, **fields: Unpack[options.S3SImportFields]) -> S3SImportStorage: ...


@of_fields("S3SExportFields")
class S3SExportStorages(ProviderStorages[S3SExportStorage]):
    """The export storages of a project at S3, accessed with a role."""

    if TYPE_CHECKING:

        def create(self, **fields: Unpack[options.S3SExportFields]) -> S3SExportStorage: ...

        def get_or_create(self, **fields: Unpack[options.S3SExportFields]) -> S3SExportStorage: ...


@of_fields("GCSImportFields")
class GCSImportStorages(ProviderStorages[GCSImportStorage]):
    """The import storages of a project at Google."""

    if TYPE_CHECKING:

        def create(self, **fields: Unpack[options.GCSImportFields]) -> GCSImportStorage: ...

        def get_or_create(self, **fields: Unpack[options.GCSImportFields]) -> GCSImportStorage: ...


@of_fields("GCSExportFields")
class GCSExportStorages(ProviderStorages[GCSExportStorage]):
    """The export storages of a project at Google."""

    if TYPE_CHECKING:

        def create(self, **fields: Unpack[options.GCSExportFields]) -> GCSExportStorage: ...

        def get_or_create(self, **fields: Unpack[options.GCSExportFields]) -> GCSExportStorage: ...


@of_fields("AzureImportFields")
class AzureImportStorages(ProviderStorages[AzureImportStorage]):
    """The import storages of a project at Azure."""

    if TYPE_CHECKING:

        def create(self, **fields: Unpack[options.AzureImportFields]) -> AzureImportStorage: ...

        def get_or_create(
            self, **fields: Unpack[options.AzureImportFields]
        ) -> AzureImportStorage: ...


@of_fields("AzureExportFields")
class AzureExportStorages(ProviderStorages[AzureExportStorage]):
    """The export storages of a project at Azure."""

    if TYPE_CHECKING:

        def create(self, **fields: Unpack[options.AzureExportFields]) -> AzureExportStorage: ...

        def get_or_create(
            self, **fields: Unpack[options.AzureExportFields]
        ) -> AzureExportStorage: ...


@of_fields("RedisImportFields")
class RedisImportStorages(ProviderStorages[RedisImportStorage]):
    """The import storages of a project at Redis."""

    if TYPE_CHECKING:

        def create(self, **fields: Unpack[options.RedisImportFields]) -> RedisImportStorage: ...

        def get_or_create(
            self, **fields: Unpack[options.RedisImportFields]
        ) -> RedisImportStorage: ...


@of_fields("RedisExportFields")
class RedisExportStorages(ProviderStorages[RedisExportStorage]):
    """The export storages of a project at Redis."""

    if TYPE_CHECKING:

        def create(self, **fields: Unpack[options.RedisExportFields]) -> RedisExportStorage: ...

        def get_or_create(
            self, **fields: Unpack[options.RedisExportFields]
        ) -> RedisExportStorage: ...


@of_fields("LocalImportFields")
class LocalImportStorages(ProviderStorages[LocalImportStorage]):
    """The import storages of a project on the server's machine."""

    if TYPE_CHECKING:

        def create(self, **fields: Unpack[options.LocalImportFields]) -> LocalImportStorage: ...

        def get_or_create(
            self, **fields: Unpack[options.LocalImportFields]
        ) -> LocalImportStorage: ...


@of_fields("LocalExportFields")
class LocalExportStorages(ProviderStorages[LocalExportStorage]):
    """The export storages of a project on the server's machine."""

    if TYPE_CHECKING:

        def create(self, **fields: Unpack[options.LocalExportFields]) -> LocalExportStorage: ...

        def get_or_create(
            self, **fields: Unpack[options.LocalExportFields]
        ) -> LocalExportStorage: ...
