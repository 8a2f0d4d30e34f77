"""What tells contents apart, however the server's database writes JSON."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def digest(value: Any) -> bytes:
    """Return a short text that is the same for the same JSON.

    >>> digest({"a": 1, "b": [2.0]}) == digest({"b": [2], "a": 1.0})
    True
    """
    text = json.dumps(_normal(value), sort_keys=True, default=str)
    return hashlib.sha1(text.encode(), usedforsecurity=False).digest()


def _normal(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _normal(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_normal(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
