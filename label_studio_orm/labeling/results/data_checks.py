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
from .texts import is_url, paragraphs_of, shown_data, utf16
from .values import Issue, short_repr

# The editor has ends of lines as "\n" (two letters) in what is marked, blanks or nothing at all.
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
    shown: Object, name: str, value: Mapping[str, Any], data: Mapping[str, Any]
) -> Iterable[Issue]:
    """Check offsets in a text or dialogue, and the text at them, against the task data."""
    check = CHECKS.get(shown.type)
    if check is None or is_url(shown) or not getattr(data, "at_hand", True):
        return ()
    return check(shown, value, shown_data(shown, name, data))


def same_text(one: str, other: str) -> bool:
    """Tell whether two texts are equal except for whitespace and Unicode normalization."""
    return one == other or _without_whitespace(one) == _without_whitespace(other)


def mismatch(said: str, start: int, end: int, text: str) -> str:
    """Describe a mismatch between quoted text and offsets, with the right offsets."""
    found = short_repr(text[start:end])
    hint = _hint(said, start, text)
    return f"is {short_repr(said)}, but the text from {start} to {end} is {found}{hint}."


def _without_whitespace(text: str) -> str:
    return WHITESPACE.sub("", normalized("NFC", text))


def _hint(said: str, start: int, text: str) -> str:
    """Say where the words stand, and in what the offsets may have been counted."""
    if not said.strip():
        return ""
    near = _nearest(said, start, text)
    if near is None:
        return f"; {short_repr(said)} is not in the text{similar_text_hint(said, [text])}"
    unit = _unit(start, text[:near])
    counted = f": offsets count characters, not {unit}" if unit else ": the offsets seem shifted"
    return f"; {short_repr(said)} is at {near} to {near + len(said)}{counted}"


def _nearest(said: str, start: int, text: str) -> int | None:
    places = [found.start() for found in re.finditer(re.escape(said), text)]
    return min(places, key=lambda place: abs(place - start), default=None)


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


def _in_text(shown: Object, value: Mapping[str, Any], text: Any) -> Iterator[Issue]:
    start, end, said = value.get("start"), value.get("end"), value.get("text")
    if not isinstance(text, str) or shown.options.get("encoding", "none") != "none":
        return
    if not isinstance(start, (int, float)) or not isinstance(end, (int, float)):
        return  # which was told before
    start, end = int(start), int(end)
    if end > len(text):
        where = _hint(said, start, text) if isinstance(said, str) else ""
        yield (
            ".end",
            f"must be at most {len(text)}, the length of {shown.name!r}, not {end}{where}.",
        )
    elif isinstance(said, str) and not same_text(said, text[start:end]):
        yield ".text", mismatch(said, start, end, text)


def _in_paragraphs(shown: Object, value: Mapping[str, Any], dialogue: Any) -> Iterator[Issue]:
    texts = paragraphs_of(shown, dialogue)
    if texts is None:
        return
    try:
        places = [(int(value[end]), int(value[f"{end}Offset"])) for end in ("start", "end")]
    except (KeyError, TypeError, ValueError):
        return  # which was told before
    if places[0][0] < 0 or places[0] >= places[1]:
        return  # which was told as well
    outside = [*_outside(places, texts)]
    yield from outside
    said = value.get("text")
    if not outside and isinstance(said, str):
        (first, start), (last, end) = places
        found = _between(texts, first, start, last, end)
        if not same_text(said, found):
            yield (
                ".text",
                f"is {short_repr(said)}, but the text there is {short_repr(found)}"
                + (_hint_in(said, start, texts[first]) if first == last else "."),
            )


def _outside(places: list[tuple[int, int]], texts: list[str]) -> Iterator[Issue]:
    for end, (paragraph, offset) in zip(("start", "end"), places, strict=True):
        if paragraph >= len(texts):
            yield (
                f".{end}",
                f"must be less than {len(texts)}, the number of paragraphs, not {paragraph}.",
            )
        elif offset > utf16(texts[paragraph]):
            length = utf16(texts[paragraph])
            yield (
                f".{end}Offset",
                f"must be at most {length}, the length of the paragraph, not {offset}.",
            )


def _between(texts: list[str], first: int, start: int, last: int, end: int) -> str:
    pieces = [text.encode("utf-16-le", "surrogatepass") for text in texts[first : last + 1]]
    pieces[-1] = pieces[-1][: 2 * end]
    pieces[0] = pieces[0][2 * start :]
    return "\n".join(piece.decode("utf-16-le", "replace") for piece in pieces)


def _hint_in(said: str, start: int, text: str) -> str:
    near = _nearest(said, start, text)
    if near is None:
        return f"{similar_text_hint(said, [text])}."
    place = utf16(text[:near])
    counted = "an emoji counts as two here" if start == near else "the offsets seem shifted"
    return f"; {short_repr(said)} is at {place} to {place + utf16(said)}: {counted}."


def _in_list(_: Object, value: Mapping[str, Any], items: Any) -> Iterator[Issue]:
    """Check the ids of ranked items: with one that is not there, the editor breaks."""
    ranked = value.get("ranker")
    if not isinstance(items, list) or not isinstance(ranked, Mapping):
        return
    known = [str(item.get("id")) for item in items if isinstance(item, Mapping)]
    for bucket, ids in ranked.items():
        for index, id in enumerate(ids if isinstance(ids, list) else ()):
            if str(id) not in known:
                said = f"the task has no item {id!r}.{suggestion(id, known)}"
                yield f".ranker[{bucket!r}][{index}]", said


CHECKS: Mapping[str, Callable[[Object, Mapping[str, Any], Any], Iterable[Issue]]] = (
    MappingProxyType({"list": _in_list, "paragraphs": _in_paragraphs, "text": _in_text})
)


# -- words in another form -----------------------------------------------------------------------

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
    """Return what stands in a text for a quote, letters and runs of blanks taken for the same."""
    folded, places = _fold(text, fold)
    wanted = _fold(quote, fold)[0].strip() or quote
    at = folded.find(wanted)
    if at < 0:
        return ""
    return text[places[at] : places[at + len(wanted) - 1] + 1]


def _fold(text: str, fold: Fold) -> tuple[str, list[int]]:
    """Return a text in another form, and where each letter of that comes from."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for each in fold(letter):
            if each == " " == (letters or [""])[-1] and fold is not str.casefold:
                continue  # a run of blanks is one
            letters.append(each)
            places.append(place)
    return "".join(letters), places
