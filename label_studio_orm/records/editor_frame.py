"""The editor of a task, in a frame."""

from __future__ import annotations

from ..display import Displayed
from ..errors import InvalidInput


class Frame(Displayed):
    """A page of the server that a notebook shows in a frame; elsewhere, its address."""

    __slots__ = ("height", "title", "url")

    def __init__(self, url: str, *, title: str, height: int) -> None:
        self.url, self.title, self.height = url, title, height

    def __repr__(self) -> str:
        return f"<{self.title}: {self.url}>"


def editor_frame(url: str, *, title: str, height: int) -> Frame:
    """Return a frame, or raise `InvalidInput` for a height that is not in pixels."""
    if type(height) is not int or not 100 <= height <= 10_000:
        raise InvalidInput(f"height must be 100 to 10000 pixels, not {height!r}.")
    return Frame(url, title=title, height=height)
