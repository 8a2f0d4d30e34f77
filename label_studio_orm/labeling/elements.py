"""Safe parsing of XML into elements with line numbers: expands no entities, reads no files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers import expat

from attrs import define, field, frozen

from ..errors import InvalidConfig
from .tags import DEEPEST


@frozen
class Element:
    """A tag: its attributes as written, its children, its text.

    `span` has the byte offsets, in UTF-8, of its start tag and its end tag (or the end of an empty
    tag).
    """

    tag: str
    attrs: Mapping[str, str]
    children: tuple[Element, ...] = ()
    text: str = ""
    line: int = field(default=0, eq=False)
    span: tuple[int, int] = field(default=(0, 0), eq=False, repr=False)

    def walk(self) -> Iterator[Element]:
        """Yield this element and its descendants, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()

    def __hash__(self) -> int:
        return hash((self.tag, frozenset(self.attrs.items()), self.children, self.text))

    @property
    def kind(self) -> str:
        """The tag in lower case: the editor ignores case."""
        return self.tag.lower()

    def options(self) -> dict[str, str]:
        """Return the attributes by lower-case name; text in the element is its value."""
        found = {name.lower(): value for name, value in self.attrs.items()}
        if self.text and (not self.children or self.kind == "hypertext"):
            found["value"] = self.text
        return found


def parse(xml: str) -> Element:
    """Parse XML, or raise `InvalidConfig` with line and column.

    >>> parse("<View><Text name='t' value='$t'/></View>").children[0].attrs["name"]
    't'
    """
    if not isinstance(xml, str):
        raise InvalidConfig(f"A labeling config must be XML, a str, not a {type(xml).__name__}.")
    if not xml.strip():
        raise InvalidConfig("A labeling config must not be empty: the smallest is <View></View>.")
    reader = _Reader()
    try:
        reader.parser.Parse(xml, True)
    except (expat.ExpatError, UnicodeEncodeError) as error:
        raise InvalidConfig(f"The labeling config is not valid XML: {error}.") from None
    finally:
        reader.close()
    return reader.root


@define(eq=False)
class _Reader:
    """Builds elements from the parser's events."""

    parser: Any = field(factory=lambda: expat.ParserCreate("utf-8"))
    open: list[tuple[str, dict[str, str], int, int, list[Element], list[str]]] = field(factory=list)
    done: list[Element] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    @property
    def root(self) -> Element:
        return self.done[0]

    def close(self) -> None:
        """Break the reference cycle with the parser."""
        self.parser = None

    def _doctype(self, *_: Any) -> None:
        raise InvalidConfig(
            f"Line {self.parser.CurrentLineNumber}: a labeling config must not declare a DOCTYPE; "
            "entities are not expanded."
        )

    def _start(self, tag: str, attrs: dict[str, str]) -> None:
        if len(self.open) >= DEEPEST:
            raise InvalidConfig(f"The labeling config must not nest more than {DEEPEST} tags.")
        at = self.parser
        self.open.append((tag, attrs, at.CurrentLineNumber, at.CurrentByteIndex, [], []))

    def _end(self, _: str) -> None:
        tag, attrs, line, start, children, texts = self.open.pop()
        span = (start, self.parser.CurrentByteIndex)
        element = Element(tag, attrs, tuple(children), "".join(texts).strip(), line, span)
        (self.open[-1][4] if self.open else self.done).append(element)

    def _text(self, text: str) -> None:
        if text and not text.isspace():
            self.open[-1][5].append(text)
