"""Cases: what scripts did with label-studio-sdk below 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

CASES: dict[str, Callable[[Any], Any]] = {}
MEMBERS: dict[str, tuple[str, ...]] = {}  # of the old SDK, by case
RESULT = [
    {
        "from_name": "sentiment",
        "to_name": "text",
        "type": "choices",
        "value": {"choices": ["Positive"]},
    }
]
NEW = {"text": "A new one."}


def case(*members: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Add a case that calls these members."""

    def add(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        CASES[function.__name__] = function
        MEMBERS[function.__name__] = members
        return function

    return add


def failed(call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """Return what kind of error a call raises: the names of its classes, and the status."""
    try:
        return call(*arguments, **named)
    except Exception as error:
        classes = [each.__name__ for each in type(error).__mro__ if each is not object]
        status = getattr(getattr(error, "response", None), "status_code", None)
        return {"raises": classes, "status": status}
