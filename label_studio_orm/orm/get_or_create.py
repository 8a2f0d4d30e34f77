"""Find a record by the fields that identify it, or create it: a cell that is rerun adds nothing."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from ..errors import InvalidInput, MultipleFound, OutcomeUnknown, Rejected, ServerError
from ..stack import stack_level
from ..text import listed, plural
from .meta import Meta
from .query import Query
from .record import Record
from .selection import Selection

R = TypeVar("R", bound=Record)


def get_or_create(
    query: Query[R],
    given: Mapping[str, Any],
    create: Callable[[], R],
    *,
    among: Iterable[R] | None = None,
    differing: Callable[[R], list[str]] | None = None,
) -> R:
    """Return the only record with the given identifying fields, or create it.

    It is looked for `among` all records of the query, unless fewer can be read. One that was found
    is not changed: a warning names the other given fields that differ.
    """
    query._model._check_values(given)
    keys = _identifying(query, given)
    records = query if among is None else among
    found = _only_one(records, keys)
    if found is not None:
        others = {name: given[name] for name in given if name not in keys}
        _warn_of(found, (differing or _differing_from(others))(found))
        return found
    try:
        return create()
    except (Rejected, OutcomeUnknown, ServerError):
        # Someone else may have created it, or a request whose answer was lost.
        found = _only_one(records, keys)
        if found is None:
            raise
        return found


def _identifying(query: Query[Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that identify a record; those that are not given are empty."""
    meta: Meta = query._model._meta
    if query._selection != Selection():
        raise InvalidInput(
            f"get_or_create() searches all {plural(meta.noun)}: {query!r} must have no "
            "filter, order or limit."
        )
    if not meta.identified_by:
        raise InvalidInput(
            f"{query._model.__name__} must declare what identifies a {meta.noun}: "
            "Meta(identified_by=('…',))."
        )
    values = {**dict.fromkeys(meta.identified_by), **meta.server_defaults, **given}
    keys = {name: _key(query._model, name, values[name]) for name in meta.identified_by}
    for name in keys:
        if keys[name] is None and name in meta.required:
            raise InvalidInput(f"get_or_create() needs {name}=.")
    return keys


def _key(model: type[Record], name: str, value: Any) -> Any:
    """Return a value as the server stores it: without spaces at its ends, and None for ""."""
    field = model.fields.get(name)
    value = field.dump(value) if field else value
    return (value.strip() if isinstance(value, str) else value) or None


def _only_one(records: Iterable[R], keys: Mapping[str, Any]) -> R | None:
    found = [record for record in records if _has(record, keys)]
    if len(found) > 1:
        raise MultipleFound(
            f"More than one {found[0]._meta.noun} has this {listed(keys, between=' and ')}: "
            f"{listed(found)}. Get it by id: get({found[0].id})."
        )
    return found[0] if found else None


def _has(record: Record, keys: Mapping[str, Any]) -> bool:
    return all(_key(type(record), name, getattr(record, name)) == keys[name] for name in keys)


def _differing_from(given: Mapping[str, Any]) -> Callable[[R], list[str]]:
    return lambda record: [name for name in given if not record._equals(name, given[name])]


def _warn_of(record: Record, names: list[str]) -> None:
    """Warn of the given fields that a record has with other values."""
    if names:
        kind = record._meta.kind
        warnings.warn(
            f"{record!r} exists with other values of {listed(names)}, and was not changed. To "
            f"change it: {kind}.{names[0]} = …, then {kind}.save().",
            stacklevel=stack_level(),
        )
