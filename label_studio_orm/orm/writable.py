"""How a record is created, saved and deleted, by itself or in a batch."""

from __future__ import annotations

import copy
from collections.abc import Container, Mapping, Set
from typing import TYPE_CHECKING, Any, ClassVar, cast

from ..errors import Conflict, check_names
from .batches import OpenBatch, any_open, batch_for
from .context import Context
from .dropping import check_created, ignored_error, ignored_fields, refuse_newer
from .editable import Editable
from .identity import record_key
from .merging import merged
from .meta import NOTHING, Meta
from .response_shape import expect
from .tracked import MISSING, copied

if TYPE_CHECKING:
    from typing_extensions import Self

    from .fields import Field
    from .pagination import Page
    from .record import Record


class Writable(Editable):
    """What was changed goes to the server as a difference, and what is stale then is forgotten."""

    _meta: ClassVar[Meta]

    _client: Context
    _known: Mapping[str, Any]  # what is certain before anything is fetched
    _page: Page | None = None  # what this was read with, and more can be read with
    _title: Any = None  # as it was last seen, for people

    if TYPE_CHECKING:  # how it is read, and what it is known by: see Record

        @property
        def _identity(self) -> tuple[str, int, str]: ...
        def _path(self) -> str: ...
        def _load(self) -> None: ...
        def _fetch(self, *wires: str) -> Mapping[str, Any]: ...
        @classmethod
        def _from_answer(cls, client: Context, params: Mapping[str, Any]) -> Self: ...

    def save(self) -> Self:
        """Send what was changed, and only that; send nothing if nothing was.

        If it fails the changes stay, and can be saved again.
        """
        batch = self._batch()
        if batch is None:
            return self._save()
        if self.dirty:
            batch.save(cast("Record", self))
        return self

    def _save(self) -> Self:
        if self._changes():
            with self._client._cache.turn(self._identity):
                self._send()
        return self

    def _send(self) -> None:
        self._verify_parent()
        self._refuse_newer()
        self._rebase()
        changes = copied(self._changes())
        if not changes:
            return  # another thread has saved them, or they are there
        try:
            body = self._patch(changes)
            answer = self._client.json("PATCH", self._path(), json=body, **self._meta.write_options)
        finally:
            self._invalidate_cache()
        self._apply_saved(answer if isinstance(answer, Mapping) else {}, changes)

    def _apply_saved(self, answer: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
        """Settle what the server saved; raise `Unsupported` if it ignored some fields."""
        ignored = self._ignored(answer, changes)
        wires = {field.wire for field in ignored}
        saved = {wire: raw for wire, raw in changes.items() if wire not in wires}
        self._apply_response(answer, saved, ignored=wires)
        if ignored:
            names = [each.name for each in self.fields.values() if each.wire in saved]
            raise ignored_error(self, ignored, names)

    def _refuse_newer(self) -> None:
        """Refuse changes of fields that this server is too old for; what it sends, it has."""
        changed = self._changes().keys() - self._params.keys()
        fields = [field for field in self.fields.values() if field.wire in changed]
        refuse_newer(self._client, fields, of=f"{self!r}")

    def _ignored(self, answer: Mapping[str, Any], changes: Mapping[str, Any]) -> list[Field[Any]]:
        """Return the fields that the server ignored; none if its answer was empty."""
        before = {wire: self._read_before(wire) for wire in changes} if answer else {}
        sent = [field for field in self.fields.values() if field.wire in before]
        return ignored_fields(self, sent, changes, answer, before)

    def _rebase(self) -> None:
        """Take over what others have changed in objects since they were read: a small request.

        Raises `Conflict` where they changed the same keys.
        """
        changes = copied(self._changes())
        known = {
            wire: self._read_before(wire) for wire in sorted(self._meta.merged & changes.keys())
        }
        known = {wire: was for wire, was in known.items() if was is not MISSING}
        if not known:
            return
        now = self._fetch(*known)
        try:
            results = {w: merged(w, was, changes[w], now.get(w)) for w, was in known.items()}
        except Conflict as error:
            error.add(
                f"{self!r} was not saved: refresh(discard_changes=True), then change it again."
            )
            raise
        for wire, result in results.items():
            self._held[wire].rebase(now.get(wire), changes[wire], result)
        self._params = {**self._params, **{wire: now.get(wire) for wire in results}}

    def _read_before(self, wire: str) -> Any:
        was = self._held[wire].origin
        return self._params.get(wire, MISSING) if was is MISSING else was

    def _patch(self, changes: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what is sent of changes: some servers want more than what was changed."""
        return changes

    def delete(self) -> None:
        """Delete this record at the server, with all that belongs to it."""
        batch = self._batch()
        if batch is None:
            self._delete()
        else:
            batch.delete(cast("Record", self))

    def _batch(self) -> OpenBatch | None:
        """Return the batch that takes the writes of this record, if one is open."""
        if "project" not in self._meta.invalidates or not any_open(self._client):
            return None
        return batch_for(self._client, {"project": project_of(self)})

    def _delete(self) -> Self:
        self._verify_parent()
        try:
            self._client.json("DELETE", self._path())
        finally:
            self._client._cache.clear()  # who knows what went with it
        return self

    def _apply_response(
        self,
        answer: Mapping[str, Any],
        changes: Mapping[str, Any],
        *,
        ignored: Set[str] = frozenset(),
    ) -> None:
        """Take over what a write answered: it has all changes in it, as the server took them.

        Fields that it ignored stay unsaved changes.
        """
        told = {wire: raw for wire, raw in answer.items() if wire not in self._meta.volatile}
        known = {
            wire: raw
            for wire, raw in self._params.items()
            if wire not in self._meta.volatile and wire not in changes
        }
        for wire in set(changes) - set(told):  # taken as it was sent, until it is read again
            self._held[wire].origin = copy.deepcopy(changes[wire])
            if not isinstance(self._held[wire].value, (dict, list)):
                self._untrack(wire)
        self._page = None  # which is older than this
        complete = self._complete and not self._meta.volatile and set(changes) <= set(told)
        kept = (set(changes) - set(told)) | ignored
        self._load_params({**known, **told}, complete=complete, keep=kept, sent=changes)
        self._invalidate_cache()  # the parents may be others now
        if complete:
            self._client._cache.replace(self._identity, self._params)

    def _expire_counts(self) -> None:
        """Read anew what belongs to this: something was added to it."""
        self._expire()

    def _expire(self, *, keep: Container[str] = ()) -> None:
        """Read all, but what is to be kept, anew when next asked for. Keep the edits."""
        changes = self._changes()
        self._invalidate_cache()
        for wire, held in list(self._held.items()):
            if held.origin is MISSING and wire not in changes and wire not in keep:
                self._untrack(wire)
        self._title = self._params.get("title", self._title)
        kept = {wire: raw for wire, raw in self._params.items() if wire in keep}
        self._params = {**kept, **self._known} if kept else self._known
        self._complete = False
        self._page = None  # which is as old as the rest

    def _verify_parent(self) -> None:
        """Look before changing a record that was only said to be of some parent."""
        if not self._complete and self._params is self._known and len(self._known) > 1:
            needed = [name for name in self._known if f"{{{name}}}" not in self._meta.path]
            if needed:
                self._load()

    def _invalidate_cache(self) -> None:
        """Drop what the cache has of this record and of those that count it."""
        cache = self._client._cache
        cache.replace(self._identity, None)
        for kind in self._meta.invalidates:
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
        also: Mapping[str, Any] = NOTHING,
        parents: Mapping[str, Any] = NOTHING,
        owner: Any = None,
    ) -> Self:
        """Send a new record, given by field names, and return it. `also` is by wire names.

        With `parents` a batch may take it, which returns a record without id. The `owner`, if it
        is a record, knows another state than the server's after that.
        """
        check_names(values, cls.writable(), of=cls.__name__)
        fields = {name: cls.fields[name] for name in values}
        refuse_newer(client, fields.values(), of=cls.__name__)
        body = {field.wire: field.checked(values[name]) for name, field in fields.items()}
        known = cast("Record", owner) if isinstance(owner, Writable) else None

        def send() -> Any:
            if known is not None:
                known._verify_parent()  # it may be of another project than it was said to be
            made = cls._post(client, path, {**body, **also})
            check_created(made, fields.values(), body)
            return made

        batch = batch_for(client, parents) if parents else None
        model = cast("type[Record]", cls)
        made = batch.create(model, body, parents, send, known) if batch else send()
        return cast("Self", made)

    @classmethod
    def _post(cls, client: Context, path: str, body: Mapping[str, Any]) -> Self:
        try:
            answer = client.json("POST", path, json=body, **cls._meta.write_options)
        finally:  # also where it is not known whether it was made
            for kind in cls._meta.invalidates:
                client._cache.drop(kind)
        expect(answer, "id")
        # Null here is what the server has not worked out yet, a project's counters: read it anew.
        told = {
            wire: raw
            for wire, raw in answer.items()
            if raw is not None and wire not in cls._meta.volatile
        }
        return cls._from_answer(client, told)


def project_of(record: Any) -> int | None:
    """Return the id of the project that a record is of; look it up where a batch asks for it."""
    if not isinstance(record, Writable):
        return None
    found = record._params.get("project")
    if found is None and any_open(record._client):
        found = cast("Record", record)._raw("project")
    return found if isinstance(found, int) else None
