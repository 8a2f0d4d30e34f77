"""Places in HTML: offsets in its text ↔ the paths of text nodes that the editor keeps.

Characters are counted over all text nodes, spaces and line ends between tags included, and <br>
counts as one. HTML that a browser would mend (tags that are not closed, tables without a tbody)
has other paths there: give such spans by `xpaths`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html.parser import HTMLParser

from attrs import define, field, frozen

from ...errors import InvalidInput

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
    | {"track", "wbr"}
)
DEEPEST = 512  # tags within one another, as browsers have it
PAGE = frozenset({"html", "head", "body"})  # what is around the text of a whole page


@frozen
class TextNode:
    """A piece of text between tags, and where it begins in the whole."""

    path: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def text_nodes(html: str) -> list[TextNode]:
    """Return the text nodes of HTML.

    >>> [(node.path, node.text) for node in text_nodes("<p>One<b>two</b></p>")]
    [('/p[1]/text()[1]', 'One'), ('/p[1]/b[1]/text()[1]', 'two')]
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.flush()
    return reader.nodes


def whole_text(nodes: Sequence[TextNode]) -> str:
    """Return the text of all nodes, a <br> between them as a line's end."""
    ends = [0, *(node.end for node in nodes)]
    gaps = ("\n" * (node.start - end) for node, end in zip(nodes, ends, strict=False))
    return "".join(gap + node.text for gap, node in zip(gaps, nodes, strict=True))


def ends_of(
    start: int, end: int, nodes: Sequence[TextNode]
) -> tuple[tuple[str, int], tuple[str, int]]:
    """Return the paths of both ends of a span, each with the offset in its node."""
    first = next((node for node in nodes if node.start <= start < node.end), None)
    last = next((node for node in nodes if node.start < end <= node.end), None)
    if first is None or last is None:
        length = nodes[-1].end if nodes else 0
        raise InvalidInput(f"There is no text from {start} to {end}: it has {length} characters.")
    return (first.path, start - first.start), (last.path, end - last.start)


@define(eq=False)
class _Reader(HTMLParser):
    """Walks through HTML and counts what it meets."""

    nodes: list[TextNode] = field(factory=list)
    _open: list[str] = field(factory=list)
    _counts: list[Counter[str]] = field(factory=lambda: [Counter()])
    _text: str = ""
    _at: int = 0
    _in_head: bool = False

    def __attrs_post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.flush()
        self._in_head = self._in_head or tag == "head"
        if tag in PAGE:
            return
        self._counts[-1][tag] += 1
        if tag == "br":
            self._at += 1
        if len(self._open) >= DEEPEST:
            raise InvalidInput(f"The HTML nests more than {DEEPEST} tags.")
        if tag not in VOID:
            self._open.append(f"{tag}[{self._counts[-1][tag]}]")
            self._counts.append(Counter())

    def handle_endtag(self, tag: str) -> None:
        self.flush()
        self._in_head = self._in_head and tag != "head"
        names = [step.partition("[")[0] for step in self._open]
        if tag in names:
            depth = len(names) - 1 - names[::-1].index(tag)
            del self._open[depth:], self._counts[depth + 1 :]

    def handle_data(self, data: str) -> None:
        self._text += data

    def flush(self) -> None:
        """End a text node, if there is one; paths and offsets begin in the body of a page."""
        if self._in_head:
            self._text = ""
        if self._text:
            self._counts[-1]["text()"] += 1
            path = "/".join(["", *self._open, f"text()[{self._counts[-1]['text()']}]"])
            self.nodes.append(TextNode(path, self._text, self._at))
            self._at += len(self._text)
            self._text = ""
