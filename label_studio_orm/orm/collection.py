"""Collections of records, each declared by one line in the class that has it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from attrs import evolve

from ..errors import InvalidInput
from .context import Context
from .query import Query
from .record import Record

if TYPE_CHECKING:
    from typing_extensions import Self

R = TypeVar("R", bound=Record, covariant=True)
Q = TypeVar("Q", bound="Query[Any]")


class Creatable(Query[R]):
    """Records that can be created here."""

    def create(self, **fields: Any) -> R:
        """Create a record; `fields` are those of its class.

        Raises `UnknownName` or `InvalidInput` before anything is sent.
        """
        return self._create(fields)

    def get_or_create(self, **fields: Any) -> R:
        """Return the only record with the identifying fields of these, or create it with all.

        One that was found is not changed: a warning names the other fields that differ.
        """
        from .get_or_create import get_or_create  # late, as few programs need it

        return get_or_create(self, fields, lambda: self.create(**fields))


class Collection(Generic[Q]):
    """All records of a kind that a server has, or that belong to one record.

    Declare it in the class of its owner: `books: Collection[Creatable[Book]] = Collection("book")`.

    `query` is the class of the query, where that can do more than `Creatable`: "module:Class",
    beside the module of the class that declares the collection, and imported when it is asked for.
    """

    def __init__(
        self, kind: str, *, query: str | type[Query[Any]] = Creatable, doc: str = ""
    ) -> None:
        self.kind, self._query = kind, query
        self.__doc__ = doc or f"The {kind}s."

    def __set_name__(self, owner: type, name: str) -> None:
        self._package = owner.__module__.rpartition(".")[0]

    @overload
    def __get__(self, owner: None, cls: type) -> Self: ...

    @overload
    def __get__(self, owner: Record | Query[Any] | Context, cls: type) -> Q: ...

    def __get__(self, owner: Record | Query[Any] | Context | None, cls: type) -> Self | Q:
        if owner is None:
            return self
        query: Q = self._class()._in(*_belonging(owner, self.kind))
        if isinstance(owner, Query):
            return evolve(query, selection=owner._selection)
        return evolve(query, owner=owner) if isinstance(owner, Record) else query

    def _class(self) -> type[Any]:
        if not isinstance(self._query, str):
            return self._query
        module, _, name = self._query.partition(":")
        found: type[Any] = getattr(importlib.import_module(f"{self._package}.{module}"), name)
        return found


def collections_of(cls: type) -> dict[str, Collection[Any]]:
    """Return the collections that a class declares or inherits, by name."""
    found = {name: each for base in reversed(cls.__mro__) for name, each in vars(base).items()}
    return {name: each for name, each in found.items() if isinstance(each, Collection)}


def records_of(context: Context, model: type[R]) -> Query[R]:
    """Return all records of a class; raise `InvalidInput` for one that belongs to others."""
    for each in collections_of(type(context)).values():
        if each.kind == model._meta.kind:
            found: Query[R] = each.__get__(context, type(context))
            return evolve(found, model=model)
    raise InvalidInput(
        f"{model.__name__}.get() needs an id. By other fields, it is found in the collection of "
        "its owner, as in project.views.get(title='…')."
    )


def _belonging(
    owner: Record | Query[Any] | Context, kind: str
) -> tuple[Context, type[Record], Mapping[str, Any], Mapping[str, type[Record]]]:
    """Return the client, the class, and what all records of a kind have in common there."""
    if isinstance(owner, Query):  # a part of that
        return owner.client, owner.client._registry.model(kind), owner._known, owner._related
    if not isinstance(owner, Record):
        return owner, owner._registry.model(kind), {}, {}
    related = owner._classes()
    model = related.get(kind) or owner.client._registry.model(kind)
    meta, known = model._meta, owner._state.known
    path = f"{meta.path}{meta.list_path}".replace("{id}", "")
    above = {name: known[name] for name in known if f"{{{name}}}" in path}
    return owner.client, model, {**above, owner._meta.kind: owner.id}, related
