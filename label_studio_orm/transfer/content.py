"""Digests of files, and of JSON however the server's database writes it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from ..orm.tracked import with_stored_numbers


def md5_of(blocks: Iterable[bytes]) -> str:
    """Return the md5 of a file in blocks, as the server computes it."""
    found = hashlib.md5(usedforsecurity=False)
    for block in blocks:
        found.update(block)
    return found.hexdigest()


def digest(value: Any) -> bytes:
    """Return a short text that is the same for the same JSON.

    >>> digest({"a": 1, "b": [2.0]}) == digest({"b": [2], "a": 1.0})
    True
    """
    text = json.dumps(value, default=str)
    # The parser goes as deep as the server does; recursion in Python would not.
    text = json.dumps(json.loads(text, parse_float=_number), sort_keys=True)
    return hashlib.sha1(text.encode(), usedforsecurity=False).digest()


def _number(text: str) -> Any:
    """Read a number as databases give it back."""
    return with_stored_numbers(float(text))
