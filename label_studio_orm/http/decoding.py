"""JSON that others wrote, decoded."""

from __future__ import annotations

import json
import sys
from typing import Any

from ..errors import LimitExceeded
from ..limits import Limits
from .json_depth import Nesting, too_deep, too_many_digits

DEFAULT = Limits()
PYTHON_STOPS = sys.version_info < (3, 12)  # at the recursion limit; newer ones at ten times of it


def decoded(text: bytes | str, limits: Limits = DEFAULT) -> Any:
    """Decode JSON; raise `LimitExceeded` for too many levels or digits, ValueError for no JSON.

    >>> decoded("[" * 100_000)
    Traceback (most recent call last):
    label_studio_orm.errors.LimitExceeded: JSON from the server or a file is nested deeper than ...
    """
    _check_levels(text, limits.levels)
    try:
        return json.loads(text)
    except RecursionError:
        raise too_deep(min(limits.levels, sys.getrecursionlimit())) from None
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise
    except ValueError:  # of a whole number that is too long
        raise too_many_digits() from None


def decoded_or(default: Any, text: bytes | str, limits: Limits = DEFAULT) -> Any:
    """Decode JSON where it does not matter why it cannot be decoded."""
    try:
        return decoded(text, limits)
    except (ValueError, LimitExceeded):
        return default


def _check_levels(text: bytes | str, levels: float) -> None:
    """Count the levels where Python would not, which takes half as long as to decode them."""
    if PYTHON_STOPS and levels >= sys.getrecursionlimit():
        return
    body = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    if body.count(b"[") + body.count(b"{") > levels:
        Nesting(levels).take(body)
