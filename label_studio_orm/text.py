"""Text that others wrote, as errors, logs and reprs show it.

It has none of our secrets, is escaped, and cut if it is long.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

from .redaction import without_guarded

FEW = 12  # names that can be listed in an error
LONGEST = 400  # characters of one problem that an error tells
LONGEST_MESSAGE = 10_000  # characters of all that an error tells
LONGEST_PIECE = 200  # characters of a text that are normalized at once
# What ends before a letter, so that none loses its marks, or a Hangul syllable its parts.
PIECE = rf"(?s).{{1,{LONGEST_PIECE}}}[\W\u1160-\u11ff]{{0,{LONGEST_PIECE}}}"


def shown(text: object, most: int = LONGEST) -> str:
    r"""Return a text on one line, without control characters, truncated and marked with "…".

    Line breaks and terminal escapes in it could pass for lines of ours, or change others.

    >>> shown("bad\x1b[31m\nlabel")
    'bad\\x1b[31m\\nlabel'
    """
    return _line(without_guarded(str(text)), most)  # before it is cut: half a secret is not found


def message_of(text: object, most: int = LONGEST_MESSAGE) -> str:
    """Return a message that has lines: escaped and cut like `shown()`, but for its line breaks.

    What is left out of a long one is in its middle: a log or a traceback says most in its end.
    """
    said = without_guarded(str(text))
    if len(said) > most:
        said = f"{said[: most // 2]}…\n…{said[-most // 2 :]}"
    return "\n".join(_line(line, most) for line in said.split("\n"))


def _line(text: str, most: int) -> str:
    cut = text if len(text) <= most else f"{text[:most]}…"
    return cut if cut.isprintable() else "".join(map(_escaped, cut))


def normalized(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """Return a text in a form of Unicode, in time proportional to its length.

    Python sorts the marks of one letter in time that grows with the square of their number.
    """
    if len(text) <= LONGEST_PIECE or text.isascii():
        return unicodedata.normalize(form, text)
    return "".join(unicodedata.normalize(form, piece) for piece in re.findall(PIECE, text))


def _escaped(letter: str) -> str:
    plain = letter.isprintable() or unicodedata.category(letter) == "Zs"  # spaces of other scripts
    return letter if plain else repr(letter)[1:-1]


def listed(things: Iterable[object], *, most: int = FEW, between: str = ", ") -> str:
    """Join the first few items, each as `shown()` does, and count the rest.

    >>> listed(range(100), most=2)
    '0, 1 and 98 more'
    """
    said = [shown(thing) for thing in things]
    more = len(said) - most
    rest = f"{between if between.isspace() else ' '}and {more} more" if more > 0 else ""
    return between.join(said[:most]) + rest
