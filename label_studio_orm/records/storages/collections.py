"""The storages of a project: all of them, and those of each provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast, overload

from ...errors import InvalidInput, UnknownName, nearest
from ...orm.pagination import Page, WholeList
from ...orm.query import Query
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
    from typing_extensions import Self

    from ...orm.cache import Params
    from ..project import Project

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


class ProviderCollection(Generic[P]):
    """Makes the storages of one provider of those of all: `project.import_storages.s3`."""

    def __init__(self, model: type[P]) -> None:
        self.model = model

    @overload
    def __get__(self, storages: None, owner: type) -> Self: ...

    @overload
    def __get__(self, storages: Storages[Storage], owner: type) -> ProviderStorages[P]: ...

    def __get__(
        self, storages: Storages[Storage] | None, owner: type
    ) -> Self | ProviderStorages[P]:
        if storages is None:
            return self
        known = storages._known
        source = WholeList(self.model.collection(), {"project": known["project"]})
        asked, related = storages._asked, storages._related
        return ProviderStorages(
            storages.client, self.model, source, known, asked=asked, related=related
        )


class Storages(Distinct[S], Generic[S]):
    """The storages of a project, of all providers, each as an object of its own class."""

    any_model: ClassVar[type[Storage]]  # the class of those of providers that we do not know

    @classmethod
    def of(cls, project: Project) -> Self:
        """Return the storages of a project."""
        known = {"project": project.id}
        model = cast("type[S]", cls.any_model)
        source = WholeList(
            f"{model._meta.root}{model._meta.slash}", known, by_id=False
        )  # provider by provider
        return cls(project.client, model, source, known, related={"project": type(project)})

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
                f"Storage {id} of which provider? As in project.{self._model._meta.owner}.s3.get({id})."
            )
        return super().get(**match)

    def _made(self, model: type[S], row: Params, page: Page) -> S:
        found = self._classes().get(str(row.get("type")), model)
        known = {**self._known, "type": row.get("type")}
        made = found._from_answer(self.client, row, known=known, related=self._related)
        return cast("S", made)

    if not TYPE_CHECKING:  # a type checker finds mistyped names by itself, if it is let

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):  # asked for by copy, pickle and notebooks, not by people
                raise AttributeError(name)
            providers = [
                each
                for each in vars(type(self))
                if type(vars(type(self))[each]) is ProviderCollection
            ]
            at = f"project.{type(self).any_model._meta.owner}"
            made_there = f" As in {at}.s3.{name}()." if hasattr(ProviderStorages, name) else ""
            hint = made_there or nearest(name, providers)
            raise UnknownName(f"{at} has no {name!r}, but {', '.join(providers)}.{hint}")

    @classmethod
    def _classes(cls) -> Mapping[str, type[Storage]]:
        """Return the class of each provider, by what the server calls it."""
        return {
            each.model._meta.provider: each.model
            for each in vars(cls).values()
            if type(each) is ProviderCollection
        }


class ImportStorages(Storages[ImportStorage]):
    """Where tasks of a project come from."""

    any_model = ImportStorage
    s3 = ProviderCollection(S3ImportStorage)
    s3s = ProviderCollection(S3SImportStorage)
    gcs = ProviderCollection(GCSImportStorage)
    azure = ProviderCollection(AzureImportStorage)
    redis = ProviderCollection(RedisImportStorage)
    local = ProviderCollection(LocalImportStorage)


class ExportStorages(Storages[ExportStorage]):
    """Where annotations of a project go to."""

    any_model = ExportStorage
    s3 = ProviderCollection(S3ExportStorage)
    s3s = ProviderCollection(S3SExportStorage)
    gcs = ProviderCollection(GCSExportStorage)
    azure = ProviderCollection(AzureExportStorage)
    redis = ProviderCollection(RedisExportStorage)
    local = ProviderCollection(LocalExportStorage)
