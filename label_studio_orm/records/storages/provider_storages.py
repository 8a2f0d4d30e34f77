"""The base classes of the queries of storages."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from ...orm.collection import Collection
from ...orm.get_or_create import get_or_create
from ...orm.record import Record
from ...signatures import takes
from ..registry import record_class
from ..secret_field import SecretQuery, hidden_fields
from .base import ImportStorage, Storage

if TYPE_CHECKING:
    from typing import Concatenate

    from typing_extensions import ParamSpec

    from .files import StorageFiles

    P = ParamSpec("P")

S = TypeVar("S", bound=Storage, covariant=True)
Importing = TypeVar("Importing", bound=ImportStorage)
F = TypeVar("F", bound=Callable[..., Any])


class StorageQuery(SecretQuery[S], Generic[S]):
    """Storages, whose ids are unique only within a provider."""

    def __contains__(self, record: object) -> bool:
        return any(record == each for each in self)


class FieldsMethod:
    """A method that takes the fields of a storage, and lists those of its provider."""

    def __init__(self, method: Callable[..., Any]) -> None:
        self._method = method
        self.__doc__ = method.__doc__

    def __get__(self, query: ProviderStorages[Any] | None, owner: type) -> Callable[..., Any]:
        if query is None:
            return self._method

        @functools.wraps(self._method)
        @takes(f"records.storages.options:{_options_of(query._model)}")
        def bound(**fields: Any) -> Any:
            return self._method(query, **hidden_fields(query._model, fields))

        return bound


def of_fields(method: F) -> F:
    """List the fields of a provider in the signature of a method, for notebooks."""
    return cast("F", FieldsMethod(method))


def _options_of(model: type[Record]) -> str:
    """Return the name of the `TypedDict` of the fields of a storage class, or of its base class."""
    return record_class(model._meta.key).__name__.replace("Storage", "Fields")


class ProviderStorages(StorageQuery[S], Generic[S]):
    """The storages of a project at one provider."""

    def __repr__(self) -> str:
        return (
            super().__repr__().replace(f"{self._model._meta.noun}s", f"{self._model.__name__}s", 1)
        )

    @of_fields
    def create(self, **fields: Any) -> S:
        """Add a storage; `fields` are those of its class. The server must be able to connect.

        >>> storage = project.import_storages.local.create(path=folder, use_blob_urls=True)
        >>> storage.status
        'initialized'
        """
        return self._model.create(self._known["project"], client=self.client, **fields)

    @of_fields
    def get_or_create(self, **fields: Any) -> S:
        """Return the only storage of the same place (bucket, folder, …), or add it.

        One that was found is not changed: a warning names the other fields that differ. What the
        server never returns, such as keys, cannot be compared.

        >>> storage = project.import_storages.local.get_or_create(path=folder)
        >>> project.import_storages.local.get_or_create(path=folder) == storage
        True
        """
        return get_or_create(self, fields, lambda: self.create(**fields))

    @of_fields
    def check(self, **fields: Any) -> None:
        """Try to connect as `create()` does, without adding a storage."""
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


if TYPE_CHECKING:

    class TypedStorages(ProviderStorages[S], Generic[S, P]):
        """What type checkers take those for that were declared with `provided()`."""

        def create(self, *nothing: P.args, **fields: P.kwargs) -> S: ...

        def get_or_create(self, *nothing: P.args, **fields: P.kwargs) -> S: ...

        def check(self, *nothing: P.args, **fields: P.kwargs) -> None: ...


def provided(
    kind: str,
) -> Callable[[Callable[Concatenate[Any, P], S]], Collection[TypedStorages[S, P]]]:
    """Declare the storages at one provider by what `create()` takes and returns there.

    The function is never called: its name, its types and its docstring are what counts.
    """

    def declare(create: Callable[..., Any]) -> Any:
        return Collection(kind, query=ProviderStorages, doc=create.__doc__ or "")

    return declare
