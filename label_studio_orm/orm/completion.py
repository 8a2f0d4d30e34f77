"""Completion in notebooks: attributes and keys of what is loaded. It sends no request.

IPython looks at attributes to complete what follows them: `task.data["…` reads `task.data`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import MethodType
from typing import Any

COMPLETER = "IPython.core.completer"  # a module


class unlisted:
    """A `__getattr__` that the class itself does not show.

    IPython reads no attributes of an object whose class has a `__getattr__`, as that may do
    anything. Ours only raises the error for an unknown name.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __get__(self, instance: Any, owner: type) -> Any:
        return None if instance is None else MethodType(self._function, instance)


def is_completing() -> bool:
    """Tell whether this is called to complete code, which must send nothing.

    Ask only before a request: it looks at the whole stack.
    """
    frame = sys._getframe(1) if COMPLETER in sys.modules else None
    while frame is not None and frame.f_globals.get("__name__") != COMPLETER:
        frame = frame.f_back
    return frame is not None
