"""What a score of a prediction may be."""

from __future__ import annotations

from typing import Any


def score_problem(value: Any) -> str | None:
    """Return what is wrong with a score, or None.

    The server's bulk endpoint refuses more than 1, the others store it, and filters compare it
    with the scores of all other predictions.
    """
    if value is None:
        return None
    try:
        good = not isinstance(value, (bool, str)) and 0 <= float(value) <= 1
    except (TypeError, ValueError):
        good = False
    return None if good else f"must be between 0 and 1, not {value!r}"
