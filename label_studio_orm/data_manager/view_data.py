"""The stored data of a view: its filter, its order and its hidden columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from attrs import evolve

from ..errors import InvalidInput, check_items, nearest
from ..features import CHILD_FILTERS, require
from ..orm.context import Context
from ..orm.expressions import Column, Expression, Order, wire_of
from ..orm.selection import Selection
from ..text import listed
from .columns import read_columns
from .dnf import HINT_SPLIT
from .filters import compile_filter
from .plan import ordering_of

Listed: TypeAlias = Mapping[str, Mapping[str, bool]]  # columns, and where each is shown by default

NEW: Mapping[str, Any] = {"type": "list", "target": "tasks"}  # of a view, as the editor makes it
NO_FILTERS: Mapping[str, Any] = {"conjunction": "and", "items": []}  # what removes a filter
EXPLORE, LABELING = "explore", "labeling"  # the table of all tasks, and that beside the editor
HINT_PARTS = (
    "Save a view for each part, or filter without a view: the parts are then read one by one."
)


def filters_data(where: Expression | None, context: Context, project: int) -> Mapping[str, Any]:
    """Return a filter as a view stores it; raise `InvalidInput` for one that it cannot express."""
    chosen = compile_filter(where, context, project)
    if not chosen.exact:
        raise InvalidInput(
            f"A view cannot express this filter exactly: {where!r}. The server "
            "would show other tasks too. Mark the tasks with a data key, and filter by that."
        )
    if not chosen.fits:
        if evolve(chosen, supports_children=True).fits:
            require(context, CHILD_FILTERS, project, instead=HINT_PARTS)
        raise InvalidInput(f"A view cannot hold this filter: {where!r}.\n{HINT_SPLIT}")
    return chosen.wire()


def order_data(order: tuple[Order, ...], context: Context, project: int) -> Mapping[str, Any]:
    """Return an order as a view stores it; without one, by id."""
    ordering, numeric = ordering_of(Selection(order=order), context, project)
    types = {"columnsDisplayType": {ordering.lstrip("-"): "Number"}} if numeric else {}
    return {"ordering": [ordering], **types}


# -- columns ---------------------------------------------------------------------------------------


def visible_columns(data: Mapping[str, Any], context: Context, project: int) -> list[str]:
    """Return the server's names of the columns that a view shows, in the editor's order."""
    known = _listed(context, project)
    hidden = _hidden(data, known).get(EXPLORE) or ()
    return [wire for wire in known if f"tasks:{wire}" not in hidden]


def hidden_columns(
    columns: Iterable[Column | str], data: Mapping[str, Any], context: Context, project: int
) -> Mapping[str, Any]:
    """Return the hidden columns of a view that shows these columns of the table of tasks."""
    check_items(columns, name="columns", example="['id', 'text']")
    known = _listed(context, project, anew=True)  # what was imported since has columns, too
    shown = [_wire(column, known, project) for column in columns]
    if not shown:
        raise InvalidInput("A view must show at least one column: columns=['id', …].")
    hidden = [f"tasks:{wire}" for wire in known if wire not in shown]
    return {LABELING: [], **_hidden(data, known), EXPLORE: hidden}


def _wire(column: Column | str, known: Listed, project: int) -> str:
    """Return the server's name of a column, which may be given as a field or by its name."""
    name = wire_of(column) if isinstance(column, Column) else column
    if not isinstance(name, str):
        raise InvalidInput(f"A column must be a name or a field such as Task.id, not {name!r}.")
    found = next((wire for wire in (name, f"data.{name}") if wire in known), None)
    if found is None:
        names = [wire.removeprefix("data.") for wire in known]
        hint = nearest(name, names) or f" There are {listed(names)}."
        raise InvalidInput(f"The views of project {project} have no column {name!r}.{hint}")
    return found


def _hidden(data: Mapping[str, Any], known: Listed) -> Mapping[str, list[str]]:
    """Return the columns that a view hides: by default those that the editor hides."""
    stored = data.get("hiddenColumns")
    if isinstance(stored, Mapping) and stored:
        return stored
    return {
        where: [f"tasks:{wire}" for wire, shown in known.items() if not shown.get(where, True)]
        for where in (EXPLORE, LABELING)
    }


def _listed(context: Context, project: int, *, anew: bool = False) -> Listed:
    """Return the columns of the editor's table, and where each is shown by default."""
    columns = read_columns(context, project, anew=anew)
    return {
        wire: column.get("visibility_defaults") or {}
        for wire, column in columns.items()
        if column.get("target", "tasks") == "tasks" and "children" not in column
    }
