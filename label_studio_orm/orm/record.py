"""The active record: fetched when first asked, cached, saved as a difference."""

from __future__ import annotations

import copy
from collections.abc import Container, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from ..errors import (
    FieldMissing,
    InvalidInput,
    NotFound,
    UnknownName,
    UnsavedChanges,
    check_names,
    checked_options,
    nearest,
)
from .answers import expect
from .context import Context, current
from .declared import declared_fields, may_be_set
from .editable import Editable
from .edits import MISSING, Held
from .fields import Field
from .identity import checked_id, record_key

if TYPE_CHECKING:
    from typing_extensions import Self

R = TypeVar("R", bound="Record")


class Record(Editable):
    """One thing at the server, known by its kind, its id and the server.

    Making one sends nothing. The first field that is read fetches all of them; `save()` sends
    what was changed since, and nothing else.
    """

    kind: ClassVar[str]
    endpoint: ClassVar[str]  # "/api/projects/{id}/", filled in from what is known
    reading: ClassVar[Mapping[str, Any]] = MappingProxyType({})  # query parameters of a read
    # What a write answers in another shape than a read does: read anew when asked for.
    reshaped: ClassVar[frozenset[str]] = frozenset()
    # The kinds of records whose params count this one: writing it makes those stale.
    counted_by: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.fields = MappingProxyType(declared_fields(cls))

    def __init__(self, id: int, *, client: Context | None = None) -> None:
        self._client = current(client)
        self._known: Mapping[str, Any] = {"id": checked_id(id, of=type(self).__name__)}
        self._params: Mapping[str, Any] = self._known
        self._complete = False
        self._held: dict[str, Held] = {}  # by wire name
        self._title: Any = None  # as it was last seen, for people

    @classmethod
    def _of(cls, client: Context, id: int, known: Mapping[str, Any]) -> Self:
        """Make a record of an id and what else is certain: the project of a task."""
        record = cls(id, client=client)
        record._known = record._params = {**known, **record._known}
        return record

    @classmethod
    def _from_answer(
        cls,
        client: Context,
        params: Mapping[str, Any],
        *,
        complete: bool = False,
        known: Mapping[str, Any] = MappingProxyType({}),
    ) -> Self:
        """Make a record of what the server sent, all of it or a part."""
        record = cls._of(client, expect(params, "id"), known)
        record._params = {**known, **params}
        record._complete = complete
        return record

    @classmethod
    def get(cls, id: int, *, client: Context | None = None) -> Self:
        """Return the record with this id; nothing is sent before a field is read."""
        return cls(id, client=client)

    @property
    def id(self) -> int:
        """The server's number for this record."""
        return int(self._known["id"])

    @property
    def client(self) -> Context:
        """The client that this record belongs to."""
        return self._client

    # -- identity: none of this sends anything -----------------------------------------------

    @property
    def _key(self) -> tuple[str, int, str]:
        return record_key(self._client, self.kind, self.id)

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, Record) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        unsaved = f" unsaved: {', '.join(sorted(self.dirty))}" if self.dirty else ""
        return f"<{type(self).__name__} {self.id}{self._label()}{unsaved}>"

    def _label(self) -> str:
        """Return what helps to tell this record from others, of what is known already."""
        held = self._held.get("title")
        title = held.value if held else self._params.get("title", self._title)
        return f" {title!r}" if title else ""

    def __dir__(self) -> list[str]:
        plumbing = {*Record.__annotations__, *Editable.__annotations__}
        return sorted(set(super().__dir__()) - plumbing)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_held": copy.deepcopy(self._held)}

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
        return copy.deepcopy(dict(self._params))

    @checked_options
    def refresh(self, *, discard_changes: bool = False) -> Self:
        """Fetch this record again.

        Raises `UnsavedChanges` if that would drop edits, unless `discard_changes` is given.
        """
        if self.dirty and not discard_changes:
            raise UnsavedChanges(
                f"{self!r} has unsaved changes: save() them, or refresh(discard_changes=True)."
            )
        self._forget()
        self._load(keep=())
        return self

    def _read(self, field: Field[Any]) -> Any:
        """Return a field's value. What can be changed in place is held, to be compared later."""
        held = self._held.get(field.wire)
        if held is None or held.origin is not MISSING:
            raw = self._raw(field.wire)
            held = self._held.get(field.wire)
        if held is not None:
            return held.value
        if raw is MISSING:
            raise FieldMissing(
                f"The server sends no {field.wire!r} for {type(self).__name__} {self.id}."
            )
        value = self._fresh(field, raw)
        if isinstance(value, (dict, list, Record)):
            self._held[field.wire] = Held(value, raw)
        return value

    def _raw(self, wire: str) -> Any:
        """Return the server's value, fetching the record if it is not known yet."""
        if wire not in self._params and not self._complete:
            self._load()
        return self._params.get(wire, MISSING)

    def _load(self, keep: Container[str] | None = None) -> None:
        """Take the params from the cache or the server; keep the edits, unless told which."""
        cache = self._client.cache
        params = cache.get(self._key)
        if params is None:
            stamp = cache.stamp()
            params = self._fetch()
            cache.fill(self._key, params, stamp)
        for name, expected in self._known.items():
            if params.get(name, expected) != expected:
                raise NotFound(
                    f"{type(self).__name__} {self.id} is of {name} {params[name]}, not {expected}."
                )
        keep = self._changes() if keep is None else keep
        self._take({**self._known, **params}, complete=True, keep=keep)

    def _fetch(self) -> Mapping[str, Any]:
        params: Mapping[str, Any] = self._client.json("GET", self._path(), params=self.reading)
        expect(params, "id")
        return params

    def _path(self) -> str:
        try:
            return self.endpoint.format_map(self._known)
        except KeyError as missing:
            raise InvalidInput(
                f"{type(self).__name__} {self.id} of which {missing.args[0]}? "
                f"Get it from there, as in {missing.args[0]}.{self.kind}s.get({self.id})."
            ) from None

    # -- writing -----------------------------------------------------------------------------

    def save(self) -> Self:
        """Send what was changed, and only that; send nothing if nothing was.

        If it fails the changes stay, and can be saved again.
        """
        changes = self._changes()
        if changes:
            self._be_sure()
            try:
                answer = self._client.json("PATCH", self._path(), json=changes)
            finally:
                self._outdate()
            self._settle(answer if isinstance(answer, Mapping) else {}, changes)
        return self

    def delete(self) -> None:
        """Delete this record at the server, with all that belongs to it."""
        self._be_sure()
        try:
            self._client.json("DELETE", self._path())
        finally:
            self._client.cache.clear()  # who knows what went with it

    def _settle(self, answer: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
        """Take over what a write answered: it has all changes in it, as the server took them."""
        told = {wire: raw for wire, raw in answer.items() if wire not in self.reshaped}
        known = {
            wire: raw
            for wire, raw in self._params.items()
            if wire not in self.reshaped and wire not in changes
        }
        for wire in set(changes) - set(told):  # taken as it was sent, until it is read again
            self._held[wire].origin = copy.deepcopy(changes[wire])
            if not isinstance(self._held[wire].value, (dict, list)):
                del self._held[wire]
        complete = self._complete and not self.reshaped and set(changes) <= set(told)
        self._take({**known, **told}, complete=complete, keep=set(changes) - set(told))
        self._outdate()  # the parents may be others now
        if complete:
            self._client.cache.replace(self._key, self._params)

    def _forget(self) -> None:
        """Read everything anew when next asked: something else has changed it. Keep the edits."""
        changes = self._changes()
        self._outdate()
        for wire, held in list(self._held.items()):
            if held.origin is MISSING and wire not in changes:
                del self._held[wire]
        self._title = self._params.get("title", self._title)
        self._params = self._known
        self._complete = False

    def _be_sure(self) -> None:
        """Look before changing a record that was only said to be of some parent."""
        if not self._complete and self._params is self._known and len(self._known) > 1:
            needed = [name for name in self._known if f"{{{name}}}" not in self.endpoint]
            if needed:
                self._load()

    def _outdate(self) -> None:
        """Drop what the cache has of this record and of those that count it."""
        cache = self._client.cache
        cache.replace(self._key, None)
        for kind in self.counted_by:
            parent = self._params.get(kind)
            if isinstance(parent, int):
                cache.replace(record_key(self._client, kind, parent), None)
            else:
                cache.drop(kind)

    @classmethod
    def writable(cls) -> list[str]:
        """Return the names of the fields that can be set."""
        return [name for name, field in cls.fields.items() if not field.read_only]

    @classmethod
    def _create(
        cls,
        client: Context,
        path: str,
        values: Mapping[str, Any],
        *,
        also: Mapping[str, Any] = MappingProxyType({}),
    ) -> Self:
        """Send a new record, given by field names, and return it. `also` is by wire names."""
        check_names(values, cls.writable(), of=cls.__name__)
        fields = {name: cls.fields[name] for name in values}
        body = {field.wire: field.checked(values[name]) for name, field in fields.items()}
        try:
            answer = client.json("POST", path, json={**body, **also})
        finally:  # also where it is not known whether it was made
            for kind in cls.counted_by:
                client.cache.drop(kind)
        expect(answer, "id")
        # Null here is what the server has not worked out yet, a project's counters: read it anew.
        told = {
            wire: raw
            for wire, raw in answer.items()
            if raw is not None and wire not in cls.reshaped
        }
        return cls._from_answer(client, told)


def model_of(client: Context, base: type[R]) -> type[R]:
    """Return the class that stands for a record class at this client: itself, or a subclass."""
    return cast("type[R]", client.model(base.kind))
