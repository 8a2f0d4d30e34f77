"""Checks of results against task data: text at offsets, and ids of ranked items."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ...text import normalized
from ..controls import Object
from ..problems import suggestion
from . import Value
from .texts import is_url, paragraphs_of, shown_data, text_between, utf16
from .values import Issue, short_repr

# In the marked text the editor has line ends as "\n" (two characters), a space or nothing.
WHITESPACE = re.compile(r"\s|\\n")
PUNCTUATION: Mapping[int, str] = MappingProxyType(
    {
        **dict.fromkeys(map(ord, "‘’‚‛′"), "'"),
        **dict.fromkeys(map(ord, "“”„‟″«»"), '"'),
        **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
        **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), ""),
        ord("…"): "...",
    }
)


def check_against_data(
    shown: Object, name: str, value: Value, data: Mapping[str, Any]
) -> Iterable[Issue]:
    """Check offsets in a text or dialogue, and the text at them, against the task data."""
    check = CHECKS.get(shown.type)
    if check is None or is_url(shown) or not getattr(data, "at_hand", True):
        return ()
    return check(shown, value, shown_data(shown, name, data))


def same_text(one: str, other: str) -> bool:
    """Tell whether two texts are equal except for whitespace and Unicode normalization."""
    return one == other or _without_whitespace(one) == _without_whitespace(other)


def mismatch(quote: str, start: int, end: int, text: str) -> str:
    """Describe a mismatch between quoted text and offsets, with the right offsets."""
    found = short_repr(text[start:end])
    hint = _hint(quote, start, text)
    return f"is {short_repr(quote)}, but the text from {start} to {end} is {found}{hint}."


def _without_whitespace(text: str) -> str:
    return WHITESPACE.sub("", normalized("NFC", text))


def _hint(quote: str, start: int, text: str) -> str:
    """Say where the quote is, and in which unit its offsets may have been counted."""
    if not quote.strip():
        return ""
    near = _nearest(quote, start, text)
    if near is None:
        return f"; {short_repr(quote)} is not in the text{similar_text_hint(quote, [text])}"
    unit = _unit(start, text[:near])
    counted = f": offsets count characters, not {unit}" if unit else ": the offsets seem shifted"
    return f"; {short_repr(quote)} is at {near} to {near + len(quote)}{counted}"


def _nearest(quote: str, start: int, text: str) -> int | None:
    positions = [found.start() for found in re.finditer(re.escape(quote), text)]
    return min(positions, key=lambda place: abs(place - start), default=None)


def _unit(start: int, before: str) -> str:
    """Return what an offset seems to count, if it is not characters."""
    if start == len(before):
        return ""
    if start == utf16(before):
        return "UTF-16 units (an emoji is two)"
    if start == len(before.encode("utf-8", "surrogatepass")):
        return "bytes"
    return "CR LF as one (it is two)" if start == len(_lf(before)) else ""


def _lf(text: str) -> str:
    return text.replace("\r\n", "\n")


def _in_text(shown: Object, value: Value, text: Any) -> Iterator[Issue]:
    start, end, quote = value.get("start"), value.get("end"), value.get("text")
    if not isinstance(text, str) or shown.options.get("encoding", "none") != "none":
        return
    if not isinstance(start, (int, float)) or not isinstance(end, (int, float)):
        return  # reported elsewhere
    start, end = int(start), int(end)
    if end > len(text):
        where = _hint(quote, start, text) if isinstance(quote, str) else ""
        message = f"must be at most {len(text)}, the length of {shown.name!r}, not {end}{where}."
        yield ".end", message
    elif isinstance(quote, str) and not same_text(quote, text[start:end]):
        yield ".text", mismatch(quote, start, end, text)


def _in_paragraphs(shown: Object, value: Value, dialogue: Any) -> Iterator[Issue]:
    texts = paragraphs_of(shown, dialogue)
    if texts is None:
        return
    try:
        positions = [(int(value[end]), int(value[f"{end}Offset"])) for end in ("start", "end")]
    except (KeyError, TypeError, ValueError):
        return  # reported elsewhere
    if positions[0][0] < 0 or positions[0] >= positions[1]:
        return  # reported elsewhere
    outside = [*outside_paragraphs(positions, texts)]
    yield from outside
    quote = value.get("text")
    if not outside and isinstance(quote, str):
        (first, start), (last, end) = positions
        found = text_between(texts, (first, start), (last, end))
        if not same_text(quote, found):
            yield (
                ".text",
                f"is {short_repr(quote)}, but the text there is {short_repr(found)}"
                + (_hint_in(quote, start, texts[first]) if first == last else "."),
            )


def outside_paragraphs(positions: list[tuple[int, int]], texts: list[str]) -> Iterator[Issue]:
    """Check the ends of a span in a dialogue, each (paragraph, offset in UTF-16)."""
    for end, (paragraph, offset) in zip(("start", "end"), positions, strict=True):
        if paragraph >= len(texts):
            message = f"must be less than {len(texts)}, the number of paragraphs, not {paragraph}."
            yield f".{end}", message
        elif offset > utf16(texts[paragraph]):
            length = utf16(texts[paragraph])
            message = f"must be at most {length}, the length of the paragraph, not {offset}."
            yield f".{end}Offset", message


def _hint_in(quote: str, start: int, text: str) -> str:
    near = _nearest(quote, start, text)
    if near is None:
        return f"{similar_text_hint(quote, [text])}."
    start_there = utf16(text[:near])
    counted = "an emoji counts as two here" if start == near else "the offsets seem shifted"
    return f"; {short_repr(quote)} is at {start_there} to {start_there + utf16(quote)}: {counted}."


def _in_list(_: Object, value: Value, items: Any) -> Iterator[Issue]:
    """Check the ids of ranked items: the editor fails on unknown ones."""
    ranked = value.get("ranker")
    if not isinstance(items, list) or not isinstance(ranked, Mapping):
        return
    known = [str(item.get("id")) for item in items if isinstance(item, Mapping)]
    for bucket, ids in ranked.items():
        for index, id in enumerate(ids if isinstance(ids, list) else ()):
            if str(id) not in known:
                message = f"the task has no item {id!r}.{suggestion(id, known)}"
                yield f".ranker[{bucket!r}][{index}]", message


CHECKS: Mapping[str, Callable[[Object, Value, Any], Iterable[Issue]]] = MappingProxyType(
    {"list": _in_list, "paragraphs": _in_paragraphs, "text": _in_text}
)


# -- similar text -----------------------------------------------------------------------

Fold = Callable[[str], str]


def _spaces(letter: str) -> str:
    return " " if letter.isspace() else letter


def _decomposed(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)


def _punctuation(letter: str) -> str:
    return _spaces(letter).translate(PUNCTUATION)


def _all_folds(letter: str) -> str:
    return _decomposed(_punctuation(letter)).casefold()


FORMS: tuple[tuple[str, Fold], ...] = (
    ("in different case", str.casefold),
    ("with different whitespace, such as no-break spaces or line breaks", _spaces),
    ("in another Unicode normalization, NFC or NFD", _decomposed),
    ("with different quotation marks, dashes or invisible characters", _punctuation),
    ("in different spelling", _all_folds),
)


def similar_text_hint(quote: str, texts: Iterable[str]) -> str:
    """Mention similar text that does occur, if there is any."""
    texts = list(texts)
    for what, fold in FORMS:
        for text in texts:
            found = _find_folded(quote, text, fold)
            if found:
                return f", but {found!r} is, {what}"
    return ""


def _find_folded(quote: str, text: str, fold: Fold) -> str:
    """Return the part of a text that equals a quote after folding both."""
    folded, positions = _fold(text, fold)
    wanted = _fold(quote, fold)[0].strip() or quote
    at = folded.find(wanted)
    if at < 0:
        return ""
    return text[positions[at] : positions[at + len(wanted) - 1] + 1]


def _fold(text: str, fold: Fold) -> tuple[str, list[int]]:
    """Return the folded text, and the index in the original of each of its characters."""
    letters: list[str] = []
    positions: list[int] = []
    for place, letter in enumerate(text):
        for each in fold(letter):
            if each == " " == (letters or [""])[-1] and fold is not str.casefold:
                continue  # whitespace collapses
            letters.append(each)
            positions.append(place)
    return "".join(letters), positions
