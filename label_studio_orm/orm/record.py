"""The active record: fetched when first read, cached, saved as a difference."""

from __future__ import annotations

import copy
from abc import ABCMeta
from collections.abc import Container, Iterable, Mapping, Set
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from ..display import Displayed
from ..errors import (
    FieldMissing,
    InvalidInput,
    NotFound,
    UnsavedChanges,
    check_names,
    no_such_name,
)
from ..tables import ordered
from ..text import shown
from . import saving
from .class_only import class_only
from .completion import refuse_inspection, unlisted
from .context import Context, current
from .declared import declared_fields
from .expressions import Column
from .fields import Field, Id, read_only
from .identity import checked_id, record_key
from .ignored_fields import alike
from .meta import NOTHING, Meta
from .names import CheckedNames, check_settable
from .response_shape import expect, shaped
from .state import RecordState, loaded
from .tracked import MISSING, TrackedValue, copied

if TYPE_CHECKING:
    from typing_extensions import Self

    from .pagination import Page

R = TypeVar("R", bound="Record")

ATOMS = frozenset({str, int, float, bool, type(None)})  # the types of most fields


class RecordType(ABCMeta):
    """The metaclass of records: an unknown name suggests the nearest field.

    It derives from ABCMeta so that your classes can be abstract.
    """

    __instancecheck__ = type.__instancecheck__  # quicker than those of abstract classes
    __subclasscheck__ = type.__subclasscheck__

    if not TYPE_CHECKING:

        @unlisted
        def __getattr__(cls, name: str) -> Any:
            raise no_such_name(cls, name)


class Record(CheckedNames, Displayed, metaclass=RecordType):
    """An object at the server, identified by its kind, its id and the server.

    Making one sends nothing. The first field that is read fetches all of them; `save()` sends
    what was changed since, and nothing else.
    """

    _name_hint = " What else the server sends is in .params."
    _id_hint = ""  # what to do with a record without id
    _meta: ClassVar[Meta]
    fields: ClassVar[Mapping[str, Field[Any]]] = MappingProxyType({})

    _client: Context
    _state: RecordState
    _page: Page | None = None  # the page it came on: reads more for all of its records
    _title: Any = None  # the last known one, for people
    _related: Mapping[str, type[Record]] = NOTHING  # the classes of its parents

    id = Id()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.fields = MappingProxyType(declared_fields(cls))

    def __init__(self, id: int, *, client: Context | None = None) -> None:
        known = {"id": checked_id(id, of=type(self).__name__)}
        self._set(_client=current(client), _state=RecordState(known, known))

    def _set(self, **attributes: Any) -> None:
        """Set attributes without `__setattr__`, which is slow: lists make many records."""
        self.__dict__.update(attributes)

    @classmethod
    def _lazy(cls, client: Context, id: int, known: Mapping[str, Any]) -> Self:
        """Make a record from an id and what else is certain, such as the project of a task."""
        known = {**known, "id": checked_id(id, of=cls.__name__)}
        record = cls._blank(client, id)
        record.__dict__.update(_client=client, _state=RecordState(known, known))
        return record

    @classmethod
    def _blank(cls, client: Context, id: int) -> Self:
        """Make a record without state, and without `__init__` if that is ours: lists make many."""
        return cls.__new__(cls) if cls.__init__ is Record.__init__ else cls(id, client=client)

    @classmethod
    def _from_answer(
        cls,
        client: Context,
        params: Mapping[str, Any],
        *,
        complete: bool = False,
        known: Mapping[str, Any] = NOTHING,
        page: Page | None = None,
        related: Mapping[str, type[Record]] = NOTHING,
    ) -> Self:
        """Make a record from what the server sent, all of it or a part."""
        id = expect(params, "id")
        params = params if known.keys() <= params.keys() else {**known, **params}
        known = {**known, "id": checked_id(id, of=cls.__name__)}
        record, state = cls._blank(client, id), RecordState(known, params, complete)
        record.__dict__.update(_client=client, _state=state, _page=page, _related=related)
        return record

    @classmethod
    def _pending(cls, client: Context, params: Mapping[str, Any]) -> Self:
        """Make a record that has no id yet."""
        record = cls(0, client=client)
        known = dict(params)
        record._state = RecordState(known, known, complete=True)
        return record

    @class_only
    def get(cls, id: int | None = None, *, client: Context | None = None, **match: Any) -> Self:
        """Return the record with this id, without a request, or the only one that matches.

        Raises `NotFound` or `MultipleFound` where not exactly one record has the given fields.
        """
        if id is not None and not match:
            return cls(id, client=client)
        from .collection import records_of  # which is made of records

        return records_of(current(client), cls).get(id, **match)

    @property
    def client(self) -> Context:
        """The client that this record belongs to."""
        return self._client

    # -- identity: none of this sends anything -----------------------------------------------

    @property
    def _identity(self) -> tuple[str, int, str]:
        return record_key(self._client, self._meta.kind, self._state.known.get("id", -id(self)))

    def __eq__(self, other: object) -> bool:
        return self._identity == other._identity if isinstance(other, Record) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._identity)

    def __repr__(self) -> str:
        unsaved = f" unsaved: {', '.join(sorted(self.dirty))}" if self.dirty else ""
        number = self._state.known.get("id", "without id")
        return f"<{type(self).__name__} {number}{self._label()}{unsaved}>"

    def _label(self) -> str:
        """Return what helps to tell this record from others, of what is known already."""
        state = self._state
        held = state.tracked.get("title")
        title = held.value if held else state.params.get("title", self._title)
        return f" {shown(repr(title), 200)}" if title else ""

    def __getstate__(self) -> dict[str, Any]:
        own = {"_page": None, "_related": dict(self._related)}
        return {**self.__dict__, **own, "_state": copy.deepcopy(self._state)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    if not TYPE_CHECKING:

        @unlisted
        def __getattr__(self, name: str) -> Any:
            if name == "_state":  # the constructor has failed, and a traceback shows the record
                return RecordState()
            return super().__getattr__(name)

        def __setattr__(self, name: str, value: Any) -> None:
            check_settable(self, name, self.fields)
            object.__setattr__(self, name, value)

    # -- reading -----------------------------------------------------------------------------

    @property
    def params(self) -> Mapping[str, Any]:
        """All that the server sends for this record, by the server's names; a copy."""
        if not self._state.complete:
            self._load()
        return cast("dict[str, Any]", copied(dict(self._state.params)))

    def refresh(self, *, discard_changes: bool = False) -> Self:
        """Fetch this record again.

        Raises `UnsavedChanges` if that would drop edits, unless `discard_changes` is given.
        """
        if self.dirty and not discard_changes:
            raise UnsavedChanges(
                f"{self!r} has unsaved changes: save() them, or refresh(discard_changes=True)."
            )
        self._expire()
        self._load(keep=())
        return self

    def _read(self, field: Field[Any]) -> Any:
        """Return a field's value; one that can be changed in place is tracked from now on."""
        wire, state = field.wire, self._state
        tracked = state.tracked.get(wire)
        if tracked is None or tracked.origin is not MISSING:
            raw = state.params.get(wire, MISSING)
            if raw is MISSING:
                raw = self._raw(wire)
            tracked = state.tracked.get(wire)
        if tracked is not None:
            return tracked.value
        if raw is MISSING:
            return self._missing(field)
        value = loaded(self, field, raw)
        if type(value) not in ATOMS and isinstance(value, (dict, list, Record)):
            state.track(wire, TrackedValue(value, raw))
        return value

    def _write(self, field: Field[Any], value: Any) -> None:
        self._state.track(field.wire, TrackedValue(value))

    def _missing(self, field: Field[Any]) -> None:
        """Return None for an optional field that older servers lack; else raise `FieldMissing`."""
        if field.since and field.optional:
            return
        who, server = f"{type(self).__name__} {self.id}", ""
        if field.since or field.edition:
            server = self._client._described()
        if field.edition and field.edition not in server:
            which = f"only Label Studio {field.edition} has it"
        elif field.is_newer_than(self._client):
            which = f"{field.since} and later have it"
        else:
            raise FieldMissing(f"The server sends no {field.wire!r} for {who}.")
        raise FieldMissing(f"{who} has no {field.name} on {server}; {which}.")

    def _raw(self, wire: str) -> Any:
        """Return the server's value, fetching the record if it is not known yet."""
        state = self._state
        if wire not in state.params and not state.complete:
            refuse_inspection(self)
            if not self._read_with_page(wire):
                self._load()
        return state.params.get(wire, MISSING)

    def _read_with_page(self, wire: str) -> bool:
        """Read what is missing together with all records that came on the same page."""
        found = self._page.value(self.id, wire) if self._page else MISSING
        if found is not MISSING:
            self._state.params = {**self._state.params, wire: found}
        return found is not MISSING

    def _load(self, keep: Container[str] | None = None) -> None:
        """Load the params from the cache or the server; keep the edits, or those named."""
        cache = self._client._cache
        params = cache.get(self._identity)
        if params is None:
            stamp = cache.stamp()
            params = self._fetch()
            cache.fill(self._identity, params, stamp)
        for name, expected in self._state.known.items():
            if params.get(name, expected) != expected:
                raise NotFound(
                    f"{type(self).__name__} {self.id} belongs to {name} {shown(params[name])}, "
                    f"not {expected}."
                )
        keep = self._changes() if keep is None else keep
        params = {**self._state.known, **params}
        self._state.update(self, params, complete=True, keep=keep)

    def _fetch(self, *wires: str) -> Mapping[str, Any]:
        """Read this record from the server, or only these fields of it."""
        only = {"include": ",".join(("id", *wires))} if wires else {}
        query = {**self._meta.read_params, **only}
        params: Mapping[str, Any] = self._client.json("GET", self._path(), params=query)
        shaped(params, {"id": int})
        return params

    def _classes(self) -> Mapping[str, type[Record]]:
        """Return the classes of this record and of what belongs to it, where it has a choice."""
        return {self._meta.kind: type(self)}

    def _path(self) -> str:
        try:
            return self._meta.path.format_map(self._state.known)
        except KeyError as missing:
            raise InvalidInput(
                f"The {missing.args[0]} of {type(self).__name__} {self.id} must be known: "
                f"get it as {missing.args[0]}.{self._meta.kind}s.get({self.id})."
            ) from None

    @classmethod
    def _completion_keys(cls, name: str) -> list[str]:
        """Return keys of a field that is an object, to complete `Task.data["…`."""
        return []

    @classmethod
    def _columns(cls) -> Mapping[str, Column]:
        """Return what these records can be filtered and ordered by, by name."""
        return cls.fields

    def _equals(self, name: str, value: Any) -> bool:
        """Tell whether a field has a value that could be set, as the server writes it.

        What the server never returns cannot be told.
        """
        field = self.fields[name]
        return field.write_only or alike(field.checked(value), self._raw(field.wire))

    def _row(self, first: Iterable[str] = ()) -> dict[str, Any]:
        """Return what is loaded of this record by field names, with other records as their ids.

        Some names may come first; the others follow in the order of their declaration.
        """
        params = self._state.params
        there = (field for field in self.fields.values() if field.wire in params)
        return ordered({field.name: field.cell(params[field.wire]) for field in there}, first)

    # -- writing -----------------------------------------------------------------------------

    @classmethod
    def writable(cls) -> list[str]:
        """Return the names of the fields that can be set."""
        return [name for name, field in cls.fields.items() if not field.read_only]

    @classmethod
    def _check_writable(cls, names: Iterable[str]) -> None:
        """Raise `UnknownName` for the first name that cannot be set."""
        for name in names:
            if name in cls.fields and cls.fields[name].read_only:
                raise read_only(cls, name)
        check_names(names, cls.writable(), of=cls.__name__)

    @classmethod
    def _check_values(cls, values: Mapping[str, Any]) -> None:
        """Raise `UnknownName` or `InvalidInput` for fields that no new record can have."""
        cls._check_writable(values)
        for name in values.keys() & cls.fields.keys():
            cls.fields[name].checked(values[name])

    @property
    def dirty(self) -> set[str]:
        """The names of the fields that were changed and not saved."""
        changes = self._changes()
        return {name for name, field in self.fields.items() if field.wire in changes}

    def _changes(self) -> dict[str, Any]:
        return self._state.changes(self.fields)

    def save(self) -> Self:
        """Send what was changed, and only that; send nothing if nothing was.

        If it fails the changes stay, and can be saved again. Inside `project.batch()` the batch
        may send it later, with others.
        """
        batch = saving.open_batch_of(self)
        if batch is None:
            return self._save()
        if self.dirty:
            batch.save(self)
        return self

    def _save(self) -> Self:
        if self._changes():
            with self._client._cache.turn(self._identity):
                saving.send_changes(self)
        return self

    def _patch(self, changes: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the body of a PATCH: some endpoints need more than what was changed."""
        if not self._meta.sent_with_every_patch:
            return changes
        stored = self._fetch()  # somebody else may have changed these fields
        also = {wire: stored[wire] for wire in self._meta.sent_with_every_patch if wire in stored}
        return {**also, **changes}

    def _apply_response(
        self, answer: Mapping[str, Any], changes: Mapping[str, Any], *, ignored: Set[str]
    ) -> None:
        """Take over what a write answered; what it `ignored` stays an unsaved change."""
        self._page = None  # older than this
        self._state.apply(self, answer, changes, ignored)
        self._invalidate_cache()  # the parents may be others now
        if self._state.complete:
            self._client._cache.replace(self._identity, self._state.params)

    def delete(self) -> None:
        """Delete this record at the server, with all that belongs to it.

        Inside `project.batch()` the batch may do it later, with others.
        """
        batch = saving.open_batch_of(self)
        if batch is None:
            self._delete()
        else:
            batch.delete(self)

    def _delete(self) -> Self:
        self._verify_parent()
        try:
            self._client.json("DELETE", self._path())
        finally:
            self._client._cache.clear()  # it is not known what was deleted with it
        return self

    def _verify_parent(self) -> None:
        """Verify the parent before the first write: nothing shows yet that it is the right one."""
        if not self._is_verified():
            self._load()

    def _is_verified(self) -> bool:
        state = self._state
        if state.params is not state.known or state.complete or len(state.known) < 2:
            return True
        return all(f"{{{name}}}" in self._meta.path for name in state.known)

    @classmethod
    def _create(
        cls,
        client: Context,
        path: str,
        values: Mapping[str, Any],
        *,
        also: Mapping[str, Any] = NOTHING,
        parents: Mapping[str, Any] = NOTHING,
        owner: Any = None,
    ) -> Self:
        """Send a new record, given by field names, and return it: see `saving.create`."""
        parent = owner if isinstance(owner, Record) else None  # else its id
        return saving.create(cls, client, path, values, also=also, parents=parents, owner=parent)

    # -- the cache ---------------------------------------------------------------------------

    def _expire_counts(self) -> None:
        """Expire what may have changed since something was added to this record."""
        self._expire()

    def _expire(self, *, keep: Container[str] = ()) -> None:
        """Let everything be read again on the next access, except for edits and what to keep."""
        self._invalidate_cache()
        self._title = self._state.params.get("title", self._title)
        self._state.expire(self.fields, keep)
        self._page = None  # as old as the rest

    def _invalidate_cache(self) -> None:
        """Drop what the cache has of this record and of those that count it."""
        cache = self._client._cache
        cache.replace(self._identity, None)
        for kind in self._meta.invalidates:
            parent = self._state.params.get(kind)
            if isinstance(parent, int):
                cache.replace(record_key(self._client, kind, parent), None)
            else:
                cache.drop(kind)


def model_of(client: Context, base: type[R]) -> type[R]:
    """Return the class that stands for a record class at this client: itself, or a subclass."""
    return cast("type[R]", client._registry.model(base._meta.key))
