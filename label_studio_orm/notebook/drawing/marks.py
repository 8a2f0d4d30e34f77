"""Marked spans of a text, which may overlap."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve, frozen

from ...labeling.results.region import Region
from ..cells import note_of_more
from ..markup import Html, joined, tag
from .palette import Colour
from .parts import caption, chip

MOST_LETTERS = 20_000  # of a text
DEEPEST = 4  # marks over the same words


@frozen
class Mark:
    """A span of a text with its label."""

    start: int
    end: int
    text: str
    colour: Colour
    labeled: bool = True

    @classmethod
    def of(cls, region: Region, start: int, end: int, colour: Colour) -> Mark:
        """Return the mark of a region."""
        return cls(start, end, caption(region), colour)

    def unlabeled(self) -> Mark:
        """Return the mark without its label after the last word."""
        return evolve(self, labeled=False)


def marked(text: str, marks: Iterable[Mark], *, most: int = MOST_LETTERS) -> Html:
    """Return a text with its marks, each with its label after the last word.

    >>> marked("Ada", [Mark(0, 3, "", Colour(255, 0, 0))])
    '<mark style="background:rgb(255 0 0 / 30%);border-color:#ff0000">Ada</mark>'
    """
    length = min(len(text), most)
    pieces = _pieces(text, length, [each for each in marks if each.start < min(each.end, length)])
    return joined([*pieces, note_of_more(len(text), most, "characters")])


def _pieces(text: str, length: int, marks: Sequence[Mark]) -> Iterator[Html]:
    """Yield the text between two ends of marks, piece by piece."""
    marks = sorted(marks, key=lambda each: (each.start, -each.end))
    ends = {0, length, *(each.start for each in marks), *(min(m.end, length) for m in marks)}
    cuts = sorted(end for end in ends if 0 <= end <= length)
    begun, active = 0, []
    for start, end in itertools.pairwise(cuts):
        while begun < len(marks) and marks[begun].start <= start:
            active.append(marks[begun])
            begun += 1
        yield _nested(text[start:end], active[:DEEPEST])
        yield joined(_label(each) for each in active if each.end == end)
        active = [each for each in active if each.end > end]


def _nested(text: str, marks: Sequence[Mark]) -> Html:
    piece = joined([text])
    for mark in reversed(marks):
        style = f"background:{mark.colour.faint()};border-color:{mark.colour.css}"
        piece = tag("mark", piece, title=mark.text or None, style=style)
    return piece


def _label(mark: Mark) -> Html | None:
    return chip(mark.text, mark.colour) if mark.labeled and mark.text else None
