"""Tracked values: what the user may change in place, and how it was when it was read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

from attrs import define

from .leaves import with_leaves


class Missing(Enum):
    """Neither a value nor null: not sent. An enum, as a member stays the same when pickled."""

    MISSING = "missing"


MISSING: Any = Missing.MISSING


@define
class TrackedValue:
    """A value that the user holds. `origin` is the server's value when it was read.

    A value that the user set has no origin: it is compared with what the server has now.
    """

    value: Any
    origin: Any = MISSING

    def follow(self, raw: Any, fresh: Any, sent: Any = MISSING) -> bool:
        """Take over the server's newer value, inside the object that the user was handed.

        False where that cannot be: the value is not to be held any longer. What was changed since
        it was `sent` stays.
        """
        if self.origin is MISSING:
            return False  # an object of the user's own is not ours to change
        if isinstance(self.value, dict) and isinstance(fresh, dict):
            _bring_up_to_date(self.value, self.value if sent is MISSING else sent, fresh)
        elif isinstance(self.value, list) and isinstance(fresh, list):
            self.value[:] = fresh
        else:
            return False
        self.origin = raw
        return True

    def rebase(self, now: Any, sent: Any, result: Any) -> None:
        """Merge the changes of others; the user's own remain unsaved changes."""
        if self.origin is MISSING:
            self.value = result  # an object of the user's own is not ours to change
            return
        if isinstance(self.value, dict) and isinstance(result, dict):
            _bring_up_to_date(self.value, sent, result)
        self.origin = now


NESTING = (dict, list)


def copied(value: Any) -> Any:
    """Return a copy of JSON, however deep, of which nothing is shared but what cannot change."""
    copy = _shallow(value)
    todo = [copy]
    while todo:
        holder = todo.pop()
        if not isinstance(holder, NESTING):
            continue
        for key, inner in holder.items() if isinstance(holder, dict) else enumerate(holder):
            if isinstance(inner, NESTING):
                holder[key] = _shallow(inner)
                todo.append(holder[key])
    return copy


def _shallow(value: Any) -> Any:
    """Return a plain dict or list of the same items."""
    if isinstance(value, dict):
        return dict(value)
    return list(value) if isinstance(value, list) else value


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same JSON: 1, 1.0 and True are three things there.

    >>> same((1, 2), [1, 2]), same({"n": 1}, {"n": True})
    (True, False)
    """
    try:
        return one is other or _canonical(one) == _canonical(other)
    except (TypeError, ValueError, RecursionError):
        return False  # no JSON: that is for sending to complain of


def equal_when_stored(one: Any, other: Any) -> bool:
    """Tell whether two values are equal once a database has stored their numbers.

    >>> equal_when_stored({"n": [-0.0, 1e22]}, {"n": [0, 10**22]}), equal_when_stored(1, True)
    (True, False)
    """
    return equal(with_stored_numbers(one), with_stored_numbers(other))


def with_stored_numbers(value: Any) -> Any:
    """Return JSON with whole floats as integers, as PostgreSQL gives them back.

    It stores -0.0 as 0, and 1.5e25 as an integer with all its digits.
    """
    return with_leaves(value, _stored)


def _stored(number: Any) -> Any:
    whole = isinstance(number, float) and number.is_integer()
    return int(Decimal(repr(number))) if whole else number


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=repr)


def equal(one: Any, other: Any) -> bool:
    """Tell whether two values are equal as JSON; both may be missing."""
    if one is MISSING or other is MISSING:
        return one is other
    return same(one, other)


def _bring_up_to_date(value: dict[str, Any], sent: Any, fresh: Mapping[str, Any]) -> None:
    """Update the user's object in place, except for changes made since it was sent.

    Key by key, because other threads may use it.
    """
    sent = sent if isinstance(sent, dict) else {}
    for key in {**sent, **fresh}:
        before, own = sent.get(key, MISSING), value.get(key, MISSING)
        if not equal(own, before):
            continue
        if key in fresh:
            value[key] = fresh[key]
        else:
            value.pop(key, None)
