"""The scalars in JSON, without recursion: a server may send more levels than Python allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def leaves(value: Any) -> Iterator[Any]:
    """Yield all in JSON that is no list and no object, in no particular order.

    >>> sorted(leaves({"a": [1, {"b": 2}], "c": 3}))
    [1, 2, 3]
    """
    parts = [value]
    while parts:
        part = parts.pop()
        if isinstance(part, dict):
            parts.extend(part.values())
        elif isinstance(part, (list, tuple)):
            parts.extend(part)
        else:
            yield part


def with_leaves(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return a copy of JSON with what `change` makes of all that is no list and no object.

    >>> with_leaves({"a": [1, {"b": 2}]}, lambda leaf: leaf * 10)
    {'a': [10, {'b': 20}]}
    """
    top = [value]
    parts: list[Any] = [top]  # copies, whose items are still those of the original
    while parts:
        part = parts.pop()
        for key, item in part.items() if isinstance(part, dict) else enumerate(part):
            if isinstance(item, dict):
                part[key] = {str(name): inner for name, inner in item.items()}
            elif isinstance(item, (list, tuple)):
                part[key] = [*item]
            else:
                part[key] = change(item)
                continue
            parts.append(part[key])
    return top[0]
