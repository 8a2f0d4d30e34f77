"""Three-way merge of objects: as read, as changed by the user, as on the server now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import Conflict
from .tracked import MISSING, equal, equal_when_stored, same


def merged(name: str, was: Any, mine: Any, theirs: Any) -> Any:
    """Apply the user's changes to the current value; raise `Conflict` if both changed a key.

    >>> merged("data", {"a": 1}, {"a": 1, "b": 2}, {"a": 1, "c": 3})
    {'a': 1, 'c': 3, 'b': 2}
    """
    if equal_when_stored(theirs, was) or same(mine, theirs):
        return mine
    was, theirs = {} if was is None else was, {} if theirs is None else theirs
    if not all(isinstance(each, dict) for each in (was, mine, theirs)):
        raise Conflict(_both(name, was, theirs, mine))
    result = dict(theirs)
    for key in [*mine, *(key for key in was if key not in mine)]:
        _apply(f"{name}[{key!r}]", key, was, mine, result)
    return result


def _apply(
    name: str, key: str, was: Mapping[str, Any], mine: Mapping[str, Any], result: dict[str, Any]
) -> None:
    """Put the user's change of a key into the result."""
    before, own, now = (each.get(key, MISSING) for each in (was, mine, result))
    if equal(own, before) or equal(own, now):
        return
    if not equal_when_stored(now, before):
        raise Conflict(_both(name, before, now, own))
    if own is MISSING:
        del result[key]
    else:
        result[key] = own


def _both(name: str, was: Any, theirs: Any, mine: Any) -> str:
    was, theirs, mine = ("nothing" if v is MISSING else repr(v)[:80] for v in (was, theirs, mine))
    return f"{name} was {was} when read, is {theirs} on the server now, and you set it to {mine}"
