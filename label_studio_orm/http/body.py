"""Python values as JSON bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ..errors import InvalidInput, shortened

NUL = "\x00"


def to_send(value: Any) -> bytes:
    r"""Encode a value as the JSON of a request: what `to_json` takes, without NUL characters.

    PostgreSQL rejects text with a NUL (as a 500), and on SQLite spans after one are shifted.

    >>> to_send({"text": "a\x00b"})
    Traceback (most recent call last):
    label_studio_orm.errors.InvalidInput: text must not contain NUL (\x00), as after 'a': remove it.
    """
    body = to_json(value)
    if b"\\u0000" in body:  # which a backslash before "u0000" looks like as well
        for where, before in _nuls(json.loads(body), ""):
            raise InvalidInput(
                f"{where or 'It'} must not contain NUL (\\x00), as after {before!r}: remove it."
            )
    return body


def to_json(value: Any) -> bytes:
    """Encode a value as JSON: dates as ISO 8601, decimals and numpy values as plain numbers.

    Raises `InvalidInput` for what JSON cannot say: NaN, infinity, sets, other objects.

    >>> to_json({"text": "naïve", "n": 1})
    b'{"text":"na\\xc3\\xafve","n":1}'
    """
    try:
        return ENCODER.encode(value).encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(f"Cannot be sent: text that is not valid Unicode ({error}).") from None
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInput(f"Cannot be sent as JSON: {error}.{_nan_hint(error)}") from None


def as_json(value: Any) -> Any:
    """Return a value as the server gets it: a date as text, an array as a list."""
    return json.loads(to_json(value))


def _nuls(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Yield where some JSON has a NUL, and what stands before it."""
    if isinstance(value, str) and NUL in value:
        yield where, value.partition(NUL)[0][-20:]
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _nuls(item, f"{where}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            if NUL in key:
                yield f"{where} key {shortened(key, 20)!r}".strip(), key.partition(NUL)[0][-20:]
            yield from _nuls(item, f"{where}.{key}" if where else key)


def _plain(value: Any) -> Any:
    """Turn dates (datetime, pandas) and arrays (numpy) into what JSON has; no import needed."""
    if hasattr(value, "isoformat"):
        return None if value != value else value.isoformat()  # NaT is missing
    if type(value).__name__ == "NAType":  # pandas.NA
        return None
    if isinstance(value, Decimal):
        return int(value) if value.as_tuple().exponent == 0 else float(value)
    plain = _from_numpy(value) if hasattr(value, "tolist") else value
    if type(plain) is type(value):
        raise TypeError(f"a {type(value).__name__} has no JSON form")
    return plain


def _from_numpy(value: Any) -> Any:
    if value.dtype.kind == "M":  # nanoseconds would become a bare number
        value = value.astype("datetime64[us]")
    return value.tolist()


def _nan_hint(error: Exception) -> str:
    return " Use None for a missing value." if "Out of range float" in str(error) else ""


ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
)
