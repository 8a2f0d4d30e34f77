"""The active record: fetched when first asked, cached, saved as a difference."""

from __future__ import annotations

import copy
from abc import ABCMeta
from collections.abc import Container, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..errors import (
    FieldMissing,
    InvalidInput,
    NotFound,
    UnknownName,
    UnsavedChanges,
    nearest,
    no_such_name,
)
from ..text import shown
from .context import Context, current
from .declared import declared_fields, may_be_set
from .expressions import Column
from .fields import Field, Id
from .identity import checked_id, record_key
from .meta import NOTHING
from .response_shape import expect, shaped
from .tracked import MISSING, TrackedValue, copied
from .writable import Writable

if TYPE_CHECKING:
    from typing_extensions import Self

    from .pagination import Page

R = TypeVar("R", bound="Record")

ATOMS = frozenset({str, int, float, bool, type(None)})  # of which most fields are


class RecordType(ABCMeta):
    """The metaclass of records: an unknown name suggests the nearest field.

    It derives from ABCMeta so that your classes can be abstract.
    """

    __instancecheck__ = type.__instancecheck__  # quicker than those of abstract classes
    __subclasscheck__ = type.__subclasscheck__

    if not TYPE_CHECKING:

        def __getattr__(cls, name: str) -> Any:
            raise no_such_name(cls, name)


class Record(Writable, metaclass=RecordType):
    """One thing at the server, known by its kind, its id and the server.

    Making one sends nothing. The first field that is read fetches all of them; `save()` sends
    what was changed since, and nothing else.
    """

    id = Id()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.fields = MappingProxyType(declared_fields(cls))

    _related: Mapping[str, type[Record]] = NOTHING  # the classes of its parents
    _known: Mapping[str, Any] = NOTHING  # so that a half-made one has a repr
    _params: Mapping[str, Any] = NOTHING

    def __init__(self, id: int, *, client: Context | None = None) -> None:
        known = {"id": checked_id(id, of=type(self).__name__)}
        self._set(_client=current(client), _known=known, _params=known)

    def _set(self, **attributes: Any) -> None:
        """Set attributes past `__setattr__`, which takes its time: lists make many records."""
        self.__dict__.update(attributes)

    @classmethod
    def _lazy(cls, client: Context, id: int, known: Mapping[str, Any]) -> Self:
        """Make a record of an id and what else is certain: the project of a task."""
        own = {**known, "id": checked_id(id, of=cls.__name__)}
        return cls._made(client, id, _known=own, _params=own)

    @classmethod
    def _made(cls, client: Context, id: int, **attributes: Any) -> Self:
        """Make a record; without `__init__` where that is ours, as lists make many."""
        record = cls.__new__(cls) if cls.__init__ is Record.__init__ else cls(id, client=client)
        record.__dict__.update(attributes, _client=client)
        return record

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
        """Make a record of what the server sent, all of it or a part."""
        id = expect(params, "id")
        return cls._made(
            client,
            id,
            _known={**known, "id": checked_id(id, of=cls.__name__)},
            _params=params if known.keys() <= params.keys() else {**known, **params},
            _complete=complete,
            _page=page,
            _related=related,
        )

    @classmethod
    def _pending(cls, client: Context, params: Mapping[str, Any]) -> Self:
        """Make a record that the server has not named."""
        record = cls(0, client=client)
        record._known = record._params = dict(params)
        record._complete = True
        return record

    @classmethod
    def get(cls, id: int, *, client: Context | None = None) -> Self:
        """Return the record with this id; nothing is sent before a field is read."""
        return cls(id, client=client)

    @property
    def client(self) -> Context:
        """The client that this record belongs to."""
        return self._client

    # -- identity: none of this sends anything -----------------------------------------------

    @property
    def _identity(self) -> tuple[str, int, str]:
        return record_key(self._client, self._meta.kind, self._known.get("id", -id(self)))

    def __eq__(self, other: object) -> bool:
        return self._identity == other._identity if isinstance(other, Record) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._identity)

    def __repr__(self) -> str:
        unsaved = f" unsaved: {', '.join(sorted(self.dirty))}" if self.dirty else ""
        number = self._known.get("id", "without id")
        return f"<{type(self).__name__} {number}{self._label()}{unsaved}>"

    def _label(self) -> str:
        """Return what helps to tell this record from others, of what is known already."""
        held = self._held.get("title")
        title = held.value if held else self._params.get("title", self._title)
        return f" {shown(repr(title), 200)}" if title else ""

    def __dir__(self) -> list[str]:
        plumbing = {
            name for base in Record.__mro__ for name in vars(base).get("__annotations__", ())
        }
        return sorted(set(super().__dir__()) - plumbing)

    def __getstate__(self) -> dict[str, Any]:
        held = copy.deepcopy(dict(self._held))
        own = {"_held": held, "_page": None, "_related": dict(self._related)}
        return {**self.__dict__, **own}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    if not TYPE_CHECKING:  # a type checker finds mistyped names by itself, if it is let

        def __getattr__(self, name: str) -> Any:
            if hasattr(type(self), name):
                return object.__getattribute__(self, name)  # raise again what it raised
            if name.startswith("_"):  # asked for by copy, pickle and notebooks, not by people
                raise AttributeError(name)
            raise UnknownName(
                f"{type(self).__name__} has no field or method {name!r}."
                f"{nearest(name, dir(self)) or ' What else the server sends is in .params.'}"
            )

        def __setattr__(self, name: str, value: Any) -> None:
            if not name.startswith("_") and not may_be_set(type(self), name, base=Record):
                raise UnknownName(
                    f"{type(self).__name__} has no field {name!r}.{nearest(name, self.fields)} "
                    f"For an attribute of your own, declare it on the class or call it _{name}."
                )
            object.__setattr__(self, name, value)

    # -- reading -----------------------------------------------------------------------------

    @property
    def params(self) -> Mapping[str, Any]:
        """All that the server sends for this record, by the server's names; a copy."""
        if not self._complete:
            self._load()
        return cast("dict[str, Any]", copied(dict(self._params)))

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
        """Return a field's value. What can be changed in place is held, to be compared later."""
        wire = field.wire
        held = self._held.get(wire)
        if held is None or held.origin is not MISSING:
            raw = self._params.get(wire, MISSING)
            if raw is MISSING:
                raw = self._raw(wire)
            held = self._held.get(wire)
        if held is not None:
            return held.value
        if raw is MISSING:
            return self._missing(field)
        value = self._fresh(field, raw)
        if type(value) not in ATOMS and isinstance(value, (dict, list, Record)):
            self._track(wire, TrackedValue(value, raw))
        return value

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
        if wire not in self._params and not self._complete and not self._read_with_page(wire):
            self._load()
        return self._params.get(wire, MISSING)

    def _read_with_page(self, wire: str) -> bool:
        """Read what is missing together with all records that came on the same page."""
        found = self._page.value(self.id, wire) if self._page else MISSING
        if found is not MISSING:
            self._params = {**self._params, wire: found}
        return found is not MISSING

    def _load(self, keep: Container[str] | None = None) -> None:
        """Take the params from the cache or the server; keep the edits, unless told which."""
        cache = self._client._cache
        params = cache.get(self._identity)
        if params is None:
            stamp = cache.stamp()
            params = self._fetch()
            cache.fill(self._identity, params, stamp)
        for name, expected in self._known.items():
            if params.get(name, expected) != expected:
                raise NotFound(
                    f"{type(self).__name__} {self.id} is of {name} {shown(params[name])}, "
                    f"not {expected}."
                )
        keep = self._changes() if keep is None else keep
        self._load_params({**self._known, **params}, complete=True, keep=keep)

    def _fetch(self, *wires: str) -> Mapping[str, Any]:
        """Read this record from the server, or only these fields of it."""
        only = {"include": ",".join(("id", *wires))} if wires else {}
        asked = {**self._meta.read_params, **only}
        params: Mapping[str, Any] = self._client.json("GET", self._path(), params=asked)
        shaped(params, {"id": int})
        return params

    def _classes(self) -> Mapping[str, type[Record]]:
        """Return the classes of this record and of what belongs to it, where it has a choice."""
        return {self._meta.kind: type(self)}

    def _path(self) -> str:
        try:
            return self._meta.path.format_map(self._known)
        except KeyError as missing:
            raise InvalidInput(
                f"{type(self).__name__} {self.id} of which {missing.args[0]}? "
                f"Get it from there, as in {missing.args[0]}.{self._meta.kind}s.get({self.id})."
            ) from None

    @classmethod
    def columns(cls) -> Mapping[str, Column]:
        """Return what these records can be filtered and ordered by, by name."""
        return cls.fields

    def _row(self) -> dict[str, Any]:
        """Return what is loaded of this record by field names, with other records as their ids."""
        there = (field for field in self.fields.values() if field.wire in self._params)
        return {field.name: field.cell(self._params[field.wire]) for field in there}


def model_of(client: Context, base: type[R]) -> type[R]:
    """Return the class that stands for a record class at this client: itself, or a subclass."""
    return cast("type[R]", client._registry.model(base._meta.key))
