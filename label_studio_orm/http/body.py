"""Python values as JSON bytes."""

from __future__ import annotations

import json
from typing import Any

from ..errors import InvalidInput


def to_json(value: Any) -> bytes:
    """Encode a value as JSON, with dates as ISO 8601 and numpy values as plain ones.

    Raises `InvalidInput` for what JSON cannot say: NaN, infinity, sets, other objects.

    >>> to_json({"text": "naïve", "n": 1})
    b'{"text":"na\\xc3\\xafve","n":1}'
    """
    try:
        text = json.dumps(
            value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
        )
        return text.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(f"Cannot be sent: text that is not valid Unicode ({error}).") from None
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInput(f"Cannot be sent as JSON: {error}.{_nan_hint(error)}") from None


def _plain(value: Any) -> Any:
    """Turn dates (datetime, pandas) and arrays (numpy) into what JSON has; no import needed."""
    for name in ("isoformat", "tolist"):
        convert = getattr(value, name, None)
        if callable(convert):
            return convert()
    raise TypeError(f"a {type(value).__name__} has no JSON form")


def _nan_hint(error: Exception) -> str:
    return " Use None for a missing value." if "Out of range float" in str(error) else ""
