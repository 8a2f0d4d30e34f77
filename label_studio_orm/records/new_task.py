"""The fields of a new task, whose data is given as a dict or as keywords."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput, UnknownName, nearest

if TYPE_CHECKING:
    from .task import Task


def new_task(
    model: type[Task], data: Mapping[str, Any] | None, given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the fields of a new task; without `data`, keywords that are no field are its data."""
    keys = {name: value for name, value in given.items() if name not in model.writable()}
    for name in keys:
        _check_key(model, name, alone=data is None)
    own = {each.key: each.dump(given[n]) for n, each in model.data_fields.items() if n in given}
    first = {**keys, **(data or {})}
    for key in own.keys() & first.keys():
        raise InvalidInput(f"The data of a task must have each key once: {key!r} is given twice.")
    fields = {name: value for name, value in given.items() if name in model.fields}
    return {"data": {**first, **own}, **fields}


def _check_key(model: type[Task], name: str, *, alone: bool) -> None:
    """Refuse a keyword that is no field, unless it can only be meant as a key of the data."""
    hint = nearest(name, model.writable())
    if hint or not alone or name in model.fields:
        raise UnknownName(
            f"{model.__name__} has no {name!r}.{hint} A key of the data of that name must be in "
            f"the dict: create({{{name!r}: …}})."
        )
