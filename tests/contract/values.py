"""All values in a result or in an answer, to compare the two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timezone
from typing import Any

import attrs

from label_studio_orm import Secret
from label_studio_orm.orm.record import Record
from label_studio_orm.records.enterprise.roles import word_of
from label_studio_orm.tables import Table


def values_in(thing: Any) -> Iterator[Any]:
    """Yield the texts, numbers and moments in a result, whatever it is made of."""
    if isinstance(thing, Record):
        yield from _values_of(thing)
    elif isinstance(thing, Secret):
        yield thing.reveal()
    elif isinstance(thing, Mapping):
        for key, value in thing.items():
            yield key
            yield from values_in(value)
    elif attrs.has(type(thing)):
        yield from values_in([getattr(thing, each.name) for each in attrs.fields(type(thing))])
    elif isinstance(thing, Table):
        yield from values_in(thing.to_dicts())
    elif isinstance(thing, Iterable) and not isinstance(thing, (str, bytes)):
        for each in thing:
            yield from values_in(each)
    else:
        yield comparable(thing)


def _values_of(record: Record) -> Iterator[Any]:
    """Yield the values of a record's fields, without those of another record that is not loaded."""
    for name, field in record.fields.items():
        if field.wire in record._state.params:
            yield from values_in(getattr(record, name))
            if field.converter is not None:  # as it is sent back: a role by its code
                yield from values_in(field.as_written(record._state.params[field.wire]))


def comparable(value: Any) -> Any:
    """Return a value in a form in which moments and roles are equal however they are written."""
    value = word_of(value)  # the server has codes and words, with capitals or without
    value = value.casefold() if isinstance(value, str) else value
    if type(value) is date:
        value = value.isoformat()
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.replace("z", "+00:00"))
        except ValueError:
            return value
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat()
    return value
