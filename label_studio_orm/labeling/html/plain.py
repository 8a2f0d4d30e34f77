"""Plain HTML: markup that browsers parse as written, so that no browser-grade parser is needed.

Each element is closed and in a place that the HTML standard allows: no block in a paragraph, no
link in a link, items in their list, tables with <tbody>. In any other HTML a browser moves, adds or
drops elements; this module does not guess how.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from attrs import define, field

from .element_kinds import (
    BLOCKS,
    IN_HEAD,
    IN_TABLES,
    INLINE_ONLY,
    LEAVES,
    PARENTS,
    PHRASING,
    SPACE,
    WITHOUT_END,
)
from .text_nodes import Collector, TextNode
from .tokens import End, Start, Text, Token


class NotPlain(Exception):
    """HTML that a browser does not parse as written; the message says why."""


def plain_nodes(tokens: Sequence[Token], *, inline: bool) -> list[TextNode]:
    """Return the text nodes of plain HTML; raise `NotPlain` for any other."""
    tokens = list(_joined(tokens))
    collector = Collector()
    _Body(collector).read(tokens if inline else _body_of(tokens))
    return collector.nodes


def _joined(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield tokens with adjacent texts joined, without </wbr>; CR and CRLF become line feeds."""
    texts: list[Text] = []
    for token in (*tokens, None):
        if isinstance(token, Text):
            texts.append(token)
            continue
        if texts:
            text = "".join(each.text for each in texts)
            yield Text(text.replace("\r\n", "\n").replace("\r", "\n"), texts[0].raw)
            texts = []
        if token is not None and token != End("wbr"):
            yield token


# -- the body of a page --------------------------------------------------------------------------


def _body_of(tokens: list[Token]) -> list[Token]:
    """Return the content of the body, without whitespace before it."""
    if tokens and isinstance(tokens[0], Text):
        tokens[0] = Text(tokens[0].text.removeprefix("\ufeff"), tokens[0].raw)
    at = _skip(tokens, _spaces(tokens, 0), Start, "html")
    at = _head(tokens, _spaces(tokens, at))
    if _is(tokens, at, Start, "body"):
        return _whole(tokens, at + 1)
    if at < len(tokens) and getattr(tokens[at], "name", "") in IN_HEAD:
        raise NotPlain("elements of its head come after the head")
    return _trimmed(_whole(tokens, at))


def _head(tokens: list[Token], at: int) -> int:
    """Return the index after the head, whose tags are optional."""
    explicit = _is(tokens, at, Start, "head")
    at = _spaces(tokens, at + explicit)
    while at < len(tokens) and getattr(tokens[at], "name", "") in IN_HEAD:
        at = _spaces(tokens, _after(tokens, at))
    if explicit and not _is(tokens, at, End, "head"):
        raise NotPlain("its head has tags other than title, style, link and meta")
    return _spaces(tokens, at + explicit)


def _after(tokens: list[Token], at: int) -> int:
    """Return the index after an element of the head, which contains text at most."""
    name = getattr(tokens[at], "name", "")
    if name in WITHOUT_END:
        return at + 1
    text = at + 1 < len(tokens) and isinstance(tokens[at + 1], Text)
    if not _is(tokens, at + 1 + text, End, name) or _ends_style(tokens[at + 1]):
        raise NotPlain(f"<{name}> contains more than text")
    return at + 2 + text


def _whole(tokens: list[Token], at: int) -> list[Token]:
    """Return the rest without </body> and </html>; whitespace after them belongs to the body."""
    found = tokens[at:]
    rest: list[Token] = []
    while found and (_spaces(found, len(found) - 1) == len(found) or _ends_page(found[-1])):
        rest.insert(0, found.pop())
    return [*found, *(token for token in rest if isinstance(token, Text))]


def _ends_style(token: Token) -> bool:
    """Tell whether a style ends earlier for a browser than for the editor."""
    return isinstance(token, Text) and token.raw and "</style" in token.text.lower()


def _ends_page(token: Token) -> bool:
    return isinstance(token, End) and token.name in ("body", "html")


def _trimmed(tokens: list[Token]) -> list[Token]:
    """Return tokens without leading whitespace."""
    if tokens and isinstance(tokens[0], Text):
        text = tokens[0].text.lstrip(SPACE)
        return [Text(text), *tokens[1:]] if text else tokens[1:]
    return tokens


def _is(tokens: Sequence[Token], at: int, kind: type[Token], name: str) -> bool:
    return at < len(tokens) and isinstance(tokens[at], kind) and tokens[at][0] == name


def _skip(tokens: list[Token], at: int, kind: type[Token], name: str) -> int:
    return at + _is(tokens, at, kind, name)


def _spaces(tokens: Sequence[Token], at: int) -> int:
    """Return the index after a whitespace-only text, if there is one."""
    if at >= len(tokens):
        return at
    token = tokens[at]
    return at + (isinstance(token, Text) and not token.text.strip(SPACE))


# -- the body ------------------------------------------------------------------------------------


@define(eq=False)
class _Body:
    """Reads the content of a body; raises for what a browser would change."""

    collector: Collector
    _open: list[str] = field(factory=list)
    _counts: Counter[str] = field(factory=Counter)

    def read(self, tokens: Sequence[Token]) -> None:
        in_pre = False  # its first line break is dropped
        for token in tokens:
            if isinstance(token, Start):
                self._start(token.name)
            elif isinstance(token, End):
                self._end(token.name)
            else:
                self._text(token.text.removeprefix("\n") if in_pre else token.text)
            in_pre = isinstance(token, Start) and token.name == "pre"

    def _start(self, name: str) -> None:
        parent = self._open[-1] if self._open else ""
        inline = name in PHRASING or name in LEAVES or name == "style"
        if not inline and name not in BLOCKS and name not in PARENTS:
            raise NotPlain(f"it contains <{name}>")
        misplaced = parent not in PARENTS.get(name, {parent}) or (
            name not in PARENTS and parent in IN_TABLES
        )
        nested = (name == "a" and self._counts["a"]) or (
            not inline and any(self._counts[each] for each in INLINE_ONLY)
        )
        if misplaced or nested or parent == "style":
            raise NotPlain(f"browsers move <{name}> from where it is")
        self.collector.enter(name)
        if name in LEAVES or name == "hr":
            self.collector.leave()
        else:
            self._open.append(name)
            self._counts[name] += 1

    def _end(self, name: str) -> None:
        if not self._open or self._open.pop() != name:
            raise NotPlain(f"</{name}> is misplaced")
        self._counts[name] -= 1
        self.collector.leave()

    def _text(self, text: str) -> None:
        parent = self._open[-1] if self._open else ""
        if "\0" in text or (parent == "style" and _ends_style(Text(text, raw=True))):
            raise NotPlain("it contains characters that browsers drop")
        if parent in IN_TABLES and text.strip(SPACE):
            raise NotPlain("a table contains text outside its cells")
        if text:
            self.collector.add(text)
