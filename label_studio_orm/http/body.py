"""Python values as JSON bytes."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from ..errors import InvalidInput


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


def _plain(value: Any) -> Any:
    """Turn dates (datetime, pandas) and arrays (numpy) into what JSON has; no import needed."""
    if hasattr(value, "isoformat"):
        return None if value != value else value.isoformat()  # NaT is missing
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
