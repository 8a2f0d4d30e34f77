"""HTML character references, decoded as the editor's sanitizer does."""

from __future__ import annotations

import re
from html.entities import html5

NUMBER = "#(?:([0-9]+)|[xX]([0-9a-fA-F]+))"
NAME = "[A-Za-z][A-Za-z0-9]*"
IN_TEXT = re.compile(rf"&(?:{NUMBER};?|({NAME};?))")
IN_ATTRIBUTE = re.compile(rf"&(?:{NUMBER};|({NAME};))")
# In a title, an & after a prefix of </title does not begin a reference.
IN_TITLE = re.compile(rf"<(?:/(?:t(?:i(?:tl?)?)?)?)?&|{IN_TEXT.pattern}", re.IGNORECASE)
WINDOWS = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ"  # the characters of 128 to 159
UNKNOWN = "\ufffd"
LONGEST = max(map(len, html5))


def decode_text(text: str) -> str:
    """Decode text, where many names need no semicolon.

    >>> decode_text("&lt;&copyright; &#13;&#x80;&unknown;")
    '<©right; \\r€&unknown;'
    """
    return IN_TEXT.sub(_decoded, text) if "&" in text else text


def decode_title(text: str) -> str:
    """Decode the content of a <title>."""
    return IN_TITLE.sub(_decoded, text) if "&" in text else text


def decode_attribute(text: str) -> str:
    """Decode an attribute value, where a reference needs its semicolon."""
    return IN_ATTRIBUTE.sub(_decoded, text) if "&" in text else text


def end_of_references(text: str, pattern: re.Pattern[str] = IN_ATTRIBUTE) -> int:
    """Return the end of the last reference in a text, or 0."""
    ends = [found.start() + _read(found)[1] for found in pattern.finditer(text) if _read(found)[1]]
    return ends[-1] if ends else 0


def _decoded(found: re.Match[str]) -> str:
    character, length = _read(found)
    return character + found[0][length:]


def _read(found: re.Match[str]) -> tuple[str, int]:
    """Return the text of a reference and its length, 0 if it is invalid."""
    decimal, hexadecimal, name = found.groups()
    if decimal or hexadecimal:
        digits = (decimal or hexadecimal).lstrip("0")[:9]  # more digits are not a character either
        return _character(int(digits or "0", 10 if decimal else 16)), len(found[0])
    strict = found.re is IN_ATTRIBUTE
    for length in range(len(name or "") if strict else min(len(name or ""), LONGEST), 1, -1):
        if name[:length] in html5:
            return html5[name[:length]], length + 1
        if strict:
            break
    return "", 0


def _character(number: int) -> str:
    if 0x80 <= number < 0xA0:
        return WINDOWS[number - 0x80]
    if not number or 0xD800 <= number < 0xE000 or number > 0x10FFFF:
        return UNKNOWN
    return chr(number)
