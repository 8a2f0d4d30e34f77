"""The base classes of the queries of storages."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ...orm.get_or_create import get_or_create
from ...signatures import takes
from ..secret_field import SecretQuery, hidden_fields
from .base import ImportStorage, Storage

if TYPE_CHECKING:
    from .files import StorageFiles

S = TypeVar("S", bound=Storage, covariant=True)
Importing = TypeVar("Importing", bound=ImportStorage)


class StorageQuery(SecretQuery[S], Generic[S]):
    """Storages, whose ids are unique only within a provider."""

    def __contains__(self, record: object) -> bool:
        return any(record == each for each in self)


Q = TypeVar("Q", bound="ProviderStorages[Any]")


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

    def get_or_create(self, **fields: Any) -> S:
        """Return the only storage of the same place (bucket, folder, …), or add it.

        One that was found is not changed: a warning names the other fields that differ. What the
        server never returns, such as keys, cannot be compared.

        >>> storage = project.import_storages.local.get_or_create(path=folder)
        >>> project.import_storages.local.get_or_create(path=folder) == storage
        True
        """
        hidden_fields(self._model, fields)
        return get_or_create(self, fields, lambda: self.create(**fields))

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


def of_fields(options: str) -> Callable[[type[Q]], type[Q]]:
    """List the fields of a provider in the signatures of a query's methods."""

    def decorate(query: type[Q]) -> type[Q]:
        listed = takes(f"records.storages.options:{options}")
        for method in (query.create, query.get_or_create, query.check):
            setattr(query, method.__name__, listed(_own(method)))
        return query

    return decorate


def _own(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of a subclass that does what the inherited one does."""

    @functools.wraps(method)
    def own(self: ProviderStorages[Any], **fields: Any) -> Any:
        return method(self, **hidden_fields(self._model, fields))

    return own
