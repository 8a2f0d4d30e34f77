"""The active record: fetched when first asked, cached, saved as a difference."""

from __future__ import annotations

import copy
import operator
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from ..errors import (
    FieldMissing,
    InvalidInput,
    NotFound,
    UnknownName,
    UnsavedChanges,
    check_names,
    nearest,
)
from .context import Context, current
from .fields import Field

if TYPE_CHECKING:
    from typing_extensions import Self

MISSING = object()
R = TypeVar("R", bound="Record")
PLAIN = (str, int, float, bool, type(None))


class Record:
    """One thing at the server, known by its kind, its id and the server.

    Making one sends nothing. The first field that is read fetches all of them; `save()` sends
    what was changed since, and nothing else.
    """

    kind: ClassVar[str]
    endpoint: ClassVar[str]  # "/api/projects/{id}/", filled in from what is known
    reading: ClassVar[Mapping[str, Any]] = MappingProxyType({})  # query parameters of a read
    fields: ClassVar[Mapping[str, Field[Any]]] = MappingProxyType({})
    # What a write answers in another shape than a read does: read anew when asked for.
    reshaped: ClassVar[frozenset[str]] = frozenset()
    # The kinds of records whose params count this one: writing it makes those stale.
    counted_by: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # Over the whole MRO, so that a grandchild keeps its fields.
        names = {name for base in cls.__mro__ for name in vars(base)}
        declared = {name: vars_of(cls, name) for name in sorted(names)}
        cls.fields = MappingProxyType(
            {name: value for name, value in declared.items() if isinstance(value, Field)}
        )

    def __init__(self, id: int, *, client: Context | None = None, **known: Any) -> None:
        self._client = current(client)
        self._known = {**known, "id": checked_id(id, of=type(self).__name__)}
        self._params: Mapping[str, Any] = self._known
        self._complete = False
        self._values: dict[str, Any] = {}  # wire name → value that was set, or may be changed

    @classmethod
    def _from_answer(
        cls, client: Context, params: Mapping[str, Any], *, complete: bool = False, **known: Any
    ) -> Self:
        """Make a record of what the server sent, all of it or a part."""
        record = cls(params["id"], client=client, **known)
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
        title = self._values.get("title", self._params.get("title"))
        return f" {title!r}" if title else ""

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_values": copy.deepcopy(self._values)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    if not TYPE_CHECKING:  # a type checker finds mistyped names by itself, if it is let

        def __getattr__(self, name: str) -> Any:
            if hasattr(type(self), name):
                return object.__getattribute__(self, name)  # raise again what it raised
            raise UnknownName(
                f"{type(self).__name__} has no field {name!r}.{nearest(name, dir(type(self)))}"
                " What else the server sends is in .params."
            )

        def __setattr__(self, name: str, value: Any) -> None:
            if not name.startswith("_") and not hasattr(type(self), name):
                raise UnknownName(
                    f"{type(self).__name__} has no field {name!r}.{nearest(name, self.fields)}"
                )
            object.__setattr__(self, name, value)

    # -- reading -----------------------------------------------------------------------------

    @property
    def params(self) -> Mapping[str, Any]:
        """All that the server sends for this record, by the server's names; a copy."""
        if not self._complete:
            self._load()
        return copy.deepcopy(dict(self._params))

    def refresh(self, *, discard_changes: bool = False) -> Self:
        """Fetch this record again.

        Raises `UnsavedChanges` if that would drop edits, unless `discard_changes` is given.
        """
        if self.dirty and not discard_changes:
            raise UnsavedChanges(
                f"{self!r} has unsaved changes: save() them, or refresh(discard_changes=True)."
            )
        self._values.clear()
        self._forget()
        self._load()
        return self

    def _read(self, field: Field[Any]) -> Any:
        if field.wire in self._values:
            return self._values[field.wire]
        raw = self._raw(field.wire)
        if raw is MISSING:
            raise FieldMissing(
                f"The server sends no {field.wire!r} for {type(self).__name__} {self.id}."
            )
        if isinstance(raw, PLAIN):
            return field.load(raw, self)
        # The user may change it in place: hand out a copy, and compare it at save().
        value = field.load(copy.deepcopy(raw), self)
        if not isinstance(value, Record):
            self._values[field.wire] = value
        return value

    def _raw(self, wire: str) -> Any:
        """Return the server's value, fetching the record if it is not known yet."""
        if wire not in self._params and not self._complete:
            self._load()
        return self._params.get(wire, MISSING)

    def _load(self) -> None:
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
        self._params = {**self._known, **params}
        self._complete = True

    def _fetch(self) -> Mapping[str, Any]:
        params: Mapping[str, Any] = self._client.json("GET", self._path(), params=self.reading)
        return params

    def _path(self) -> str:
        return self.endpoint.format_map(self._known)

    # -- writing -----------------------------------------------------------------------------

    @property
    def dirty(self) -> set[str]:
        """The names of the fields that were changed and not saved."""
        names = {field.wire: name for name, field in self.fields.items()}
        return {names[wire] for wire in self._changes()}

    def save(self) -> Self:
        """Send what was changed, and only that; send nothing if nothing was.

        If it fails the changes stay, and can be saved again.
        """
        changes = self._changes()
        if changes:
            self._outdate()
            self._settle(self._client.json("PATCH", self._path(), json=changes))
        return self

    def delete(self) -> None:
        """Delete this record at the server."""
        try:
            self._client.json("DELETE", self._path())
        finally:
            self._outdate()

    def _write(self, field: Field[Any], value: Any) -> None:
        self._values[field.wire] = value

    def _changes(self) -> dict[str, Any]:
        """Return the server's names and values of what differs from what was read."""
        changes = {}
        for field in self.fields.values():
            if field.wire in self._values and not field.read_only:
                raw = field.dump(self._values[field.wire])
                if field.wire not in self._params or raw != self._normal(field):
                    changes[field.wire] = raw
        return changes

    def _normal(self, field: Field[Any]) -> Any:
        """Return what was read, in the form in which it would be written."""
        return field.dump(field.load(self._params[field.wire], self))

    def _settle(self, answer: Mapping[str, Any]) -> None:
        """Take over what a write answered; keep edited objects that the user may still hold."""
        kept = {wire: raw for wire, raw in answer.items() if wire not in self.reshaped}
        self._params = {**self._params, **kept}
        changed = self._changes()
        for wire in list(self._values):
            if wire in changed or isinstance(self._values[wire], PLAIN):
                del self._values[wire]
        self._complete = self._complete and not self.reshaped
        if self._complete:
            self._client.cache.replace(self._key, self._params)

    def _forget(self) -> None:
        """Read everything anew when next asked: something else has changed it. Keep the edits."""
        changed = self._changes()
        self._outdate()
        self._values = {wire: self._values[wire] for wire in changed}
        self._params = self._known
        self._complete = False

    def _outdate(self) -> None:
        """Drop what the cache has of this record and of those that count it."""
        self._client.cache.replace(self._key, None)
        for kind in self.counted_by:
            id = self._params.get(kind)
            if isinstance(id, int):
                self._client.cache.replace(record_key(self._client, kind, id), None)

    @classmethod
    def _create(
        cls,
        client: Context,
        path: str,
        values: Mapping[str, Any],
        *,
        also: Mapping[str, Any] | None = None,
        **known: Any,
    ) -> Self:
        """Send a new record, given by field names, and return it.

        `also` is sent too, by wire names; `known` is what the answer does not say.
        """
        check_names(values, [n for n, f in cls.fields.items() if not f.read_only], of=cls.__name__)
        fields = {name: cls.fields[name] for name in values}
        body = {field.wire: field.checked(values[name]) for name, field in fields.items()}
        answer = client.json("POST", path, json={**body, **(also or {})})
        # Null here is what the server has not worked out yet, a project's counters: read it anew.
        told = {
            wire: raw
            for wire, raw in answer.items()
            if raw is not None and wire not in cls.reshaped
        }
        made = cls._from_answer(client, told, **known)
        made._outdate()
        return made


def record_key(client: Context, kind: str, id: int) -> tuple[str, int, str]:
    """Return what tells a record from all others, here and at other servers."""
    return kind, id, client.server


def model_of(client: Context, base: type[R]) -> type[R]:
    """Return the class that stands for a record class at this client: itself, or a subclass."""
    return cast("type[R]", client.model(base.kind))


def checked_id(id: Any, *, of: str) -> int:
    """Return an id as a plain int (numpy's count too), or raise `InvalidInput`."""
    try:
        if not isinstance(id, bool):
            return operator.index(id)
    except TypeError:
        pass
    raise InvalidInput(f"The id of a {of} is a whole number, not {id!r}.")


def vars_of(cls: type, name: str) -> Any:
    """Return a class attribute as it was declared, without calling its descriptor."""
    return next(vars(base)[name] for base in cls.__mro__ if name in vars(base))
