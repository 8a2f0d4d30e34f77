"""The state of a record: what the server sent, what the user holds, and what was changed."""

from __future__ import annotations

import copy
from collections.abc import Container, Mapping, Set
from typing import TYPE_CHECKING, Any

from .fields import Field
from .meta import NOTHING
from .tracked import MISSING, TrackedValue, copied, same

if TYPE_CHECKING:
    from .record import Record

Fields = Mapping[str, Field[Any]]


class RecordState:
    """Values that came from the server, and changes that were not saved. Sends nothing.

    Values that can be changed in place are tracked from the moment they are handed out: they are
    compared when it comes to saving, and updated when newer values arrive.
    """

    __slots__ = ("complete", "known", "params", "tracked")

    def __init__(
        self,
        known: Mapping[str, Any] = NOTHING,
        params: Mapping[str, Any] = NOTHING,
        complete: bool = False,
    ) -> None:
        self.known = known  # what is certain before anything is fetched, by wire names
        self.params = params  # by wire names; shared with the cache, and never changed in place
        self.complete = complete  # whether that is all that the server sends
        self.tracked: Mapping[str, TrackedValue] = NOTHING  # by wire names; made with the first one

    def __deepcopy__(self, memo: dict[int, Any]) -> RecordState:
        twin = RecordState(self.known, self.params, self.complete)
        twin.tracked = copy.deepcopy(dict(self.tracked), memo) if self.tracked else NOTHING
        return twin

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.known, self.params, self.complete, dict(self.tracked))

    def track(self, wire: str, value: TrackedValue) -> None:
        if not self.tracked:
            self.tracked = {}
        self.tracked[wire] = value  # type: ignore[index]

    def untrack(self, wire: str) -> None:
        del self.tracked[wire]  # type: ignore[attr-defined]

    def drop(self, wire: str) -> None:
        """Drop a value with its change, as if it had never been read."""
        if wire in self.tracked:
            self.untrack(wire)
        if wire in self.params:
            self.params = {name: raw for name, raw in self.params.items() if name != wire}
            self.complete = False

    def changes(self, fields: Fields) -> dict[str, Any]:
        """Return what differs from what was read, by wire names, as it would be sent."""
        found = {}
        for field in fields.values() if self.tracked else ():
            if field.wire in self.tracked and not field.read_only:
                raw = field.dump(self.tracked[field.wire].value)
                was = field.as_written(self.received(field.wire))
                if was is MISSING or not same(raw, was):
                    found[field.wire] = raw
        return found

    def received(self, wire: str) -> Any:
        """Return what the server had when a tracked value was handed out or set."""
        was = self.tracked[wire].origin
        return self.params.get(wire, MISSING) if was is MISSING else was

    def update(
        self,
        record: Record,
        params: Mapping[str, Any],
        *,
        complete: bool,
        keep: Container[str],
        sent: Mapping[str, Any] = NOTHING,
    ) -> None:
        """Take newer params; tracked values follow them, but for those to keep.

        Changes made since they were `sent` stay, too.
        """
        self.params, self.complete = params, complete
        for field in record.fields.values() if self.tracked else ():
            if field.wire in self.tracked and field.wire not in keep:
                self._sync(record, field, sent.get(field.wire, MISSING))

    def _sync(self, record: Record, field: Field[Any], sent: Any) -> None:
        raw = self.params.get(field.wire, MISSING)
        tracked = self.tracked[field.wire]
        value = raw if raw is MISSING else loaded(record, field, raw)
        inner = getattr(tracked.value, "_state", None)
        if isinstance(inner, RecordState) and tracked.value == value:
            inner.merge(tracked.value, value._state)
            tracked.origin = raw
        elif raw is MISSING or not tracked.follow(raw, value, sent):
            self.untrack(field.wire)

    def merge(self, record: Record, other: RecordState) -> None:
        """Take over what another object for the same record has received, but for own changes."""
        params = {**self.params, **other.params}
        self.update(record, params, complete=False, keep=self.changes(record.fields))

    def apply(
        self,
        record: Record,
        answer: Mapping[str, Any],
        changes: Mapping[str, Any],
        ignored: Set[str],
    ) -> None:
        """Take over the answer to a write; fields that the server ignored stay unsaved changes."""
        volatile = record._meta.volatile
        received = {wire: raw for wire, raw in answer.items() if wire not in volatile}
        older = {
            wire: raw
            for wire, raw in self.params.items()
            if wire not in volatile and wire not in changes
        }
        missing = changes.keys() - received.keys()
        for wire in missing:  # taken as it was sent, until it is read again
            self.tracked[wire].origin = copied(changes[wire])
            if not isinstance(self.tracked[wire].value, (dict, list)):
                self.untrack(wire)
        complete = self.complete and not volatile and not missing
        params = {**older, **received}
        self.update(record, params, complete=complete, keep=missing | ignored, sent=changes)

    def rebase(self, changes: Mapping[str, Any], now: Mapping[str, Any], merged: Any) -> None:
        """Take over what others have changed since; the user's own remain unsaved changes."""
        for wire, result in merged.items():
            self.tracked[wire].rebase(now.get(wire), changes[wire], result)
        self.params = {**self.params, **{wire: now.get(wire) for wire in merged}}

    def expire(self, fields: Fields, keep: Container[str]) -> None:
        """Drop what was received, except for unsaved changes and what is to be kept."""
        changes = self.changes(fields)
        for wire, tracked in list(self.tracked.items()):
            if tracked.origin is MISSING and wire not in changes and wire not in keep:
                self.untrack(wire)
        kept = {wire: raw for wire, raw in self.params.items() if wire in keep}
        self.params = {**kept, **self.known} if kept else self.known
        self.complete = False


def loaded(record: Record, field: Field[Any], raw: Any) -> Any:
    """Return the Python value of a raw one, independent of what others are handed."""
    return field.load(copied(raw) if isinstance(raw, (dict, list)) else raw, record)


def _restored(
    known: Mapping[str, Any],
    params: Mapping[str, Any],
    complete: bool,
    tracked: Mapping[str, TrackedValue],
) -> RecordState:
    state = RecordState(known, params, complete)
    state.tracked = tracked or NOTHING
    return state
