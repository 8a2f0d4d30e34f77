"""Objects that a notebook shows as HTML, and the shell in which that is."""

from __future__ import annotations

import importlib
import sys
from typing import Any, cast

FRONT_END = "label_studio_orm.notebook"  # by name: no layer imports a front end


class Displayed:
    """A base of objects that a notebook shows as HTML; elsewhere, nothing of it is imported."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        """Return HTML of what is loaded, or None for the plain repr; nothing is sent."""
        return cast("str | None", importlib.import_module(FRONT_END).html(self))


def running_shell() -> Any:
    """Return the shell of IPython or Jupyter in which this runs, or None; nothing is imported."""
    ipython = sys.modules.get("IPython")
    return ipython and ipython.get_ipython()
