"""Decoding of untrusted JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

from ..errors import LimitExceeded
from ..limits import Limits
from .json_depth import DepthCounter, too_deep, too_many_digits

DEFAULT_LIMITS = Limits()
PYTHON_CHECKS_DEPTH = sys.version_info < (3, 12)  # newer ones stop at ten times that depth


def decoded(text: bytes | str, limits: Limits = DEFAULT_LIMITS) -> Any:
    """Decode JSON; raise `LimitExceeded` for too many levels or digits, ValueError if invalid.

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
    except ValueError:  # an integer with too many digits
        raise too_many_digits() from None


def decoded_or(default: Any, text: bytes | str, limits: Limits = DEFAULT_LIMITS) -> Any:
    """Decode JSON, or return a default if it cannot be decoded."""
    try:
        return decoded(text, limits)
    except (ValueError, LimitExceeded):
        return default


def _check_levels(text: bytes | str, levels: float) -> None:
    """Check the depth where Python would not; this takes half as long as decoding."""
    if PYTHON_CHECKS_DEPTH and levels >= sys.getrecursionlimit():
        return
    body = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    if body.count(b"[") + body.count(b"{") > levels:
        DepthCounter(levels).feed(body)
