"""A result drawn: its regions on what the config shows, then its answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from ...labeling.results import Result
from ...labeling.results.region import Region
from ..cells import note_of_more
from ..markup import Html, joined, tag
from .answers import draw_answers, draw_regions
from .dialogue import draw_dialogue
from .image import draw_images
from .parts import safely
from .scene import Scene, Shown, regions_on
from .text import draw_html, draw_text
from .timeline import draw_timeline

MOST_REGIONS = 2000  # that are drawn

Draw = Callable[[Shown, Sequence[Region], Scene], "Html | None"]

DRAW: Mapping[str, Draw] = MappingProxyType(
    {
        "audio": draw_timeline,
        "audioplus": draw_timeline,
        "hypertext": draw_html,
        "image": draw_images,
        "paragraphs": draw_dialogue,
        "text": draw_text,
        "timeseries": draw_timeline,
        "video": draw_timeline,
    }
)


def draw_result(items: Result, scene: Scene) -> Html:
    """Return a result as it is drawn on its task; an empty one is the task alone."""
    reading = scene.config.read(items, data=scene.data)
    regions = reading.regions
    drawn = regions[:MOST_REGIONS]
    objects = [_object(shown, drawn, scene) for shown in scene.shown.values()]
    answers = safely("Answers", lambda: draw_answers(reading.answers))
    table = safely("Regions", lambda: draw_regions(regions, reading.relations, scene.palette))
    rest = note_of_more(len(regions), MOST_REGIONS, "regions are not drawn")
    return joined([objects, rest, answers, table])


def _object(shown: Shown, regions: Sequence[Region], scene: Scene) -> Html | None:
    """Return an object with its regions; None for those that a page cannot show."""
    draw = DRAW.get(shown.type)
    if draw is None:
        return None
    own = regions_on(shown, regions)
    drawn = safely(f"{shown.object.tag} {shown.name!r}", lambda: draw(shown, own, scene))
    return None if drawn is None else tag("div", drawn, class_="lso-object")
