"""The storages of a project: all of them, and those of each provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from ...errors import InvalidInput, UnknownName, nearest
from ...orm.collection import Collection, collections_of
from ...orm.pagination import Page, Source, WholeList
from ...orm.query import Query
from ...orm.record import Record
from ...orm.response_shape import shaped
from .azure import AzureExportStorage, AzureImportStorage
from .base import ExportStorage, ImportStorage, Storage
from .gcs import GCSExportStorage, GCSImportStorage
from .local import LocalExportStorage, LocalImportStorage
from .redis import RedisExportStorage, RedisImportStorage
from .s3 import S3ExportStorage, S3ImportStorage
from .s3s import S3SExportStorage, S3SImportStorage
from .secret_field import hidden_fields

if TYPE_CHECKING:
    from ...orm.cache import Params

S = TypeVar("S", bound=Storage, covariant=True)
P = TypeVar("P", bound=Storage)


class Distinct(Query[S], Generic[S]):
    """Storages, whose ids are counted for each provider."""

    def __contains__(self, record: object) -> bool:
        return any(record == each for each in self)

    def update(self, **fields: Any) -> int:
        """Set fields of every storage and save what that changes; return the number of storages."""
        return super().update(**hidden_fields(self._model, fields))


class ProviderStorages(Distinct[S], Generic[S]):
    """The storages of a project at one provider."""

    def __repr__(self) -> str:
        return (
            super().__repr__().replace(f"{self._model._meta.kind}s", f"{self._model.__name__}s", 1)
        )

    def create(self, **fields: Any) -> S:
        """Add a storage; `fields` are those of its class. The server connects to the place first.

        >>> storage = project.import_storages.local.create(path=folder, use_blob_urls=True)
        >>> storage.status
        'initialized'
        """
        hidden_fields(self._model, fields)
        return self._model.create(self._known["project"], client=self.client, **fields)

    def check(self, **fields: Any) -> None:
        """Try to connect to a place, without making a storage of it."""
        hidden_fields(self._model, fields)
        self._model.check(self._known["project"], client=self.client, **fields)


class Storages(Distinct[S], Generic[S]):
    """The storages of a project, of all providers, each as an object of its own class."""

    @classmethod
    def _source_of(cls, model: type[Record], known: Mapping[str, Any]) -> Source:
        return WholeList(model._meta.collection, known, by_id=False)  # provider by provider

    def types(self) -> dict[str, str]:
        """Return what this server knows: the title of each type."""
        path = f"{self._model._meta.root}/types"
        found = shaped(self.client.json("GET", path), [{"name": str, "title": str}])
        return {each["name"]: each["title"] for each in found}

    def get(self, id: int | None = None, **match: Any) -> S:
        """Return the only storage that matches: `get(title="Photos")`.

        Ids are counted for each provider: `project.import_storages.s3.get(3)`.
        """
        if id is not None:
            raise InvalidInput(
                f"Storage {id} of which provider? "
                f"As in project.{self._model._meta.owner}.s3.get({id})."
            )
        return super().get(**match)

    def _made(self, model: type[S], row: Params, page: Page) -> S:
        found = self.client._registry.model(f"{model._meta.kind}.{row.get('type')}", default=model)
        known = {**self._known, "type": row.get("type")}
        made = found._from_answer(self.client, row, known=known, related=self._related)
        return cast("S", made)

    if not TYPE_CHECKING:  # a type checker finds mistyped names by itself, if it is let

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):  # asked for by copy, pickle and notebooks, not by people
                raise AttributeError(name)
            providers = collections_of(type(self))
            at = f"project.{self._model._meta.owner}"
            made_there = f" As in {at}.s3.{name}()." if hasattr(ProviderStorages, name) else ""
            hint = made_there or nearest(name, providers)
            raise UnknownName(f"{at} has no {name!r}, but {', '.join(providers)}.{hint}")


class ImportStorages(Storages[ImportStorage]):
    """Where tasks of a project come from."""

    s3: Collection[ProviderStorages[S3ImportStorage]] = Collection(
        "import_storage.s3", query=ProviderStorages
    )
    s3s: Collection[ProviderStorages[S3SImportStorage]] = Collection(
        "import_storage.s3s", query=ProviderStorages
    )
    gcs: Collection[ProviderStorages[GCSImportStorage]] = Collection(
        "import_storage.gcs", query=ProviderStorages
    )
    azure: Collection[ProviderStorages[AzureImportStorage]] = Collection(
        "import_storage.azure", query=ProviderStorages
    )
    redis: Collection[ProviderStorages[RedisImportStorage]] = Collection(
        "import_storage.redis", query=ProviderStorages
    )
    local: Collection[ProviderStorages[LocalImportStorage]] = Collection(
        "import_storage.localfiles", query=ProviderStorages
    )


class ExportStorages(Storages[ExportStorage]):
    """Where annotations of a project go to."""

    s3: Collection[ProviderStorages[S3ExportStorage]] = Collection(
        "export_storage.s3", query=ProviderStorages
    )
    s3s: Collection[ProviderStorages[S3SExportStorage]] = Collection(
        "export_storage.s3s", query=ProviderStorages
    )
    gcs: Collection[ProviderStorages[GCSExportStorage]] = Collection(
        "export_storage.gcs", query=ProviderStorages
    )
    azure: Collection[ProviderStorages[AzureExportStorage]] = Collection(
        "export_storage.azure", query=ProviderStorages
    )
    redis: Collection[ProviderStorages[RedisExportStorage]] = Collection(
        "export_storage.redis", query=ProviderStorages
    )
    local: Collection[ProviderStorages[LocalExportStorage]] = Collection(
        "export_storage.localfiles", query=ProviderStorages
    )
