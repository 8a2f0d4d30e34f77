"""What a record was told, what of it the user holds, and what the user has changed."""

from __future__ import annotations

from collections.abc import Container, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, cast

from .fields import Field
from .tracked import MISSING, TrackedValue, copied, same

if TYPE_CHECKING:
    from .record import Record


class Editable:
    """Values that came from the server, and edits that did not go there yet.

    Values that can be changed in place are held from the moment they are handed out: they are
    compared when it comes to saving, and follow when newer values come. Nothing here is sent.
    """

    fields: ClassVar[Mapping[str, Field[Any]]] = MappingProxyType({})

    _params: Mapping[str, Any]  # by wire names; shared with the cache, and never changed in place
    _complete: bool = False  # whether that is all that the server sends
    _held: Mapping[str, TrackedValue] = MappingProxyType(
        {}
    )  # by wire names; made with the first one

    @property
    def dirty(self) -> set[str]:
        """The names of the fields that were changed and not saved."""
        changes = self._changes()
        return {name for name, field in self.fields.items() if field.wire in changes}

    def _write(self, field: Field[Any], value: Any) -> None:
        self._track(field.wire, TrackedValue(value))

    def _track(self, wire: str, held: TrackedValue) -> None:
        self.__dict__.setdefault("_held", {})[wire] = held

    def _untrack(self, wire: str) -> None:
        del self.__dict__["_held"][wire]

    def _changes(self) -> dict[str, Any]:
        """Return the server's names and values of what differs from what was read."""
        changes = {}
        for field in self.fields.values():
            if field.wire in self._held and not field.read_only:
                raw = field.dump(self._held[field.wire].value)
                was = self._origin(field)
                if was is MISSING or not same(raw, was):
                    changes[field.wire] = raw
        return changes

    def _origin(self, field: Field[Any]) -> Any:
        """Return what a held value is compared with, as it would be written."""
        was = self._held[field.wire].origin
        if was is MISSING:
            was = self._params.get(field.wire, MISSING)
        return was if was is MISSING else field.dump(field.load(was, cast("Record", self)))

    def _fresh(self, field: Field[Any], raw: Any) -> Any:
        """Return the Python value of a raw one, independent of what others are handed."""
        own = copied(raw) if isinstance(raw, (dict, list)) else raw
        return field.load(own, self)  # type: ignore[arg-type]

    def _load_params(
        self,
        params: Mapping[str, Any],
        *,
        complete: bool,
        keep: Container[str],
        sent: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Take newer params; what the user holds follows them, but for what is to be kept.

        What was changed since it was `sent` stays, too.
        """
        self._params, self._complete = params, complete
        for field in self.fields.values():
            if field.wire in self._held and field.wire not in keep:
                self._sync_tracked(field, sent.get(field.wire, MISSING))

    def _sync_tracked(self, field: Field[Any], sent: Any) -> None:
        raw = self._params.get(field.wire, MISSING)
        held = self._held[field.wire]
        fresh = raw if raw is MISSING else self._fresh(field, raw)
        if isinstance(held.value, Editable) and held.value == fresh:
            held.value._merge(fresh)
            held.origin = raw
        elif raw is MISSING or not held.follow(raw, fresh, sent):
            self._untrack(field.wire)

    def _merge(self, other: Editable) -> None:
        """Take over what another object for the same record was told, but for own edits."""
        self._load_params({**self._params, **other._params}, complete=False, keep=self._changes())
