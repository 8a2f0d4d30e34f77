"""Texts and HTML with their spans coloured; HTML is shown as plain text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from ...errors import LabelStudioError
from ...labeling.html.element_kinds import BLOCKS, PARENTS
from ...labeling.html.hypertext import html_of, is_inline, text_nodes, whole_text
from ...labeling.html.text_nodes import TextNode
from ...labeling.results.region import Region
from ...labeling.results.spans import Span
from ...labeling.results.texts import is_url
from ..cells import note
from ..markup import Html, tag
from .marks import Mark, marked
from .parts import LONG, shortened
from .scene import Scene, Shown


def draw_text(shown: Shown, regions: Sequence[Region], scene: Scene) -> Html | None:
    """Return a text with its spans."""
    if shown.value is None or is_url(shown.object):
        return None
    spans = ((region, region.shape) for region in regions)
    marks = [
        Mark.of(region, span.start, span.end, scene.palette.of(region))
        for region, span in spans
        if isinstance(span, Span) and span.start is not None and span.end is not None
    ]
    text = str(shown.value)
    if not marks and len(text) <= LONG:
        return None  # it stands among the data
    return tag("div", marked(text, marks), class_="lso-text")


def draw_html(shown: Shown, regions: Sequence[Region], scene: Scene) -> Html | None:
    """Return the text of HTML with its spans."""
    if not isinstance(shown.value, str) or is_url(shown.object):
        return None
    try:
        html = html_of(shown.object, shown.value)
        nodes = text_nodes(html, inline=is_inline(shown.object))
    except LabelStudioError as error:
        return note(shortened(error))
    breaks = list(_breaks(nodes))
    marks = _html_marks(nodes, breaks, regions, scene)
    return tag("div", marked(_broken(whole_text(nodes), breaks), marks), class_="lso-text lso-html")


def _html_marks(
    nodes: Sequence[TextNode], breaks: Sequence[int], regions: Sequence[Region], scene: Scene
) -> Iterator[Mark]:
    """Yield the marks of regions in a text with line breaks added."""
    by_path = {node.path: node for node in nodes}
    for region in regions:
        ends = _ends(region.shape, by_path)
        if ends is not None:
            start, end = (
                ends[0] + bisect_right(breaks, ends[0]),
                ends[1] + bisect_left(breaks, ends[1]),
            )
            yield Mark.of(region, start, end, scene.palette.of(region))


def _ends(span: Any, by_path: Mapping[str, TextNode]) -> tuple[int, int] | None:
    """Return the offsets of a span in the whole text, also if it has only those in its nodes."""
    if not isinstance(span, Span):
        return None
    if span.start is not None and span.end is not None:
        return span.start, span.end
    ends = [(by_path.get(path), units) for path, units in span.xpaths or ()]
    offsets = [
        node.start + from_utf16(node.text, units) for node, units in ends if node is not None
    ]
    return (offsets[0], offsets[1]) if len(offsets) == 2 else None


def from_utf16(text: str, units: int) -> int:
    """Return an offset in characters from one in UTF-16, as JavaScript counts.

    >>> from_utf16("😀 yes", 3)
    2
    """
    before = text[:units].encode("utf-16-le", "surrogatepass")[: 2 * units]
    return len(before.decode("utf-16-le", "ignore"))


def _breaks(nodes: Sequence[TextNode]) -> Iterator[int]:
    """Yield the offsets at which a block begins, such as a paragraph or an item of a list."""
    for node, following in pairwise(nodes):
        if _block_of(node) != _block_of(following) and not node.text.endswith("\n"):
            yield following.start


def _block_of(node: TextNode) -> str:
    """Return the path of the block that a text node is in."""
    steps = node.path.split("/")[:-1]
    while steps and not _is_block(steps[-1].partition("[")[0]):
        steps.pop()
    return "/".join(steps)


def _is_block(name: str) -> bool:
    return name in BLOCKS or name in PARENTS


def _broken(text: str, breaks: Sequence[int]) -> str:
    """Return a text with line breaks at some offsets."""
    return "\n".join(text[start:end] for start, end in pairwise([0, *breaks, len(text)]))
