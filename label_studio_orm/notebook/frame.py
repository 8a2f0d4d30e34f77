"""Pages of the server in a frame, with a link for browsers that show none."""

from __future__ import annotations

from ..records.editor_frame import Frame
from . import body_of
from .markup import Html, joined, link, safe_url, tag


@body_of.register
def draw_frame(frame: Frame) -> Html:
    """Return a link and a frame."""
    opened = tag("div", link(f"{frame.title} in Label Studio", frame.url), class_="lso-heading")
    style = f"height:{frame.height}px"
    source = safe_url(frame.url)
    return joined([opened, None if source is None else tag("iframe", src=source, style=style)])
