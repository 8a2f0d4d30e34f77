"""Untrusted text for errors, logs and reprs: without secrets, escaped and truncated."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

from .redaction import without_guarded

FEW = 12  # names that can be listed in an error
MAX_LENGTH = 400  # characters of one part of a message
LONGEST = 20_000  # characters of a secret, however it is escaped
MAX_MESSAGE = 10_000  # characters
MAX_PIECE = 200  # characters to normalize at once
# A piece ends before a letter, so that no letter loses its marks, or a Hangul syllable its parts.
PIECE = rf"(?s).{{1,{MAX_PIECE}}}[\W\u1160-\u11ff]{{0,{MAX_PIECE}}}"


def shown(text: object, most: int = MAX_LENGTH) -> str:
    r"""Return a text on one line, without control characters, truncated and marked with "…".

    Line breaks and terminal escapes in it could pass for lines of ours, or change others.

    >>> shown("bad\x1b[31m\nlabel")
    'bad\\x1b[31m\\nlabel'
    """
    whole = str(text)
    start = without_guarded(whole[: most + 2 * LONGEST])  # first, as half a secret is unknown
    if len(start) <= most + LONGEST and len(whole) > most + 2 * LONGEST:
        start = without_guarded(whole)  # many secrets: half of one could be at the end
    return _line(start, most)


def message_of(text: object, most: int = MAX_MESSAGE) -> str:
    """Return a message of several lines, escaped and truncated like `shown()`.

    A long one loses its middle, as the end of a log or a traceback matters most.
    """
    message = without_guarded(str(text))
    if len(message) > most:
        message = f"{message[: most // 2]}…\n…{message[-most // 2 :]}"
    return "\n".join(_line(line, most) for line in message.split("\n"))


def _line(text: str, most: int) -> str:
    cut = text if len(text) <= most else f"{text[:most]}…"
    return cut if cut.isprintable() else "".join(map(_escaped, cut))


def normalized(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """Return a text in a form of Unicode, in time proportional to its length.

    Python sorts the marks of one letter in time that grows with the square of their number.
    """
    if len(text) <= MAX_PIECE or text.isascii():
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
    texts = [shown(thing) for thing in things]
    more = len(texts) - most
    rest = f"{between if between.isspace() else ' '}and {more} more" if more > 0 else ""
    return between.join(texts[:most]) + rest


def plural(noun: str) -> str:
    """Return the plural of the last word of a noun.

    >>> plural("prompt version"), plural("activity"), plural("display")
    ('prompt versions', 'activities', 'displays')
    """
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def article(kind: str) -> str:
    """Put "a" or "an" before a word.

    >>> article("int"), article("User")
    ('an int', 'a User')
    """
    vowel = kind[:1].lower() in "aeiou" and not kind.lower().startswith(("use", "uni"))
    return f"{'an' if vowel else 'a'} {kind}"
