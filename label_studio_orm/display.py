"""Objects that a notebook shows as HTML."""

from __future__ import annotations

import importlib
from typing import Any, cast

from .errors import InvalidInput

FRONT_END = "label_studio_orm.notebook"  # by name: no layer imports a front end


class Displayed:
    """A base of objects that a notebook shows as HTML; elsewhere, nothing of it is imported."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        """Return HTML of what is loaded, or None for the plain repr; nothing is sent."""
        return cast("str | None", importlib.import_module(FRONT_END).html(self))


class Frame(Displayed):
    """A page of the server that a notebook shows in a frame; elsewhere, its address."""

    __slots__ = ("height", "title", "url")

    def __init__(self, url: str, *, title: str, height: int) -> None:
        self.url, self.title, self.height = url, title, height

    def __repr__(self) -> str:
        return f"<{self.title}: {self.url}>"


def checked_height(height: Any) -> int:
    """Return the height of a frame in pixels, or raise `InvalidInput`."""
    if type(height) is not int or not 100 <= height <= 10_000:
        raise InvalidInput(f"height must be 100 to 10000 pixels, not {height!r}.")
    return height
