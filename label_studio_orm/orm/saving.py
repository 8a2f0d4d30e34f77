"""Write records: send changes, create, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import Conflict, InvalidInput
from .batches import any_open, batch_for
from .identity import check_server
from .ignored_fields import check_created, ignored_error, ignored_fields, refuse_newer
from .merging import merged
from .meta import NOTHING
from .response_shape import expect
from .tracked import MISSING, copied

if TYPE_CHECKING:
    from .batches import OpenBatch
    from .context import Context
    from .fields import Field
    from .record import Record

R = TypeVar("R", bound="Record")


def send_changes(record: Record) -> None:
    """Send what was changed of a record, and only that."""
    _check_in_place(record)
    record._verify_parent()
    _refuse_newer(record)
    _rebase(record)
    changes = copied(record._changes())
    if not changes:
        return  # another thread has saved them, or the server has them already
    try:
        body = record._patch(changes)
        options = record._meta.write_options
        answer = record._client.json(record._meta.save_method, record._path(), json=body, **options)
    finally:
        record._invalidate_cache()
    _apply_saved(record, answer if isinstance(answer, Mapping) else {}, changes)


def _check_in_place(record: Record) -> None:
    """Check what was changed in place: nobody has done so yet, unlike for what was set."""
    changes, tracked = record._changes(), record._state.tracked
    for field in record.fields.values():
        if field.wire in changes and tracked[field.wire].origin is not MISSING:
            field.checked(tracked[field.wire].value)


def _refuse_newer(record: Record) -> None:
    """Refuse changes of fields that this server is too old for; what it sends, it has."""
    changed = record._changes().keys() - record._state.params.keys()
    fields = [field for field in record.fields.values() if field.wire in changed]
    refuse_newer(record._client, fields, of=f"{record!r}")


def _rebase(record: Record) -> None:
    """Take over what others have changed in objects since they were read: a small request.

    Raises `Conflict` where they changed the same keys.
    """
    changes = copied(record._changes())
    state, shared = record._state, sorted(record._meta.merged & changes.keys())
    known = {wire: state.received(wire) for wire in shared}
    known = {wire: was for wire, was in known.items() if was is not MISSING}
    if not known:
        return
    now = record._fetch(*known)
    try:
        results = {w: merged(w, was, changes[w], now.get(w)) for w, was in known.items()}
    except Conflict as error:
        error.add(f"{record!r} was not saved: refresh(discard_changes=True), then change it again.")
        raise
    state.rebase(changes, now, results)


def _apply_saved(record: Record, answer: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """Take over what the server saved; raise `Unsupported` if it ignored some fields."""
    ignored = _ignored(record, answer, changes)
    wires = {field.wire for field in ignored}
    saved = {wire: raw for wire, raw in changes.items() if wire not in wires}
    record._apply_response(answer, saved, ignored=wires)
    if ignored:
        names = [each.name for each in record.fields.values() if each.wire in saved]
        raise ignored_error(record, ignored, names)


def _ignored(
    record: Record, answer: Mapping[str, Any], changes: Mapping[str, Any]
) -> list[Field[Any]]:
    """Return the fields that the server ignored; none if its answer was empty."""
    before = {wire: record._state.received(wire) for wire in changes} if answer else {}
    sent = [field for field in record.fields.values() if field.wire in before]
    return ignored_fields(record, sent, changes, answer, before)


def create(
    model: type[R],
    client: Context,
    path: str,
    values: Mapping[str, Any],
    *,
    also: Mapping[str, Any] = NOTHING,
    parents: Mapping[str, Any] = NOTHING,
    owner: Record | None = None,
) -> R:
    """Send a new record, given by field names, and return it. `also` is by wire names.

    With `parents` a batch may take it, which returns a record without id. The `owner` differs
    from what is known of it after that.
    """
    model._check_writable(values)
    check_required(model, values)
    for value in values.values():
        check_server(value, client)
    fields = {name: model.fields[name] for name in values}
    refuse_newer(client, fields.values(), of=model.__name__)
    body = {field.wire: field.checked(values[name]) for name, field in fields.items()}

    def send() -> R:
        if owner is not None:
            owner._verify_parent()
        made = _post(model, client, path, body, also)
        check_created(made, fields.values(), body)
        return made

    batch = batch_for(client, parents) if parents else None
    made: Any = batch.create(model, body, parents, send, owner) if batch else send()
    return made  # type: ignore[no-any-return]


def check_required(model: type[Record], values: Mapping[str, Any]) -> None:
    """Raise `InvalidInput` if a new record lacks a field without which none can be created."""
    for name in model._meta.required:
        if not values.get(name):
            raise InvalidInput(f"{model.__name__} needs {name}=.")


def _post(
    model: type[R],
    client: Context,
    path: str,
    body: Mapping[str, Any],
    parents: Mapping[str, Any],
) -> R:
    try:
        in_path = {name for name in parents if f"{{{name}}}" in model._meta.path}
        body = {**body, **{name: parents[name] for name in parents.keys() - in_path}}
        answer = client.json("POST", path, json=body, **model._meta.write_options)
    finally:  # also where it is not known whether it was created
        for kind in model._meta.invalidates:
            client._cache.drop(kind)
    expect(answer, "id")
    # Null here is what the server has not worked out yet, a project's counters: read it again.
    volatile = model._meta.volatile
    params = {w: raw for w, raw in answer.items() if raw is not None and w not in volatile}
    return model._from_answer(client, params, known=parents)


def open_batch_of(record: Record) -> OpenBatch | None:
    """Return the batch that takes the writes of a record, if one is open."""
    parent = record._meta.batched_by
    if not parent or not any_open(record._client):
        return None
    return batch_for(record._client, {parent: parent_id(record, parent)})


def parent_id(record: Any, kind: str) -> int | None:
    """Return the id of a record's parent; it is looked up only where a batch asks for it."""
    state = getattr(record, "_state", None)
    if state is None:
        return None
    found = state.params.get(kind)
    if found is None and any_open(record._client):
        found = record._raw(kind)
    return found if isinstance(found, int) else None
