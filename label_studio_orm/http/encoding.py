"""JSON encoding of request bodies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ..errors import InvalidInput
from ..secret import Secret
from ..text import shown
from .decoding import decoded_or

NUL = re.compile("\x00")
SURROGATE = re.compile("[\ud800-\udfff]")


def request_json(value: Any) -> bytes:
    r"""Encode a value as the JSON of a request; refuse NUL characters.

    PostgreSQL cannot store them, and on SQLite they shift the spans that follow.

    >>> request_json({"text": "a\x00b"})
    Traceback (most recent call last):
    label_studio_orm.errors.InvalidInput: text must not contain NUL (\x00), ...
    """
    body = to_json(value)
    if b"\\u0000" in body:  # maybe an escaped backslash before "u0000"
        _refuse_nuls(json.loads(body))
    return body


def checked_params(params: Mapping[str, Any]) -> None:
    r"""Refuse NUL characters in query parameters, some of which are JSON (filters)."""
    for name, value in params.items():
        _refuse_nuls(value, name)
        if isinstance(value, str) and value[:1] in ("{", "[") and "\\u0000" in value:
            _refuse_nuls(decoded_or(value, value), name)


def to_json(value: Any) -> bytes:
    """Encode a value as JSON: dates as ISO 8601, decimals and numpy values as plain numbers.

    Raises `InvalidInput` for values that JSON does not have: NaN, infinity, sets, other objects.

    >>> to_json({"text": "naïve", "n": 1})
    b'{"text":"na\\xc3\\xafve","n":1}'
    """
    try:
        return ENCODER.encode(value).encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(
            f"{_surrogate_in(value)} cannot be sent: it is not valid Unicode ({error.reason})."
        ) from None
    except RecursionError:
        raise InvalidInput("Cannot be sent as JSON: it is nested too deeply.") from None
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"Cannot be sent as JSON: {error}.{_nan_hint(error)}") from None


def as_json(value: Any) -> Any:
    """Return a value as the server receives it: a date as text, an array as a list."""
    return json.loads(to_json(value))


def _surrogate_in(value: Any) -> str:
    """Return the path to a lone surrogate."""
    found = next(_occurrences(json.loads(ENCODER.encode(value)), SURROGATE, ""), ("It", ""))
    return found[0] or "It"


def _refuse_nuls(value: Any, name: str = "") -> None:
    for where, before in _occurrences(value, NUL, name):
        raise InvalidInput(
            f"{where or 'It'} must not contain NUL (\\x00), as after {before!r}: "
            "remove it, as PostgreSQL cannot store it."
        )


def _occurrences(value: Any, pattern: re.Pattern[str], where: str) -> Iterator[tuple[str, str]]:
    """Yield the path to each text that matches a pattern, and the characters before the match."""
    if isinstance(value, str):
        if found := pattern.search(value):
            yield where, value[: found.start()][-20:]
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _occurrences(item, pattern, f"{where}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            for _, before in _occurrences(key, pattern, ""):
                yield f"{where} key {shown(key, 20)!r}".strip(), before
            yield from _occurrences(item, pattern, f"{where}.{key}" if where else key)


def _plain(value: Any) -> Any:
    """Convert dates (datetime, pandas) and arrays (numpy) to JSON types, without their imports."""
    if isinstance(value, Secret):
        return value.reveal()
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
