"""Spans of text, intervals of time, and frames of videos."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any

from attrs import field, frozen
from attrs.converters import optional

from ...errors import InvalidInput
from .coerce import as_int, as_number
from .data_checks import similar_text_hint
from .shapes import Shape


def as_offset(value: Any) -> int:
    """Convert an offset in a text, counted in characters from 0."""
    try:
        found = as_int(value)
    except InvalidInput:
        found = -1
    if found < 0:
        raise InvalidInput(f"An offset must be an integer from 0, not {value!r}.")
    return found


def as_ends(value: Any) -> tuple[tuple[str, int], tuple[str, int]]:
    """Convert the two ends of a span in HTML, each a path and an offset."""
    try:
        (first, start), (last, end) = value
    except (TypeError, ValueError):
        raise InvalidInput(
            f"xpaths must be two ends, each (path of a text node, offset), not {value!r}."
        ) from None
    return (str(first), as_offset(start)), (str(last), as_offset(end))


# The fields of a Span that another one replaces.
SUPERSEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "quote": ("start", "end", "nth", "paragraph", "end_paragraph", "xpaths", "text"),
        "xpaths": ("start", "end", "quote", "nth", "text"),
        **dict.fromkeys(("start", "end"), ("quote", "nth", "xpaths", "text")),
        **dict.fromkeys(("nth", "paragraph", "end_paragraph"), ("text",)),
    }
)


@frozen(repr=False)
class Span(Shape):
    """A span of text: by offsets, `end` excluded, or by a `quote` from the text.

    If the quote occurs several times, `nth` (from 1) selects one. In HyperText, offsets count the
    text without its tags. In Paragraphs, `paragraph` (from 0) is that of `start`, and
    `end_paragraph` that of `end` if it differs; offsets there are UTF-16 units, as in the editor:
    an emoji counts as two.

    >>> result = config.result(
    ...     {"ner": [Span("PER", quote="Ada"), Span("ORG", start=11, end=15)]},
    ...     data={"text": "Ada joined ACME."},
    ... )
    >>> [region["value"]["text"] for region in result]
    ['Ada', 'ACME']
    """

    start: int | None = field(default=None, converter=optional(as_offset))
    end: int | None = field(default=None, converter=optional(as_offset))
    quote: str | None = field(default=None, kw_only=True)
    nth: int | None = field(kw_only=True, default=None, converter=optional(as_int))
    paragraph: int | None = field(kw_only=True, default=None, converter=optional(as_offset))
    end_paragraph: int | None = field(kw_only=True, default=None, converter=optional(as_offset))
    text: str | None = field(default=None, kw_only=True)  # the marked text, if known
    # In HyperText: the paths of the text nodes at both ends, and the offsets in them.
    xpaths: tuple[tuple[str, int], tuple[str, int]] | None = field(
        kw_only=True, default=None, converter=optional(as_ends)
    )

    def __attrs_post_init__(self) -> None:
        has_offsets = (self.start is not None and self.end is not None) or self.xpaths is not None
        if has_offsets == (self.quote is not None):
            raise InvalidInput("A Span must have either start= and end=, or quote=.")
        if self.quote == "" or self._is_backwards():
            value = self.quote if self.quote is not None else (self.start, self.end)
            raise InvalidInput(f"A Span must have at least one character; {value!r} has none.")
        if self.nth is not None and self.nth < 1:
            raise InvalidInput(f"nth must be at least 1, not {self.nth}.")

    def _superseded(self, changed: Set[str]) -> Mapping[str, Any]:
        """Reset the other ways to say where it is, and the text that was marked there."""
        reset = (name for each in changed for name in SUPERSEDED.get(each, ()))
        return dict.fromkeys(reset)

    def _is_backwards(self) -> bool:
        if self.start is None or self.end is None:
            return False
        first = self.paragraph or 0
        last = first if self.end_paragraph is None else self.end_paragraph
        return (first, self.start) >= (last, self.end)


def find_all(quote: str, text: str) -> Iterator[int]:
    """Yield the offsets of a quote in a text."""
    found = text.find(quote)
    while found >= 0:
        yield found
        found = text.find(quote, found + 1)


def find_quote(span: Span, texts: Sequence[str]) -> tuple[int, int]:
    """Return the index of the text with a span's quote, and the offset in it."""
    quote = span.quote or ""
    chosen = (
        range(len(texts)) if span.paragraph is None else range(span.paragraph, span.paragraph + 1)
    )
    found = [(n, at) for n in chosen if n < len(texts) for at in find_all(quote, texts[n])]
    if not found:
        raise InvalidInput(f"{quote!r} is not in the text{similar_text_hint(quote, texts)}.")
    if span.nth is None and len(found) > 1:
        raise InvalidInput(
            f"{quote!r} occurs {len(found)} times in the text: pass nth=1 for the first."
        )
    if not 1 <= (span.nth or 1) <= len(found):
        raise InvalidInput(
            f"nth must be 1 to {len(found)}, the number of times {quote!r} occurs, not {span.nth}."
        )
    return found[(span.nth or 1) - 1]


Time = float | str | datetime


def as_time(value: Any) -> Time:
    """Convert a time: seconds of audio, or a value of a series' time column, or a date."""
    if getattr(getattr(value, "dtype", None), "kind", "") == "M":
        value = value.astype("datetime64[us]").item()
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if isinstance(value, (str, datetime)) and value == value:  # NaT does not
        return value
    return as_number(value, "A time")


@frozen(repr=False)
class Interval(Shape):
    """An interval of audio, in seconds, or of a time series.

    Times of a series are numbers or text as in its time column. If the config has a timeFormat,
    dates are accepted: those with a time zone are written as UTC, others unchanged.
    """

    start: Time = field(kw_only=True, converter=as_time)
    end: Time = field(kw_only=True, converter=as_time)
    # In audio: 0 for all channels; the duration of the file in seconds.
    channel: int | None = field(kw_only=True, default=None, converter=optional(as_int))
    duration: float | None = field(kw_only=True, default=None, converter=optional(as_number))
    # In a time series: a point in time.
    instant: bool | None = field(kw_only=True, default=None, converter=optional(bool))

    def __attrs_post_init__(self) -> None:
        start, end = self.start, self.end
        try:
            known = not isinstance(start, str) and type(start) is type(end)
            if known and start > end:  # type: ignore[operator]
                raise InvalidInput(
                    f"The end of an Interval must not be before its start: {start} to {end}."
                )
        except TypeError:
            raise InvalidInput(
                f"start and end must both have a time zone, or neither: {start!r}, {end!r}."
            ) from None


def as_ranges(value: Any) -> tuple[tuple[int, int], ...]:
    """Convert one pair of frames or several."""
    try:
        value = list(value)
        pairs = value if isinstance(value[0], Iterable) else [value]
        found = tuple((as_offset(first), as_offset(last)) for first, last in pairs)
    except (TypeError, ValueError, IndexError):
        raise InvalidInput(
            f"Frames must be (first, last) or a list of such pairs, not {value!r}."
        ) from None
    for first, last in found:
        if first > last:
            raise InvalidInput(
                f"The first of Frames must not be greater than the last: {first} to {last}."
            )
    return found


@frozen(repr=False)
class Frames(Shape):
    """Frames of a video with a TimelineLabels: (first, last), or several such pairs."""

    ranges: tuple[tuple[int, int], ...] = field(kw_only=True, converter=as_ranges)
