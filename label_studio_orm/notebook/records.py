"""Single records and clients: what is loaded of them."""

from __future__ import annotations

from typing import Any

from ..client import LabelStudio
from ..orm.record import Record
from ..server_version import INFO
from . import body_of
from .cells import counted, cut, folded, heading, note, pairs
from .columns import first_columns, value_cell, values_of
from .configs import controls_of
from .links import page_of
from .loaded import cached_params, config_of
from .markup import Html, joined, link, tag

MOST_FIELDS = 12  # of a record; the others are folded
NOTHING_LOADED = "Nothing has been loaded: reading a field loads the record."


@body_of.register(Record)
def _(record: Record) -> Html:
    head = heading_of(record, cut(record._label().strip(), 100))
    return joined([head, fields_of(record), _config_of(record)])


def heading_of(record: Record, *parts: object) -> Html:
    """Return the heading of a record: its class and id, changes that are not saved, and a link."""
    changed = f"● not saved: {', '.join(sorted(record.dirty))}" if record.dirty else None
    mark = tag("span", changed, class_="lso-unsaved") if changed else None
    id = record._state.known.get("id", "without id")
    return heading(type(record).__name__, *parts, mark, url=page_of(record), of=id)


def fields_of(record: Record) -> Html:
    """Return a table of what is loaded of a record; after the first fields, the rest is folded."""
    row = values_of(record, cached_params(record))
    row.pop("id", None)
    if not row.keys() - record._state.known.keys():
        return note(NOTHING_LOADED)
    wanted = dict.fromkeys([*record.dirty, *first_columns(record._meta.kind), *row])
    names = sorted((name for name in wanted if name in row), key=lambda name: _is_empty(row[name]))
    lines = [(name, _value(record, name, row[name])) for name in names]
    filled = sum(not _is_empty(row[name]) for name in names)
    first = min(filled, MOST_FIELDS) or MOST_FIELDS
    more = lines[first:]
    rest = folded(counted(len(more), "more field"), pairs(more)) if more else None
    return joined([pairs(lines[:first]), rest])


def _is_empty(value: object) -> bool:
    return value in (None, "", [], {})


def _value(record: Record, name: str, value: Any) -> Html:
    mark = tag("span", " ● not saved", class_="lso-unsaved") if name in record.dirty else None
    return joined([value_cell(record, name, value), mark])


def _config_of(record: Record) -> Html | None:
    """Return the controls of a project's config, if that is loaded."""
    if record._meta.kind != "project":
        return None
    config = config_of(record)
    return None if config is None else controls_of(config)


@body_of.register(LabelStudio)
def _(client: LabelStudio) -> Html:
    if "_transport" not in vars(client):  # the constructor has raised
        return heading("LabelStudio", "not connected")
    info = client._facts.get(INFO)
    version = f"{info.edition} {info.version}" if info else ""
    address = link(cut(client.server), f"{client.server}/projects")
    return heading("LabelStudio", address, cut(version))
