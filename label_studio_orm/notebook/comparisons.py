"""Comparisons of annotations: how far both sides agree, and the first rows."""

from __future__ import annotations

from ..records.comparison import Agreement, Comparison
from . import body_of
from .cells import cell, counted, cut, heading, number, number_columns, table
from .markup import Html, joined

MOST = 10  # rows
# What a table of a few rows shows.
COLUMNS = (
    *("task", "control", "label", "predicted_label", "other_label", "answer", "predicted_answer"),
    *("other_answer", "same", "iou", "distance", "difference"),
)
HEAD = ("control", "rows", "the same", "", "mean IoU", "mean difference")


@body_of.register(Comparison)
def _(comparison: Comparison) -> Html:
    head = heading("Comparison", cut(comparison.what, 200), counted(comparison.tasks, "task"))
    return joined([head, _summary(comparison), _rows(comparison)])


def _summary(comparison: Comparison) -> Html | None:
    """Return a line for each control; no column for a mean that none of them has."""
    found = [_agreement(name, each) for name, each in comparison.agreement.items()]
    kept = [place for place in range(len(HEAD)) if any(row[place] != "" for row in found)]
    cells = [[row[place] for place in kept] for row in found]
    names = [HEAD[place] for place in kept]
    return table(names, cells, numbers=range(1, len(kept))) if found else None


def _agreement(control: str, found: Agreement) -> list[object]:
    means = (found.mean_iou, found.mean_difference)
    share = found.absent if found.share is None else f"{found.share:.0%}"
    counts = [number(found.rows), number(found.same), share]
    return [cut(control), *counts, *(cell(each) for each in means)]


def _rows(comparison: Comparison) -> Html | None:
    rows = comparison.rows[:MOST]
    names = [name for name in COLUMNS if any(row.get(name) is not None for row in rows)]
    if not rows:
        return None
    cells = [[cell(row[name]) for name in names] for row in rows]
    count = heading("Rows", f"{len(rows):,} of {len(comparison):,}")
    return joined([count, table(names, cells, numbers=number_columns(names, rows))])
