"""The editor's HTML sanitizer, which removes scripts, comments and the doctype.

The editor runs each <HyperText> through sanitize-html, which parses with htmlparser2 and writes
tags and text again. That alone moves offsets: a script leaves no text node, `&#13;` becomes a line
break, `</p>` without `<p>` an empty paragraph, `<td>` ends the previous cell. This module
reproduces both libraries, bugs included, and is tested against them in the editor itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from attrs import define, field

from ...errors import InvalidInput
from .element_kinds import AS_TEXT, ENDS, FOREIGN, INTEGRATION, SPECIAL, VOID, WITHOUT_END
from .entities import IN_TEXT, decode_attribute, decode_text, decode_title, end_of_references
from .kept_attributes import kept_attributes
from .tokens import End, Start, Text, Token

DEEPEST_OPEN = 2048  # open elements, which take browsers quadratic time
YOUTUBE = re.compile(
    r"https:[/\\]*(?:[^/\\?#@]*@)?(?:(?:www\.)?youtube(?:-nocookie)?\.com|youtu\.be)(?::443)?"
    r"(?:[/\\?#]|$)",
    re.IGNORECASE,
)

TAG_NAME = re.compile(r"[^ \t\n\f\r/>]+")
END_NAME = re.compile(r"[^ \t\n\f\r>]+")
ATTRIBUTE = re.compile(r"[^ \t\n\f\r/>][^ \t\n\f\r/>=]*")
SPACES = re.compile(r"[ \t\n\f\r]*")
UNQUOTED = re.compile(r"[^ \t\n\f\r>]*")
SPECIAL_END: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {name: re.compile(rf"</{name}(?=[ \t\n\f\r>])", re.IGNORECASE) for name in SPECIAL}
)
CUT_ENTITY = re.compile(r"&(?:#(?:[0-9]*|[xX][0-9a-fA-F]*))?\Z")


def sanitized(html: str) -> list[Token]:
    """Return the HTML that the editor gives to the browser.

    >>> "".join(map(str, sanitized("<p>a<!-- b --><script>c</script><p>d")))
    '<p>a</p><p>d</p>'
    """
    reader = _Reader(html)
    reader.read()
    return reader.tokens


class _Open(NamedTuple):
    """An open element, and the number of tokens before it."""

    name: str
    at: int
    excluded: bool


@define(eq=False)
class _Reader:
    """Reads HTML once; `at` is the current offset."""

    html: str
    at: int = 0
    tokens: list[Token] = field(factory=list)
    _open: list[_Open] = field(factory=list)
    _counts: Counter[str] = field(factory=Counter)
    _foreign: list[bool] = field(factory=list)

    def read(self) -> None:
        while self.at < len(self.html):
            self._next()
        while self._open:
            self._close()

    def _next(self) -> None:
        """Read a text or markup."""
        found = self.html.find("<", self.at)
        if found != self.at:
            stop = len(self.html) if found < 0 else found
            self._text(decode_text(self._not_cut(self.html[self.at : stop])))
            self.at = stop
            return
        next_ = self.html[self.at + 1 : self.at + 2]
        if next_.isascii() and next_.isalpha():
            self._start_tag()
        elif next_ in MARKUP:
            MARKUP[next_](self)
        else:
            self._text("<")
            self.at += 1

    def _not_cut(self, text: str) -> str:
        """Return a text without the rest that an unfinished &#x at the very end drops."""
        if text[-3:] not in ("&#x", "&#X") or self.at + len(text) < len(self.html):
            return text
        return text[: end_of_references(text, IN_TEXT)]

    # -- tags ------------------------------------------------------------------------------------

    def _start_tag(self) -> None:
        found = TAG_NAME.match(self.html, self.at + 1)
        start, stop = found.span() if found else (self.at, self.at)
        name = self.html[start:stop].lower()
        if stop == len(self.html):  # only a prefix of <script> etc. is kept, as text
            self._to_the_end(start if any(each.startswith(name) for each in SPECIAL) else None)
            return
        self._end_implied(name)
        self.at = stop
        attributes: dict[str, str] = {}
        self_closing = self._attributes(attributes)
        if self_closing is not None:
            self._start(name, attributes, self_closing)

    def _end_implied(self, name: str) -> None:
        ends = ENDS.get(name, frozenset())
        while self._open and self._open[-1].name in ends:
            self._close()

    def _attributes(self, attributes: dict[str, str]) -> bool | None:
        """Read to the end of a start tag; return whether it ends with />, or None if cut off."""
        slash = False
        while True:
            self.at = _after(SPACES, self.html, self.at)
            char = self.html[self.at : self.at + 1]
            if not char:
                self._to_the_end(len(self.html) - 1 if slash else None)
                return None
            if char == ">":
                self.at += 1
                return slash
            slash = char == "/"
            if slash:
                self.at += 1
            elif not self._attribute(attributes):
                return None

    def _attribute(self, attributes: dict[str, str]) -> bool:
        """Read an attribute; return False if it is cut off."""
        stop = _after(ATTRIBUTE, self.html, self.at)
        name = self.html[self.at : stop].lower()
        self.at = _after(SPACES, self.html, stop)
        value: str | None = ""
        if self.html[self.at : self.at + 1] == "=":
            self.at = _after(SPACES, self.html, self.at + 1)
            value = self._value()
        if value is None:
            return False
        attributes.setdefault(name, value)
        return True

    def _value(self) -> str | None:
        quote = self.html[self.at : self.at + 1]
        if quote in ("'", '"'):
            start = self.at + 1
            stop = self.html.find(quote, start)
            after = stop + 1
        else:
            start = self.at
            stop = after = _after(UNQUOTED, self.html, start)
        if stop < 0 or (after == len(self.html) and stop == after):
            self._cut_value(start)
            return None
        self.at = after
        return decode_attribute(self.html[start:stop])

    def _cut_value(self, start: int) -> None:
        """Go to the end: a value cut off within an entity is kept, as text."""
        value = self.html[start:]
        entity = CUT_ENTITY.search(value)
        kept = start + end_of_references(value) if entity else None
        self._to_the_end(kept)

    def _start(self, name: str, attributes: dict[str, str], self_closing: bool) -> None:
        kept, known = kept_attributes(attributes)
        if not known and any(self._counts[each] for each in AS_TEXT):
            raise InvalidInput(
                f"The HTML has <{name}> with a complex style or srcset in a <noscript> or "
                "similar, where markup counts as text: its length is unknown."
            )
        if name in FOREIGN or name in INTEGRATION:
            self._foreign.append(name in FOREIGN)
        excluded = name == "script" or (
            name == "iframe" and not YOUTUBE.match(kept.get("src", "").strip())
        )
        if len(self._open) >= DEEPEST_OPEN:
            raise InvalidInput(f"The HTML must not nest more than {DEEPEST_OPEN} tags.")
        self._open.append(_Open(name, len(self.tokens), excluded))
        self._counts[name] += 1
        self.tokens.append(Start(name, kept))
        if name in VOID or (self_closing and self._foreign and self._foreign[-1]):
            self._close()
        elif name in SPECIAL and not self_closing:
            self._special(name)

    def _special(self, name: str) -> None:
        """Read the content of <script>, <style> or <title>."""
        found = SPECIAL_END[name].search(self.html, self.at)
        stop = found.start() if found else len(self.html)
        text = self.html[self.at : stop]
        self._text(decode_title(text) if name == "title" else text)
        self.at = stop

    def _close(self) -> None:
        """End the innermost element."""
        name, at, excluded = self._open.pop()
        self._counts[name] -= 1
        if excluded:
            del self.tokens[at:]
        elif name not in WITHOUT_END:
            self.tokens.append(End(name))

    # -- other markup ---------------------------------------------------------------------------

    def _end_tag(self) -> None:
        start = _after(SPACES, self.html, self.at + 2)
        char = self.html[start : start + 1]
        if char in ("", ">"):
            self._text(self.html[self.at : start + 1])
            self.at = start + 1
        elif not (char.isascii() and char.isalpha()):
            self._skip_to(">", start)
        else:
            stop = _after(END_NAME, self.html, start)
            if stop == len(self.html):
                self._to_the_end(None)
                return
            self._ended(self.html[start:stop].lower())
            self.at = stop
            self._skip_to(">", len(self.html) - 1)

    def _ended(self, name: str) -> None:
        if (name in FOREIGN or name in INTEGRATION) and self._foreign:
            self._foreign.pop()
        if name == "br":
            self.tokens.append(Start(name, {}))
        elif name not in VOID and self._counts[name]:
            while self._open[-1].name != name:
                self._close()
            self._close()
        elif name == "p":
            self.tokens += (Start(name, {}), End(name))

    def _declaration(self) -> None:
        start = self.at + 2
        if self.html.startswith("--", start):
            self._skip_comment("-->", start)
        elif self.html.startswith("[CDATA[", start):
            self._skip_comment("]]>", start + len("[CDATA["))
        else:  # the first character, or two after a dash, cannot end it
            self.at = min(start + 1 + self.html.startswith("-", start), len(self.html))
            self._skip_to(">", start)

    def _instruction(self) -> None:
        self._skip_to(">", self.at + 2)

    def _skip_comment(self, mark: str, start: int) -> None:
        stop = self.html.find(mark, start)
        self.at = len(self.html) if stop < 0 else stop + len(mark)

    def _skip_to(self, mark: str, kept: int) -> None:
        """Skip to a mark; without one, the rest from `kept` on is text."""
        stop = self.html.find(mark, self.at)
        if stop < 0:
            self._to_the_end(kept)
        else:
            self.at = stop + 1

    def _to_the_end(self, kept: int | None) -> None:
        if kept is not None:
            self._text(self.html[kept:])
        self.at = len(self.html)

    def _text(self, text: str) -> None:
        if text:
            raw = bool(self._open) and self._open[-1].name == "style"
            self.tokens.append(Text(text, raw))


MARKUP = MappingProxyType(
    {"/": _Reader._end_tag, "!": _Reader._declaration, "?": _Reader._instruction}
)


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Return the end of a match at an offset, or the offset itself."""
    found = pattern.match(text, at)
    return found.end() if found else at
