"""Conversion between character offsets in HTML and the XPaths of text nodes that results have.

Offsets are the editor's: it sanitizes the HTML, a browser parses it, and all text nodes of the body
count, including whitespace between tags; <br> counts as one character. The extra
`label-studio-orm[html]` handles any HTML; without it only plain HTML is (see `plain.py`), and
other HTML raises an error.
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Sequence
from types import MappingProxyType
from typing import TypeAlias

from ...errors import InvalidInput
from ..controls import Object
from .browser import missing_parser, nodes_of, parser_of
from .plain import NotPlain, plain_nodes
from .sanitized import sanitized
from .text_nodes import TextNode

End: TypeAlias = tuple[TextNode, int]
DECODED = MappingProxyType({"base64": "latin-1", "base64unicode": "utf-8"})


def html_of(shown: Object, value: str) -> str:
    """Return the HTML that a <HyperText> shows."""
    encoding = DECODED.get(shown.options.get("encoding", "").lower())
    if encoding is None:
        return value
    encoded = "".join(value.split())
    padding = "=" * (-len(encoded) % 4)  # optional for browsers
    try:
        return base64.b64decode(encoded + padding, validate=True).decode(encoding)
    except ValueError as error:
        raise InvalidInput(f"{shown.name!r} must be HTML in base64: {error}.") from None


def is_inline(shown: Object) -> bool:
    """Tell whether HTML is shown in the editor's page instead of a frame."""
    return shown.options.get("inline", "").lower() == "true"


@functools.lru_cache(maxsize=16)  # regions of one task follow each other
def text_nodes(html: str, *, inline: bool = False) -> tuple[TextNode, ...]:
    """Return the text nodes of HTML.

    >>> [(node.path, node.text) for node in text_nodes("<p>One<b>two</b></p>")]
    [('/p[1]/text()[1]', 'One'), ('/p[1]/b[1]/text()[1]', 'two')]
    """
    # As in JSON, the two halves of a surrogate pair are one character.
    html = html.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    tokens = sanitized(html)
    written = "".join(map(str, tokens))
    parser = parser_of(written if inline else written.removeprefix("\ufeff"), inline=inline)
    if parser is not None:
        return tuple(nodes_of(parser, inline=inline))
    try:
        return tuple(plain_nodes(tokens, inline=inline))
    except NotPlain as why:
        raise missing_parser(str(why)) from None


def whole_text(nodes: Sequence[TextNode]) -> str:
    """Return the text of all nodes, with a line break for each <br>."""
    ends = [0, *(node.end for node in nodes)]
    gaps = ("\n" * (node.start - end) for node, end in zip(nodes, ends, strict=False))
    return "".join(gap + node.text for gap, node in zip(gaps, nodes, strict=True))


def ends_of(start: int, end: int, nodes: Sequence[TextNode]) -> tuple[End, End]:
    """Return the text nodes at both ends of a span, each with the offset in it."""
    first = next((node for node in nodes if node.start <= start < node.end), None)
    last = next((node for node in nodes if node.start < end <= node.end), None)
    if first is None or last is None:
        length = nodes[-1].end if nodes else 0
        if max(start, end) > length:
            raise InvalidInput(f"end must be at most {length}, the length of the HTML, not {end}.")
        raise InvalidInput(f"A span must not begin or end with a <br>, as {start} to {end} does.")
    return (first, start - first.start), (last, end - last.start)
