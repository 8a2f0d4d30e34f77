"""Cases: what scripts did with label-studio-sdk below 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Case = Callable[[Any], Any]


class Cases(dict[str, Case]):
    """Cases by name, and the members of the old SDK that they call."""

    def __init__(self) -> None:
        super().__init__()
        self.members: set[str] = set()

    def add(self, *members: str) -> Callable[[Case], Case]:
        """Add a case that calls these members."""

        def add(function: Case) -> Case:
            self[function.__name__] = function
            self.members.update(members)
            return function

        return add


CASES = Cases()
case = CASES.add
RESULT = [
    {
        "from_name": "sentiment",
        "to_name": "text",
        "type": "choices",
        "value": {"choices": ["Positive"]},
    }
]
NEW = {"text": "A new one."}


def failed(call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """Return what kind of error a call raises: the names of its classes, and the status."""
    try:
        return call(*arguments, **named)
    except Exception as error:
        classes = [each.__name__ for each in type(error).__mro__ if each is not object]
        status = getattr(getattr(error, "response", None), "status_code", None)
        return {"raises": classes, "status": status}
