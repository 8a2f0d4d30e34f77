"""Answers of a result as text: those for the whole task, and the regions as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from ...labeling.results.coerce import PATH_SEPARATOR
from ...labeling.results.region import Region
from ...labeling.results.relations import Relation
from ...labeling.results.shapes import KeyPoint, Planar, Polygon, Shape
from ...labeling.results.spans import Frames, Interval, Span
from ...labeling.results.tracks import Track
from ..cells import counted, folded, note_of_more, pairs, table
from ..markup import Html, joined, tag
from .palette import Palette
from .parts import chip, number_text, shortened

MOST_REGIONS = 500  # in a table
MOST_ANSWERS = 100  # of a control
MOST_LETTERS = 2000  # of a text


def draw_answers(answers: Mapping[str, Any]) -> Html | None:
    """Return the answers for the whole task, by control."""
    if not answers:
        return None
    return pairs((name, answer_html(answer)) for name, answer in answers.items())


def answer_html(answer: Any) -> Html:
    """Return an answer: a choice, a text, a number; of several, each on its line."""
    if isinstance(answer, Mapping):
        lines = (f"{_plain(key)}: {_in_line(value)}" for key, value in answer.items())
        return joined(tag("div", line) for line in islice(lines, MOST_ANSWERS))
    if isinstance(answer, (list, set, frozenset)):
        return joined(answer_html(each) for each in islice(answer, MOST_ANSWERS))
    return tag("div", _plain(answer), class_="lso-text")


def _in_line(answer: Any) -> str:
    several = isinstance(answer, list)
    return ", ".join(map(_plain, answer[:MOST_ANSWERS])) if several else _plain(answer)


def _plain(answer: Any) -> str:
    """Return one answer as text; of a path of classes, all steps."""
    if isinstance(answer, tuple):
        return shortened(PATH_SEPARATOR.join(map(str, answer)))
    if isinstance(answer, (int, float)):
        return number_text(answer)
    text = str(answer)
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"


# -- regions ---------------------------------------------------------------------------------------


def draw_regions(
    regions: Sequence[Region], relations: Iterable[Relation], palette: Palette
) -> Html | None:
    """Return a folded table of regions; open if these have answers that are nowhere else."""
    if not regions:
        return None
    answered = any(region.answers for region in regions)
    scored = any(region.score is not None for region in regions)
    names = ["region", "where", *(["score"] if scored else []), *(["answers"] if answered else [])]
    rows = [_row(region, palette, names) for region in regions[:MOST_REGIONS]]
    return folded(
        counted(len(regions), "region"),
        table(names, rows),
        note_of_more(len(regions), MOST_REGIONS, "regions"),
        [_relation(each, regions) for each in islice(relations, MOST_ANSWERS)],
        is_open=answered,
    )


def _row(region: Region, palette: Palette, names: Sequence[str]) -> list[object]:
    colour = palette.of(region)
    labels = [chip(label, colour) for label in region.labels[:MOST_ANSWERS]] or region.type
    cells: dict[str, Any] = {"region": labels, "where": where(region)}
    if "score" in names:
        cells["score"] = None if region.score is None else number_text(region.score)
    if "answers" in names:
        cells["answers"] = draw_answers(region.answers)
    return [cells[name] for name in names]


def _relation(relation: Relation, regions: Sequence[Region]) -> Html:
    by_id = {region.id: region for region in regions}
    ends = [_name(by_id.get(id), id) for id in (relation.source, relation.target)]
    arrow = {"left": "←", "bi": "↔"}.get(relation.direction, "→")
    labels = f": {', '.join(relation.labels)}" if relation.labels else ""
    return tag("div", f"{ends[0]} {arrow} {ends[1]}{labels}")


def _name(region: Region | None, id: str) -> str:
    """Return what a region is called in a relation: its words, its label, its id."""
    if region is None:
        return shortened(id)
    words = region.shape.text if isinstance(region.shape, Span) else None
    return shortened(words or region.label or id, 40)


def where(region: Region) -> str:
    """Return where a region lies, in words: "10, 20, 30 × 40 px", "1.5 – 3 s"."""
    shape = region.shape
    if shape is None:
        return f"({region.type or 'no type'})"
    index = region.items[0].get("item_index")
    place = _place(shape)
    return place if index is None else f"image {index + 1}: {place}"


def _place(shape: Shape) -> str:
    if isinstance(shape, Planar):
        return _planar(shape)
    if isinstance(shape, Span):
        words = f"“{shortened(shape.text, 80)}”" if shape.text else ""
        return words or f"{shape.start} – {shape.end}"
    if isinstance(shape, Interval):
        return f"{number_text(shape.start)} – {number_text(shape.end)}"
    if isinstance(shape, Frames):
        return "frames " + ", ".join(f"{first} – {last}" for first, last in shape.ranges[:10])
    if isinstance(shape, Track):
        frames = [each.frame for each in shape.keyframes]
        return f"frames {frames[0]} – {frames[-1]}, {len(frames)} key frames"
    return type(shape).__name__.lower()


def _planar(shape: Planar[Any]) -> str:
    """Return coordinates in pixels, or in percent if the image's size is unknown."""
    unit = "%" if shape.size is None else "px"
    numbers = shape.percent if shape.size is None else shape.pixels
    if isinstance(shape, Polygon):
        return f"{len(numbers)} points"
    texts = [number_text(float(number)) for number in numbers]
    if isinstance(shape, KeyPoint):
        return f"{texts[0]}, {texts[1]} {unit}"
    angle = getattr(shape, "rotation", 0)
    rotation = f", {number_text(angle)}°" if angle else ""
    return f"{texts[0]}, {texts[1]}, {texts[2]} × {texts[3]} {unit}{rotation}"
