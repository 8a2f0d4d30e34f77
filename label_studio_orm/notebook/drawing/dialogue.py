"""Dialogues with their speakers, and the spans in their turns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...labeling.results.region import Region
from ...labeling.results.spans import Span
from ...labeling.results.texts import paragraphs_of
from ..cells import note_of_more
from ..markup import Html, joined, tag
from .marks import Mark, marked
from .palette import Colour, picked
from .parts import attempted, shortened
from .scene import Scene, Shown
from .text import from_utf16

MOST_TURNS = 200


def draw_dialogue(shown: Shown, regions: Sequence[Region], scene: Scene) -> Html | None:
    """Return the turns of a dialogue with the spans in them."""
    texts = paragraphs_of(shown.object, shown.value)
    if texts is None:
        return None
    marks = _marks_by_turn(texts, regions, scene)
    turns = [
        _turn(_speaker(shown, turn), text, marks.get(number, []))
        for number, (turn, text) in enumerate(zip(shown.value[:MOST_TURNS], texts, strict=False))
    ]
    return joined([turns, note_of_more(len(texts), MOST_TURNS, "turns")])


def _speaker(shown: Shown, turn: Any) -> str:
    name = turn.get(shown.option("namekey", "author")) if isinstance(turn, Mapping) else None
    return "" if name is None else shortened(name, 60)


def _turn(speaker: str, text: str, marks: Sequence[Mark]) -> Html:
    dot = tag("span", style=f"background:{picked(speaker).css}", class_="lso-dot")
    name = tag("span", dot, speaker, class_="lso-speaker") if speaker else None
    return tag("div", name, marked(text, marks), class_="lso-text lso-turn")


def _marks_by_turn(
    texts: Sequence[str], regions: Sequence[Region], scene: Scene
) -> dict[int, list[Mark]]:
    found: dict[int, list[Mark]] = {}
    for region in regions:
        colour = scene.palette.of(region)
        parts: list[tuple[int, Mark]] | None = attempted(list, _marks(texts, region, colour))
        for number, mark in parts or ():
            found.setdefault(number, []).append(mark)
    return found


def _marks(texts: Sequence[str], region: Region, colour: Colour) -> Iterator[tuple[int, Mark]]:
    """Yield the part of a span in each of its turns; the last one has the label."""
    span = region.shape
    if not isinstance(span, Span) or span.start is None or span.end is None:
        return
    first = span.paragraph or 0
    last = first if span.end_paragraph is None else span.end_paragraph
    for number in range(first, min(last + 1, len(texts))):
        text = texts[number]
        start = from_utf16(text, span.start) if number == first else 0
        end = from_utf16(text, span.end) if number == last else len(text)
        whole = Mark.of(region, start, end, colour)
        yield number, whole if number == last else whole.unlabeled()
