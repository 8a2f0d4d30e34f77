"""Completion and tooltips in notebooks: of what is loaded. They send no request.

IPython looks at attributes to complete what follows them: `task.data["…` reads `task.data`.
A tooltip reads them, too, and the length.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import MethodType
from typing import Any

from ..errors import FieldMissing

INSPECTORS = ("IPython.core.completer", "IPython.core.oinspect")  # modules
FINDER = ("IPython.core.interactiveshell", "_ofind")  # a module that also runs cells


class unlisted:
    """A `__getattr__` that the class itself does not show.

    IPython reads no attributes of an object whose class has a `__getattr__`, as that may do
    anything. Ours only raises the error for an unknown name.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __get__(self, instance: Any, owner: type) -> Any:
        return None if instance is None else MethodType(self._function, instance)


def refuse_inspection(what: object) -> None:
    """Raise `FieldMissing` if IPython only looks at a record or query; then nothing is sent.

    Call it only before a request: it looks at the whole stack.
    """
    frame = sys._getframe(1) if "IPython" in sys.modules else None
    while frame is not None:
        module, function = frame.f_globals.get("__name__"), frame.f_code.co_name
        if module in INSPECTORS or (module, function) == FINDER:
            raise FieldMissing(f"{what!r} is not loaded, and completion sends no request.")
        frame = frame.f_back
