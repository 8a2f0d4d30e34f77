"""Lists of values: a table of the first ones."""

from __future__ import annotations

from typing import Any

from ..records.enterprise.values import Rows
from . import body_of
from .cells import cell, heading, note, number_columns, table
from .markup import Html, joined

MOST = 10  # rows


@body_of.register(Rows)
def _(values: Rows[Any]) -> Html:
    rows = Rows(values[:MOST]).to_dicts()
    head = heading("Rows", f"{len(rows):,} of {len(values):,}")
    if not rows:
        return joined([head, note("There are none.")])
    names = list(rows[0])
    cells = [[cell(row[name]) for name in names] for row in rows]
    return joined([head, table(names, cells, numbers=number_columns(names, rows))])
