"""Lists of records and queries, as tables or drawn one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..orm.loaded import Gallery, Records
from ..orm.query import Query
from ..orm.record import Record
from . import body_of
from .cells import counted, cut, heading, note, number_columns, table
from .columns import columns_for, value_cell, values_of
from .links import list_page, page_of
from .markup import Html, joined, link, tag

MOST_ROWS = 50
NOTHING_READ = "Nothing has been read: .head() reads the first rows."


@body_of.register(Records)
def _(records: Records[Any]) -> Html:
    first = records[:MOST_ROWS]
    return joined([_heading_of(records, len(first)), _rows(first, records.total)])


@body_of.register(Gallery)
def _(records: Gallery[Any]) -> Html:
    first = records[:MOST_ROWS]
    if not first or body_of.dispatch(type(first[0])) is body_of.dispatch(Record):
        return joined([_heading_of(records, len(first)), _rows(first, records.total)])
    drawn = [tag("div", body_of(each), class_="lso-drawn") for each in first]
    return joined([_heading_of(records, len(first)), drawn])


@body_of.register(Query)
def _(query: Query[Any]) -> Html:
    reading, total = query._loaded.reading, query._loaded.total
    url = list_page(query.client, query._model._meta.kind, query._known)
    if reading is None or not (reading.first or reading.complete):
        count = "" if total is None else f"{total:,} in all"
        return joined([_heading(query._title(), count, url), note(NOTHING_READ)])
    head = _heading(query._title(), _count(len(reading.first), total), url)
    return joined([head, _rows(reading.first, total)])


def _heading_of(records: Records[Any], shown: int) -> Html:
    noun = records[0]._meta.noun if records else "record"
    total = records.total if records.total is not None or records.title else len(records)
    url = _page(records[0]) if records else ""
    return _heading(records.title or counted(len(records), noun), _count(shown, total), url)


def _page(record: Record) -> str:
    return list_page(record.client, record._meta.kind, record._state.params)


def _heading(title: str, count: str, url: str) -> Html:
    kind, _, rest = title.partition(" ")
    return heading(f"{kind[:1].upper()}{kind[1:]}", count, url=url, of=cut(rest, 200))


def _count(shown: int, total: int | None) -> str:
    if total is None:
        return f"the first {shown:,}" if shown else ""
    return f"{shown:,} of {total:,}" if total else ""


def _rows(records: Sequence[Record], total: int | None) -> Html | None:
    """Return a table of records; each id is a link."""
    if not records:
        return None if total else note("There are none.")
    rows = [values_of(record) for record in records]
    names = columns_for(records, rows)
    pairs = zip(records, rows, strict=True)
    cells = [[_cell(record, row, name) for name in names] for record, row in pairs]
    return table(names, cells, numbers=number_columns(names, rows))


def _cell(record: Record, row: Mapping[str, Any], name: str) -> object:
    return _id_of(record) if name == "id" else value_cell(record, name, row.get(name))


def _id_of(record: Record) -> Html:
    """Return the id as a link, and a mark where there are changes that are not saved."""
    id = link(record._state.known.get("id", ""), page_of(record), class_="lso-nowrap")
    if not record._changes():
        return id
    changed = f"not saved: {', '.join(sorted(record.dirty))}"
    return joined([id, tag("span", " ●", title=changed, class_="lso-unsaved")])
